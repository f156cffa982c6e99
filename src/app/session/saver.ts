/** When to save: after what happened has come to an end, and now and then when it does not. */
export interface Pace {
  /** Nothing may have happened for so long, in ms. */
  readonly calm: number;
  /** After the first thing that is not saved yet, it is saved within so long all the same, in ms. */
  readonly most: number;
  /** A save that took long is followed by a pause so many times as long. */
  readonly rest: number;
}

export const usualPace: Pace = { calm: 1_000, most: 8_000, rest: 8 };

/** Saves a machine in which something happened. One save at a time. */
export class Saver {
  readonly #save: () => Promise<void>;
  readonly #pace: Pace;
  /** When the first and the last thing happened that is not saved; null when all is. */
  #since: number | null = null;
  #last = 0;
  /** Not before this. */
  #rested = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #saving: Promise<void> | null = null;
  #stopped = false;

  /** @param save Never rejects. */
  constructor(save: () => Promise<void>, pace: Pace = usualPace) {
    this.#save = save;
    this.#pace = pace;
  }

  /** Something happened. */
  deed(): void {
    const now = performance.now();
    this.#since ??= now;
    this.#last = now;
    if (this.#timer === null && this.#saving === null) this.#plan();
  }

  /** Saves now what is not saved; resolves when that is done. */
  async flush(): Promise<void> {
    while (this.#saving) await this.#saving;
    if (this.#since !== null && !this.#stopped) await this.#now();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #plan(): void {
    if (this.#since === null || this.#stopped) return;
    const due = Math.min(this.#last + this.#pace.calm, this.#since + this.#pace.most);
    const wait = Math.max(due, this.#rested) - performance.now();
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const calm = performance.now() - this.#last >= this.#pace.calm;
        const late = this.#since !== null && performance.now() - this.#since >= this.#pace.most;
        if (calm || late) void this.#now();
        else this.#plan();
      },
      Math.max(0, wait),
    );
  }

  async #now(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#since = null;
    const begin = performance.now();
    this.#saving = this.#save();
    await this.#saving;
    this.#saving = null;
    const end = performance.now();
    this.#rested = end + (end - begin) * this.#pace.rest;
    this.#plan();
  }
}
