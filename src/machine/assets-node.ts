import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile, gunzip, stored } from './assets.ts';
import type { Assets, ReadOptions } from './assets.ts';
import { MachineError, reasonOf } from './errors.ts';
import { parseManifest } from './manifest.ts';

/** Where the artifacts are: defaults to the folders that npm run snapshot fills. */
export interface Locations {
  readonly kernel: string;
  readonly initrd: string;
  readonly bios: string;
  readonly vgaBios: string;
  readonly wasm: string;
  /** The folder with machine.json and the state. */
  readonly snapshot: string;
}

const project = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const PROJECT: Locations = {
  kernel: project('public/kernels/bzImage'),
  bios: project('public/kernels/seabios.bin'),
  vgaBios: project('public/kernels/vgabios.bin'),
  initrd: project('build/machine/initrd.gz'),
  wasm: project('build/machine/v86.wasm.gz'),
  snapshot: project('build/machine/'),
};

/** Artifacts from files, for Node. */
export function fileAssets(locations: Partial<Locations> = {}): Assets {
  const paths = { ...PROJECT, ...locations };

  async function load(path: string, options: ReadOptions = {}): Promise<ArrayBuffer> {
    try {
      const bytes = await readFile(path, options.signal ? { signal: options.signal } : {});
      options.onProgress?.(bytes.length, bytes.length);
      // a copy of its own: Node may hand out a slice of a shared buffer
      return new Uint8Array(bytes).buffer;
    } catch (error) {
      if (options.signal?.aborted)
        throw new MachineError('aborted', `Reading ${path} was stopped.`);
      throw new MachineError(
        'download-failed',
        `${path} could not be read: ${reasonOf(error)}. Run npm run snapshot to make it.`,
        { cause: error },
      );
    }
  }

  async function unpacked(path: string, options?: ReadOptions): Promise<ArrayBuffer> {
    const bytes = await load(path, options);
    return path.endsWith('.gz') ? gunzip(bytes, path) : bytes;
  }

  return {
    async manifest(options) {
      const path = `${paths.snapshot}machine.json`;
      return parseManifest(new TextDecoder().decode(await load(path, options)), path);
    },
    async code(options) {
      return compile(await unpacked(paths.wasm, options));
    },
    async state(options) {
      return stored(await load(`${paths.snapshot}${(await this.manifest()).state}`, options));
    },
    read: (name, options) => unpacked(paths[name], options),
  };
}
