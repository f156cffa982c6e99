import { aheadAssets, startLoader } from '../../machine/ahead.ts';
import type { Loader } from '../../machine/ahead.ts';
import { fetchedAssets } from '../../machine/assets-browser.ts';
import type { Assets } from '../../machine/assets.ts';
import { MachineError } from '../../machine/errors.ts';
import type { Boot } from './guest.ts';

declare global {
  interface Window {
    /** The loader that the page's first lines have started (tools/vite-preload.ts); the first start takes it. */
    loader?: Loader | undefined;
  }
}

const root = new URL('machine/', document.baseURI);

/** What a restored machine is made of, fetched and unpacked by a worker meanwhile. */
async function ahead(): Promise<Assets> {
  const early = window.loader;
  window.loader = undefined;
  if (early) return aheadAssets(root, early);
  const { state } = await fetchedAssets(root).manifest();
  const worker = new Worker(new URL('../../machine/loader.ts', import.meta.url), {
    type: 'module',
    name: 'loader',
  });
  return aheadAssets(root, startLoader(worker, root, state));
}

const code = Promise.all([
  import('../../machine/index.ts'),
  import('../../machine/registry.ts'),
  import('./registry.ts'),
]);
code.catch(() => undefined); // whoever waits for it is told

/** Starts the machine of this page from the files beside it. */
export const boot: Boot = async ({ cold, onProgress }) => {
  if (typeof WebAssembly !== 'object') {
    throw new MachineError('no-webassembly', 'WebAssembly is not defined in this page.');
  }
  const assets = cold ? fetchedAssets(root) : await ahead();
  const [{ Machine }, { serveRegistry }, { registry }] = await code;
  const machine = await Machine.create({ assets, cold, onProgress });
  // What the guest knows as the host "registry" is this page.
  serveRegistry(machine, registry());
  return machine;
};
