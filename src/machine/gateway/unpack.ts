/**
 * A layer's archive out of its packing. The browser unpacks gzip by itself; zstd, which not every browser has,
 * comes as a small library with the first such layer.
 */
export function unpacked(
  body: ReadableStream<Uint8Array>,
  packing: string,
): ReadableStream<Uint8Array> {
  if (packing === 'gzip') {
    // the types of streams say less than the streams do
    const gunzip = new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
    return body.pipeThrough(gunzip);
  }
  if (packing === 'zstd') return body.pipeThrough(zstd());
  throw new Error(`layers packed with "${packing}" are unknown; gzip and zstd are known`);
}

function zstd(): TransformStream<Uint8Array, Uint8Array> {
  let push: (chunk: Uint8Array, last?: boolean) => void = () => undefined;
  return new TransformStream({
    async start(controller) {
      const { Decompress } = await import('fzstd');
      const stream = new Decompress((chunk) => {
        // the library uses its memory again
        if (chunk.length > 0) controller.enqueue(chunk.slice());
      });
      push = (chunk, last) => stream.push(chunk, last);
    },
    transform: (chunk) => push(chunk),
    flush: () => push(new Uint8Array(), true),
  });
}
