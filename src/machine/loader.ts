/**
 * A worker that fetches what a restored machine is made of, checks and unpacks it, while the page is busy with
 * its own code: it starts with the first bytes of the page (tools/vite-preload.ts) or with a later start.
 */
import { compile, digest } from './assets.ts';
import type { ReadOptions, StoredState } from './assets.ts';
import { download, downloadPart } from './download.ts';
import { MachineError, reasonOf } from './errors.ts';
import type { MachineErrorCode } from './errors.ts';
import { Desk } from './session/desk.ts';
import type { DeskOptions, Welcome } from './session/desk.ts';
import { baseOf } from './session/keeper.ts';
import type { Restored } from './session/keeper.ts';
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
  /** The machine is the page's own: it goes on from where it was left, and its states are kept from now on. */
  readonly session?: Omit<DeskOptions, 'site'>;
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
  | {
      readonly kind: 'state';
      readonly stored: StoredState;
      readonly packed: ArrayBuffer;
      /** Where the order asked for a session. */
      readonly welcome?: Welcome;
    }
  | {
      readonly kind: 'failed';
      readonly part: Part;
      readonly code: MachineErrorCode;
      readonly message: string;
    };

/** Between two reports of progress, in ms: each makes the page draw. */
const OFTEN = 50;

async function load({ root, state, port, kept, session }: Order): Promise<void> {
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
  const opening = session ? Desk.open({ ...session, site: url.pathname }) : null;
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
    const unpacking = compiled.then((code) => unpack(code, packed));
    const [begun, sha256, unpacked] = await Promise.all([
      opening && begin(await opening, unpacking),
      digest(packed),
      // what cannot be unpacked is damaged: its size and digest will tell the page
      unpacking.catch(() => packed),
    ]);
    const { restored, welcome } = begun ?? {};
    const stored: StoredState = {
      state: restored?.state ?? unpacked,
      bytes: packed.byteLength,
      sha256,
      ...(restored && { saved: restored.note }),
    };
    const answer: Answer = { kind: 'state', stored, packed, ...(welcome && { welcome }) };
    post(answer, stored.state === packed ? [] : [stored.state, packed]);
    if (welcome) (await opening)?.serve(port);
  } catch (error) {
    failed('state', error);
  }
}

async function begin(
  desk: Desk,
  unpacking: Promise<ArrayBuffer>,
): Promise<{ restored: Restored | null; welcome: Welcome } | undefined> {
  try {
    return await desk.begin(unpacking.then(baseOf));
  } catch {
    return undefined; // without a snapshot there is nothing to keep a difference to
  }
}

addEventListener('message', ({ data }: MessageEvent<Order>) => void load(data));
