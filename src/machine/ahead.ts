import { fetchedAssets } from './assets-browser.ts';
import type { Assets, ReadOptions, StoredState } from './assets.ts';
import { MachineError } from './errors.ts';
import type { Answer, Kept, Order, Part } from './loader.ts';
import { Session } from './session/session.ts';

/** A loader at work (loader.ts). */
export interface Loader {
  readonly worker: Worker;
  readonly port: MessagePort;
  /** File name of the snapshot that it fetches. */
  readonly state: string;
  /** Whether its own code did not arrive. */
  failed: boolean;
}

/** Sets a loader to work: to fetch, or to unpack what was fetched before. */
export function startLoader(
  worker: Worker,
  root: URL,
  state: string,
  { kept, session }: Pick<Order, 'kept' | 'session'> = {},
): Loader {
  const { port1, port2 } = new MessageChannel();
  const loader: Loader = { worker, port: port1, state, failed: false };
  worker.addEventListener('error', () => {
    loader.failed = true;
  });
  const order: Order = {
    root: root.href,
    state,
    port: port2,
    ...(kept && { kept }),
    ...(session && { session }),
  };
  worker.postMessage(order, [port2]);
  return loader;
}

interface Heard {
  /** Gets what another machine can start from, once it is there. */
  readonly onKept?: (kept: Kept & { readonly state: string }) => void;
  /** Gets the session, where the loader was told to open one. */
  readonly onSession?: (session: Session) => void;
}

/**
 * Artifacts that a loader has fetched ahead, or is fetching; what it was not told to fetch comes from `fetched`.
 * A loader that keeps a session works on; others end when all is there.
 */
export function aheadAssets(
  root: URL,
  loader: Loader,
  fetched: Assets = fetchedAssets(root),
  { onKept, onSession }: Heard = {},
): Assets {
  const listeners: Partial<Record<Part, ReadOptions['onProgress']>> = {};
  const code = withResolvers<WebAssembly.Module>();
  const state = withResolvers<StoredState>();
  const parts = { code, state };
  const lost = (): void => {
    const reason = new MachineError(
      'download-failed',
      `The part of the page that loads the machine could not be fetched from ${root.host}. Check the connection and try again.`,
    );
    code.reject(reason);
    state.reject(reason);
  };
  loader.worker.addEventListener('error', lost);
  if (loader.failed) lost();
  let session: Session | undefined;
  loader.port.onmessage = ({ data: answer }: MessageEvent<Answer>) => {
    if (answer.kind === 'progress') listeners[answer.part]?.(answer.loaded, answer.total);
    else if (answer.kind === 'code') code.resolve(answer.code);
    else if (answer.kind === 'state') {
      const { packed, welcome } = answer;
      if (welcome) session = new Session(loader.port, welcome);
      state.resolve(answer.stored);
      void code.promise.then((compiled) =>
        onKept?.({ code: compiled, packed, state: loader.state }),
      );
    } else if (answer.kind === 'failed')
      parts[answer.part].reject(new MachineError(answer.code, answer.message));
  };
  void Promise.allSettled([code.promise, state.promise]).then(() => {
    if (session) return;
    loader.worker.terminate();
    loader.port.close();
  });
  return {
    manifest: (options) => fetched.manifest(options),
    code(options) {
      listeners.code = options?.onProgress;
      return code.promise;
    },
    async state(options) {
      listeners.state = options?.onProgress;
      const manifest = await fetched.manifest();
      // a page that is older than the files beside it knows the snapshot by another name
      if (manifest.state !== loader.state) return fetched.state(options);
      const stored = await state.promise;
      if (session) onSession?.(session);
      return stored;
    },
    read: (name, options) => fetched.read(name, options),
  };
}

interface Resolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: Error) => void;
}

function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: Error) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined); // whoever asks gets it; until then it is nobody's
  return { promise, resolve, reject };
}
