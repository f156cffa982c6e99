/**
 * The body of an answer that the network may break off: it goes on where it was (RFC 9110, 14.2). What unpacks
 * a layer behind it cannot begin in the middle, so this is done before.
 */

/** Attempts without a byte of news, and milliseconds before each. */
const PAUSES = [0, 300, 1500];

/** @param again asks for the same from a byte on; the answer may begin anew all the same */
export function resumed(
  body: ReadableStream<Uint8Array>,
  again: (from: number) => Promise<Response>,
): ReadableStream<Uint8Array> {
  let reader = body.getReader();
  let position = 0;
  let skip = 0;
  let failures = 0;

  async function reopen(reason: unknown): Promise<void> {
    const pause = PAUSES[failures++];
    if (pause === undefined) throw reason;
    await new Promise((resolve) => setTimeout(resolve, pause));
    const response = await again(position);
    if (!response.body || (response.status !== 200 && response.status !== 206)) {
      await response.body?.cancel();
      throw reason;
    }
    skip = response.status === 200 ? position : 0;
    reader = response.body.getReader();
  }

  async function next(): Promise<Uint8Array | null> {
    for (;;) {
      try {
        const { done, value } = await reader.read();
        if (done) return null;
        const again = Math.min(skip, value.length);
        skip -= again;
        if (again === value.length) continue;
        failures = 0;
        position += value.length - again;
        return value.subarray(again);
      } catch (error) {
        // A request that fails as the body did is one attempt more.
        await reopen(error).catch((later: unknown) => {
          if (failures >= PAUSES.length) throw later;
        });
      }
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await next();
        if (piece === null) controller.close();
        else controller.enqueue(piece);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
