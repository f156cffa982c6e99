import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { compile } from '../../src/machine/assets.ts';
import { unpack } from '../../src/machine/unpack.ts';
import { QUICK, zstd } from './compress.ts';

it('writes a zstd frame (RFC 8878) much smaller than zeros', async () => {
  const bytes = await zstd(new Uint8Array(1_000_000), QUICK);
  expect([...bytes.subarray(0, 4)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
  expect(bytes.length).toBeLessThan(1000);
});

it('is unpacked with what the emulator brings along', async () => {
  const wasm = await readFile(createRequire(import.meta.url).resolve('v86/build/v86.wasm'));
  const code = await compile(new Uint8Array(wasm).buffer);
  const state = new Uint8Array(3_000_000).map((_, index) => (index * index) >> 8);
  new DataView(state.buffer).setUint32(8, state.length, true); // the length that a state begins with
  const packed = new Uint8Array(await zstd(state, QUICK)).buffer;
  expect(Buffer.compare(new Uint8Array(await unpack(code, packed)), state)).toBe(0);
  await expect(unpack(code, packed.slice(0, 1000))).rejects.toThrow();
});
