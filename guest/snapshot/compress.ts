import { compress, init } from '@bokuweb/zstd-wasm';

/** zstd's levels: `SMALL` takes about 10 s for a state of 20 MB, `QUICK` less than one and a quarter more bytes. */
export const SMALL = 19;
export const QUICK = 3;

/** Compresses with zstd, by WebAssembly: neither Node 20 nor every computer has it. */
export async function zstd(bytes: Uint8Array, level: number): Promise<Uint8Array> {
  await init();
  return compress(bytes, level);
}
