/** Bytes of a piece, and bytes that are kept ready for a reader who is busy. */
const PIECE = 256 * 1024;
const AHEAD = 1024 * 1024;

/**
 * The same bytes in large pieces, read ahead. Decompression yields 16 KiB at a time, and each piece
 * costs whoever carries it on some turns of the event loop, which in a page an emulator shares.
 */
export function inLargePieces(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = new Uint8Array(PIECE);
        let filled = 0;
        while (filled < PIECE) {
          const { done, value } = await reader.read();
          if (done) {
            if (filled > 0) controller.enqueue(piece.subarray(0, filled));
            controller.close();
            return;
          }
          const room = PIECE - filled;
          piece.set(value.subarray(0, room), filled);
          filled += Math.min(room, value.length);
          if (value.length > room) {
            controller.enqueue(piece);
            controller.enqueue(value.subarray(room));
            return;
          }
        }
        controller.enqueue(piece);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: AHEAD }),
  );
}
