/** Trying again what a network broke off, as often and as late as Docker does it. */
import type { Sys } from '../sys/sys.ts';
import type { Cancellation } from './cancellation.ts';
import { NetworkError } from './watch.ts';

/** Of the daemon's configuration: max-download-attempts. */
const ATTEMPTS = 5;
const SECOND = 1000;

export interface Patience {
  readonly sys: Sys;
  readonly signal: Cancellation;
  /** Hears each second how many more it waits: `Retrying in 5 seconds`. */
  readonly tell: (status: string) => void;
}

/**
 * Does `work` with the number of the attempt, from 1, and again after 5, 10, 15 and 20 seconds when the network broke it off.
 *
 * Throws what ended the last attempt, or what is no fault of the network's.
 */
export async function persistently<T>(
  { sys, signal, tell }: Patience,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      signal.check();
      if (!isBroken(error) || attempt === ATTEMPTS) throw error;
    }
    for (let left = 5 * attempt; left > 0; left--) {
      tell(`Retrying in ${left} second${left === 1 ? '' : 's'}`);
      await second(sys, signal);
    }
  }
}

/** Whether it was the connection, and nothing that anybody said over it. */
export function isBroken(error: unknown): boolean {
  return (
    error instanceof NetworkError ||
    (error instanceof Error && 'syscall' in error && error.syscall === 'read')
  );
}

async function second(sys: Sys, signal: Cancellation): Promise<void> {
  let timer = 0;
  const waiting = new Promise<void>((resolve) => (timer = sys.setTimer(SECOND, resolve)));
  try {
    await signal.race(waiting);
  } finally {
    sys.clearTimer(timer);
  }
}
