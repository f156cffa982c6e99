import { expect, it } from 'vitest';
import { QUICK, zstd } from './compress.ts';

it('writes a zstd frame (RFC 8878) much smaller than zeros', async () => {
  const bytes = await zstd(new Uint8Array(1_000_000), QUICK);
  expect([...bytes.subarray(0, 4)]).toEqual([0x28, 0xb5, 0x2f, 0xfd]);
  expect(bytes.length).toBeLessThan(1000);
});
