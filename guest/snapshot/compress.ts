import { createRequire } from 'node:module';

/** The level at which a state of 20 MB takes about 6 s and shrinks to a third. */
const LEVEL = 19;

interface Zstd {
  init(): Promise<void>;
  compress(bytes: Uint8Array, level: number): Uint8Array;
}

/** Compresses with zstd, by WebAssembly: neither Node 20 nor every computer has it. */
export async function zstd(bytes: Uint8Array): Promise<Uint8Array> {
  // its type file describes the browser's module; Node gets another one with the same functions
  const codec = createRequire(import.meta.url)('@bokuweb/zstd-wasm') as Zstd;
  await codec.init();
  return codec.compress(bytes, LEVEL);
}
