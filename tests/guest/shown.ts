import type { Line } from './shell.ts';

/** Far longer than anything that a test waits for; it only ends a wait for something that never comes. */
const PATIENCE = 60_000;

/** What a console has shown since it was last cleared, and waiting for what it is to show. */
export class Shown {
  #text = '';
  #look: () => void = () => undefined;

  /** @param clean takes out what does not count, of each piece that comes */
  constructor(console: Pick<Line, 'onData'>, clean = (piece: string): string => piece) {
    const decoder = new TextDecoder();
    console.onData((bytes) => {
      this.#text += clean(decoder.decode(bytes, { stream: true }));
      this.#look();
    });
  }

  get text(): string {
    return this.#text;
  }

  clear(): void {
    this.#text = '';
  }

  /** Resolves when `pattern` is shown, at once when it is already. */
  until(pattern: RegExp, what: string): Promise<void> {
    return new Promise((found, failed) => {
      const timer = setTimeout(() => {
        this.#look = () => undefined;
        const end = this.#text.slice(-2000);
        const waited = `waited ${PATIENCE / 1000} s for ${what} (${String(pattern)})`;
        failed(new Error(`${waited}; the console shows:\n${end}`));
      }, PATIENCE);
      this.#look = () => {
        if (!pattern.test(this.#text)) return;
        this.#look = () => undefined;
        clearTimeout(timer);
        found();
      };
      this.#look();
    });
  }
}
