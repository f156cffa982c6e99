import type { SignalView } from '../../protocol/bottle.ts';
import type { Sys } from '../sys/sys.ts';

/** How many a late reader can still see. */
const KEPT = 64;

/** The signals that the daemon sent to containers: the last ones, and whoever watches. */
export class SignalLog {
  readonly #sys: Pick<Sys, 'timestamp'>;
  readonly #kept: SignalView[] = [];
  readonly #listeners = new Set<(signal: SignalView) => void>();

  constructor(sys: Pick<Sys, 'timestamp'>) {
    this.#sys = sys;
  }

  note(sent: Omit<SignalView, 'time'>): void {
    const signal = { time: this.#sys.timestamp(), ...sent };
    this.#kept.push(signal);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(signal);
  }

  /** Oldest first. */
  recent(): readonly SignalView[] {
    return this.#kept;
  }

  /** Calls `listener` for each signal from now on, until the returned function is called. */
  subscribe(listener: (signal: SignalView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
