/** Answers that tell of a long work while it goes on: one JSON document a line. */
import { Cancellation } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import type { Request } from './http.ts';
import type { Response } from './response.ts';

/** Cancelled when the client has gone. */
export function whileThere(request: Request): Cancellation {
  const signal = new Cancellation();
  void request.gone.then(() => {
    signal.cancel();
  });
  return signal;
}

/**
 * Does the work and passes on what it tells. What goes wrong before the first line is thrown, and becomes an
 * error with a status; what goes wrong after it is a line of its own.
 *
 * @param what it is, for the log of errors that nobody foresaw
 */
export async function reported(
  sys: Sys,
  what: string,
  response: Response,
  work: (send: (message: object) => void) => Promise<unknown>,
): Promise<void> {
  // One write at a time, in order; an error of one (the client has gone) is met by whoever watches over that.
  let sent: Promise<void> = Promise.resolve();
  const send = (message: object): void => {
    sent = sent
      .then(async () => {
        if (response.status === 0) await response.stream('application/json');
        await response.write(`${JSON.stringify(message)}\r\n`);
      })
      .catch(() => undefined);
  };
  try {
    await work(send);
  } catch (error) {
    await sent;
    if (response.status === 0) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof EngineError)) {
      sys.log(`${what}: ${message} ${error instanceof Error ? (error.stack ?? '') : ''}`);
    }
    send({ errorDetail: { message }, error: message });
  }
  await sent;
  await response.end();
}
