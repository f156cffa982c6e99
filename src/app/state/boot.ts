import { aheadAssets, startLoader } from '../../machine/ahead.ts';
import type { Loader } from '../../machine/ahead.ts';
import { fetchedAssets } from '../../machine/assets-browser.ts';
import type { Assets } from '../../machine/assets.ts';
import { MachineError } from '../../machine/errors.ts';
import type { Gateway } from '../../machine/gateway/gateway.ts';
import type { Kept } from '../../machine/loader.ts';
import { failedBefore } from '../session/failures.ts';
import type { Registry } from '../../registry/index.ts';
import type { Session } from '../../machine/session/session.ts';
import type { Boot, BootOptions } from './guest.ts';

declare global {
  interface Window {
    /** The loader that the page's first lines have started (tools/vite-preload.ts); the first start takes it. */
    loader?: Loader | undefined;
  }
}

const root = new URL('machine/', document.baseURI);
const fetched = fetchedAssets(root);

/** What the first start has fetched; further ones, and further machines, fetch nothing. */
let kept: (Kept & { readonly state: string }) | undefined;

/** What keeps the states of the page's own machine; its first start brings it. */
let session: Session | null = null;

/** What a restored machine is made of, fetched and unpacked by a worker meanwhile. */
async function ahead(keep: BootOptions['keep']): Promise<Assets> {
  const early = window.loader;
  window.loader = undefined;
  if (early) return aheadAssets(root, early, fetched, { onKept, onSession });
  const { state, sha256 } = kept ? { state: kept.state, sha256: '' } : await fetched.manifest();
  const worker = new Worker(new URL('../../machine/loader.ts', import.meta.url), {
    type: 'module',
    name: 'loader',
  });
  const first = keep !== undefined && session === null && sha256 !== '';
  const options = { build: sha256, aside: failedBefore(), brief: keep === 'page' };
  const loader = startLoader(worker, root, state, {
    ...(kept && { kept }),
    ...(first && { session: options }),
  });
  return aheadAssets(root, loader, fetched, { onKept, onSession });
}

function onKept(what: Kept & { readonly state: string }): void {
  kept = what;
}

function onSession(opened: Session): void {
  session = opened;
}

/** The session of the page's own machine; null until that has started, and where it cannot have one. */
export function sessionOfPage(): Session | null {
  return session;
}

/** What a machine that goes on from a state is made of. */
async function stateAssets(name: string): Promise<Assets> {
  const parts = kept;
  if (session === null || !parts) throw new Error('the page has no state to start from');
  const state = await session.restore(name, parts);
  return {
    ...fetched,
    code: () => Promise.resolve(parts.code),
    state: () => Promise.resolve(state),
  };
}

let registering: Promise<Registry> | undefined;

/** One for every machine of the page: what one pushes another pulls. Its code comes when it is first asked for. */
export function pageRegistry(): Promise<Registry> {
  registering ??= import('./registry.ts').then(({ registry }) => registry());
  registering.catch(() => (registering = undefined)); // whoever asks next tries again
  return registering;
}

/** Fetches what the machine's first pull will need. */
export function prepareRegistry(): void {
  pageRegistry().catch(() => undefined); // the pull tells why
}

const registry: Registry = { fetch: async (request) => (await pageRegistry()).fetch(request) };

const code = Promise.all([import('../../machine/index.ts'), import('../../machine/registry.ts')]);
code.catch(() => undefined); // whoever waits for it is told

/** What the way out to other registries is told by the settings. */
export const outside = {
  /** Address of a relay, '' for none. */
  relay: (): string => '',
};

/** The way out comes with the first request that needs it. */
const gateway: Gateway = async (request) => {
  const { createGateway } = await import('../../machine/gateway/gateway.ts');
  return createGateway({ relay: () => outside.relay() })(request);
};

/** Starts a machine of this page from the files beside it. */
export const boot: Boot = async ({ cold, hostname, keep, from, onProgress }) => {
  if (typeof WebAssembly !== 'object') {
    throw new MachineError('no-webassembly', 'WebAssembly is not defined in this page.');
  }
  if (keep !== undefined && from === undefined) await session?.startOver();
  const assets = from !== undefined ? await stateAssets(from) : cold ? fetched : await ahead(keep);
  const [{ Machine }, { serveRegistry }] = await code;
  try {
    const machine = await Machine.create({
      assets,
      cold,
      ...(hostname !== undefined && { hostname }),
      onProgress,
    });
    // What the guest knows as the host "registry" is this page.
    serveRegistry(machine, registry, gateway);
    return machine;
  } catch (error) {
    // Whatever was wrong with it, the next start fetches anew; but it may be the saved state that does not work.
    if (from === undefined && sessionOfPage()?.opening !== 'restored') kept = undefined;
    throw error;
  }
};
