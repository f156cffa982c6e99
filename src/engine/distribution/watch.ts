import type { Sys } from '../sys/sys.ts';
import type { Cancellation } from './cancellation.ts';

/** What a server that says nothing, or a network that brings nothing, ends in. */
export class NetworkError extends Error {}

/** Milliseconds after which a peer that did nothing is looked at as gone (after twice as many at the latest). */
const PATIENCE = 60_000;

/**
 * Ends what waits, when it is cancelled or when nothing has happened for too long. One for many waits:
 * a layer comes in hundreds of pieces, and each wait should cost little.
 */
export class Watch {
  readonly #sys: Sys;
  readonly #over: Promise<never>;
  readonly #forget: () => void;
  #timer = 0;
  #active = true;

  /** @param late the sentence for a peer that does nothing */
  constructor(sys: Sys, cancellation: Cancellation, late: string) {
    this.#sys = sys;
    let forget = (): void => undefined;
    this.#over = new Promise<never>((_, reject) => {
      forget = cancellation.onCancel(reject);
      const look = (): void => {
        if (!this.#active) reject(new NetworkError(late));
        this.#active = false;
        this.#timer = sys.setTimer(PATIENCE, look);
      };
      look();
    });
    // It may end when nobody waits; whoever waits next hears of it.
    this.#over.catch(() => undefined);
    this.#forget = forget;
  }

  /** Settles as `work` does, or rejects when it is over. */
  race<T>(work: Promise<T>): Promise<T> {
    this.#active = true;
    return Promise.race([work, this.#over]);
  }

  /** No more waits. */
  end(): void {
    this.#sys.clearTimer(this.#timer);
    this.#forget();
  }
}
