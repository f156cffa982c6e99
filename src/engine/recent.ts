/** The last things that happened, for who comes late, and whoever listens for the next. */
export class Recent<Happening> {
  readonly #most: number;
  readonly #kept: Happening[] = [];
  readonly #listeners = new Set<(happening: Happening) => void>();

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  add(happening: Happening): void {
    this.#kept.push(happening);
    if (this.#kept.length > this.#most) this.#kept.shift();
    for (const listener of this.#listeners) listener(happening);
  }

  /** What is kept, oldest first. */
  recent(): readonly Happening[] {
    return this.#kept;
  }

  /** Calls `listener` with each from now on, until the returned function is called. */
  subscribe(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
