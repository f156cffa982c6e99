import { describe, expect, it } from 'vitest';
import { inLargePieces } from './chunks.ts';

const PIECE = 256 * 1024;

/** A stream of pieces of these sizes, each byte the number of its piece. */
const pieces = (sizes: readonly number[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      sizes.forEach((size, index) => controller.enqueue(new Uint8Array(size).fill(index + 1)));
      controller.close();
    },
  });

async function read(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return found;
    found.push(value);
  }
}

describe('a stream in large pieces', () => {
  it.each([
    ['nothing', [], []],
    ['one byte', [1], [1]],
    ['many small ones', Array.from({ length: 40 }, () => 16_384), [PIECE, PIECE, 8 * 16_384]],
    ['exactly one', [PIECE], [PIECE]],
    ['one that is larger', [PIECE + 5], [PIECE, 5]],
    ['one that is much larger', [1, 3 * PIECE], [PIECE, 2 * PIECE + 1]],
  ])('of %s', async (_, sizes, lengths) => {
    const found = await read(inLargePieces(pieces(sizes)));
    expect(found.map((piece) => piece.length)).toEqual(lengths);
    const whole = Buffer.concat(await read(pieces(sizes)));
    expect(Buffer.concat(found).equals(whole)).toBe(true);
  });

  it('fails as its source does', async () => {
    const source = new ReadableStream<Uint8Array>({
      pull: () => Promise.reject(new Error('cut off')),
    });
    await expect(read(inLargePieces(source))).rejects.toThrow('cut off');
  });

  it('stops its source when its reader leaves', async () => {
    let left: unknown = null;
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1000)),
      cancel: (reason) => {
        left = reason;
      },
    });
    await inLargePieces(source).cancel('gone');
    expect(left).toBe('gone');
  });
});
