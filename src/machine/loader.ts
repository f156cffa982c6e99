/**
 * A worker that fetches what a restored machine is made of, checks and unpacks it, while the page is busy with
 * its own code: it starts with the first bytes of the page (tools/vite-preload.ts) or with a later start.
 */
import { compile, digest } from './assets.ts';
import type { ReadOptions, StoredState } from './assets.ts';
import { download, downloadPart } from './download.ts';
import { MachineError, reasonOf } from './errors.ts';
import type { MachineErrorCode } from './errors.ts';
import { unpack } from './unpack.ts';

/** What the worker is told, once. */
export interface Order {
  /** Address of the folder with machine.json. */
  readonly root: string;
  /** File name of the snapshot. */
  readonly state: string;
  /** Where it answers; what nobody reads yet waits there. */
  readonly port: MessagePort;
  /** What was fetched for a machine before: nothing is fetched then. */
  readonly kept?: Kept;
}

/** What another machine of the same page starts from. */
export interface Kept {
  /** The emulator, compiled. */
  readonly code: WebAssembly.Module;
  /** The snapshot as it travelled. */
  readonly packed: ArrayBuffer;
}

export type Part = 'code' | 'state';

/** What it answers. */
export type Answer =
  | {
      readonly kind: 'progress';
      readonly part: Part;
      readonly loaded: number;
      readonly total: number;
    }
  | { readonly kind: 'code'; readonly code: WebAssembly.Module }
  | { readonly kind: 'state'; readonly stored: StoredState; readonly packed: ArrayBuffer }
  | {
      readonly kind: 'failed';
      readonly part: Part;
      readonly code: MachineErrorCode;
      readonly message: string;
    };

/** Between two reports of progress, in ms: each makes the page draw. */
const OFTEN = 50;

async function load({ root, state, port, kept }: Order): Promise<void> {
  const post = (answer: Answer, transfer: Transferable[] = []): void => {
    port.postMessage(answer, transfer);
  };
  const reporting = (part: Part): ReadOptions => {
    let last = 0;
    return {
      onProgress: (loaded, total) => {
        const now = performance.now();
        if (loaded < total && now - last < OFTEN) return;
        last = now;
        post({ kind: 'progress', part, loaded, total });
      },
    };
  };
  const failed = (part: Part, error: unknown): void => {
    const code = error instanceof MachineError ? error.code : 'start-failed';
    post({ kind: 'failed', part, code, message: reasonOf(error) });
  };
  const url = new URL(root);
  const compiled = kept
    ? Promise.resolve(kept.code)
    : downloadPart(url, 'wasm', reporting('code')).then(compile);
  compiled.then(
    (code) => {
      post({ kind: 'code', code });
    },
    (error: unknown) => {
      failed('code', error);
    },
  );
  try {
    const packed = kept?.packed ?? (await download(new URL(state, url), reporting('state')));
    const [sha256, unpacked] = await Promise.all([
      digest(packed),
      // what cannot be unpacked is damaged: its size and digest will tell the page
      compiled.then((code) => unpack(code, packed)).catch(() => packed),
    ]);
    const stored = { state: unpacked, bytes: packed.byteLength, sha256 };
    post({ kind: 'state', stored, packed }, unpacked === packed ? [] : [unpacked, packed]);
  } catch (error) {
    failed('state', error);
  }
}

addEventListener('message', ({ data }: MessageEvent<Order>) => void load(data));
