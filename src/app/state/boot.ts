import { fetchedAssets } from '../../machine/assets-browser.ts';
import type { AssetName, Assets, ReadOptions } from '../../machine/assets.ts';
import { MachineError } from '../../machine/errors.ts';
import type { Boot, BootOptions, Progress } from './guest.ts';

/**
 * Fetches what a start needs, at once: the stored memory travels while the emulator's code does, instead of
 * after it.
 */
function eager(assets: Assets, { cold, onProgress }: BootOptions): Assets {
  const reporting = (stage: Progress['stage']): ReadOptions => ({
    onProgress: (loaded, total) => {
      onProgress({ stage, loaded, total });
    },
  });
  const parts: readonly [AssetName, ReadOptions][] = cold
    ? [
        ['wasm', reporting('code')],
        ['kernel', reporting('kernel')],
      ]
    : [
        ['wasm', reporting('code')],
        ['state', reporting('state')],
      ];
  const started = new Map(
    parts.map(([name, options]) => {
      const reading = assets.read(name, options);
      // Whoever reads the part gets the rejection; until then it must not count as unhandled.
      reading.catch(() => undefined);
      return [name, reading];
    }),
  );
  return {
    manifest: (options) => assets.manifest(options),
    read: (name, options) => started.get(name) ?? assets.read(name, options),
  };
}

/** Starts the machine of this page from the files beside it. */
export const boot: Boot = async (options) => {
  if (typeof WebAssembly !== 'object') {
    throw new MachineError('no-webassembly', 'WebAssembly is not defined in this page.');
  }
  const assets = eager(fetchedAssets(new URL('machine/', document.baseURI)), options);
  const [{ Machine }, { serveRegistry }, { httpStorage }] = await Promise.all([
    import('../../machine/index.ts'),
    import('../../machine/registry.ts'),
    import('../../registry/index.ts'),
  ]);
  const machine = await Machine.create({
    assets,
    cold: options.cold,
    onProgress: options.onProgress,
  });
  // What the guest knows as the host "registry" is this page, over the images beside it.
  serveRegistry(machine, httpStorage(new URL('images/', document.baseURI)));
  return machine;
};
