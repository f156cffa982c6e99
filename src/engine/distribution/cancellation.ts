/** What a cancelled operation throws. */
export class Cancelled extends Error {
  constructor(message = 'context canceled') {
    super(message);
    this.name = 'Cancelled';
  }
}

/**
 * A way to end an operation from outside, as AbortSignal is in places that have the DOM: whoever
 * started a pull calls `cancel` when its client has gone.
 */
export class Cancellation {
  #reason: Error | null = null;
  readonly #listeners = new Set<(reason: Error) => void>();

  /** Ends what waits in {@link race}; a second call does nothing. */
  cancel(reason: Error = new Cancelled()): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
    this.#listeners.clear();
  }

  get cancelled(): boolean {
    return this.#reason !== null;
  }

  /** Throws the reason once cancelled. */
  check(): void {
    if (this.#reason !== null) throw this.#reason;
  }

  /** Calls `listener` once when cancelled (at once if it is already); the result takes it back. */
  onCancel(listener: (reason: Error) => void): () => void {
    if (this.#reason !== null) listener(this.#reason);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles as `work` does, or rejects with the reason if that comes first. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const forget = this.onCancel(reject);
      work.then(resolve, reject).finally(forget);
    });
  }
}
