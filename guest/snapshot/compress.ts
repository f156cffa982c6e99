import { createRequire } from 'node:module';

/** zstd's levels: `SMALL` takes about 10 s for a state of 20 MB, `QUICK` less than one and a quarter more bytes. */
export const SMALL = 19;
export const QUICK = 3;

interface Zstd {
  init(): Promise<void>;
  compress(bytes: Uint8Array, level: number): Uint8Array;
}

/** Compresses with zstd, by WebAssembly: neither Node 20 nor every computer has it. */
export async function zstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  // its type file describes the browser's module; Node gets another one with the same functions
  const codec = createRequire(import.meta.url)('@bokuweb/zstd-wasm') as Zstd;
  await codec.init();
  return codec.compress(bytes, level);
}
