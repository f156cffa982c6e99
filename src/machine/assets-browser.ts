import { compile, stored } from './assets.ts';
import type { Assets, ReadOptions } from './assets.ts';
import { download, downloadPart } from './download.ts';
import { parseManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** Artifacts from a web server: `base` is the address of the folder with machine.json. */
export function fetchedAssets(base: string | URL): Assets {
  const root = new URL(base, typeof location === 'undefined' ? undefined : location.href);
  let manifest: Promise<Manifest> | undefined;

  const read = async (options?: ReadOptions): Promise<Manifest> => {
    const bytes = await download(new URL('machine.json', root), options);
    return parseManifest(new TextDecoder().decode(bytes), 'machine.json');
  };
  return {
    manifest(options) {
      manifest ??= read(options).catch((error: unknown) => {
        manifest = undefined; // the next try asks the server again
        throw error;
      });
      return manifest;
    },
    async code(options) {
      return compile(await downloadPart(root, 'wasm', options));
    },
    async state(options) {
      return stored(await download(new URL((await this.manifest()).state, root), options));
    },
    read: (name, options) => downloadPart(root, name, options),
  };
}
