import { MachineError, reasonOf } from './errors.ts';
import type { Manifest } from './manifest.ts';
import type { StateNote } from './session/store.ts';

/** What a cold boot needs beside the emulator. */
export type AssetName = 'kernel' | 'initrd' | 'bios' | 'vgaBios';

export interface ReadOptions {
  /** Called with bytes as they travel: compressed ones where the transport compresses. */
  readonly onProgress?: (loaded: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** A snapshot as it arrived. */
export interface StoredState {
  /** For the emulator: zstd, or unpacked already. */
  readonly state: ArrayBuffer;
  /** Size of what arrived, in bytes, before anything was unpacked. */
  readonly bytes: number;
  /** SHA-256 of the same, hexadecimal; null where a page may not compute it (plain HTTP). */
  readonly sha256: string | null;
  /** When `state` is not the snapshot's own but one that was saved over it: what belongs to that. */
  readonly saved?: StateNote;
}

/** Where the artifacts come from: a web server, or the project's folder. */
export interface Assets {
  /** The description of the snapshot. */
  manifest(options?: ReadOptions): Promise<Manifest>;
  /** The emulator, compiled. */
  code(options?: ReadOptions): Promise<WebAssembly.Module>;
  /** The snapshot; whether it is the right one is for the caller to check. */
  state(options?: ReadOptions): Promise<StoredState>;
  /** One artifact, not compressed any more. */
  read(name: AssetName, options?: ReadOptions): Promise<ArrayBuffer>;
}

/** File names, relative to the folder that holds machine.json, as the built site has them. */
export const FILES: Readonly<Record<AssetName | 'wasm', string>> = {
  wasm: 'v86.wasm.gz',
  kernel: '../kernels/bzImage',
  initrd: 'initrd.gz',
  bios: '../kernels/seabios.bin',
  vgaBios: '../kernels/vgabios.bin',
};

/** Unpacks gzip with what browsers and Node have built in. */
export async function gunzip(bytes: ArrayBuffer, what: string): Promise<ArrayBuffer> {
  try {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return await new Response(stream).arrayBuffer();
  } catch (error) {
    throw new MachineError(
      'asset-damaged',
      `${what} (${bytes.byteLength} bytes) could not be decompressed: the file is damaged or was cut off. Load it again.`,
      { cause: error },
    );
  }
}

/** Compiles the emulator (v86.wasm, not compressed). Throws `no-webassembly` or `start-failed`. */
export async function compile(wasm: ArrayBuffer): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') {
    throw new MachineError(
      'no-webassembly',
      'This browser has no WebAssembly, which the emulated computer needs: use a current browser, or allow WebAssembly in its settings.',
    );
  }
  try {
    return await WebAssembly.compile(wasm);
  } catch (error) {
    throw new MachineError(
      'start-failed',
      `The emulator (v86.wasm, ${wasm.byteLength} bytes) could not be compiled: ${reasonOf(error)}. Reload the page; if it stays, the file on the server is damaged.`,
      { cause: error },
    );
  }
}

/** Size and digest of a snapshot that has just arrived. */
export async function stored(state: ArrayBuffer): Promise<StoredState> {
  return { state, bytes: state.byteLength, sha256: await digest(state) };
}

export async function digest(bytes: ArrayBuffer): Promise<string | null> {
  if (!('subtle' in crypto)) return null;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
