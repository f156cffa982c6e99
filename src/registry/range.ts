/** Bytes `start` to `end`, both inclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * A Range header (RFC 9110 section 14) against content of `size` bytes: the one range it asks for,
 * `'whole'` when there is none or it cannot be understood, `'unsatisfiable'` when it lies outside.
 */
export function parseRange(header: string | null, size: number): Range | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (match === null || (first === '' && last === '')) return 'whole';
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  if (last !== '' && Number(last) < start) return 'whole';
  if (start >= size) return 'unsatisfiable';
  return { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) };
}

/** Passes on the bytes of the range only, and stops reading behind it. */
export function slice(
  stream: ReadableStream<Uint8Array>,
  range: Range,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let position = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          const from = Math.max(0, range.start - position);
          const to = Math.min(value.byteLength, range.end + 1 - position);
          position += value.byteLength;
          if (from < to) controller.enqueue(value.subarray(from, to));
          if (position > range.end) {
            controller.close();
            await reader.cancel();
            return;
          }
          if (from < to) return;
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
