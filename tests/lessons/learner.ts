import type { Console } from '../../src/machine/index.ts';

/** Long enough for a pull on a busy computer; it only ends a wait for something that never comes. */
const PATIENCE = 60_000;

/**
 * Somebody at a terminal: types a line when there is a prompt, and waits for the next prompt. Knows the shell of the
 * guest and the shells of containers by what their prompts end in.
 */
export class Learner {
  readonly #console: Console;
  #shown = '';
  #look: () => void = () => undefined;

  constructor(console: Console) {
    this.#console = console;
    const decoder = new TextDecoder();
    console.onData((bytes) => {
      this.#shown += plain(decoder.decode(bytes, { stream: true }));
      this.#look();
    });
  }

  /** What the terminal has shown since the last line was typed, without colours and cursor moves. */
  get shown(): string {
    return this.#shown;
  }

  /** Asks for a prompt: a restored terminal has shown its own before anyone looked. */
  async wake(): Promise<void> {
    await this.type('');
  }

  /** Types a line, presses Enter, and resolves when a prompt has come after its output. */
  async type(line: string): Promise<string> {
    this.#shown = '';
    await this.#console.write(`${line}\r`);
    await this.#prompt(line);
    return this.#shown;
  }

  #prompt(line: string): Promise<void> {
    return new Promise((found, failed) => {
      const timer = setTimeout(() => {
        this.#look = () => undefined;
        failed(
          new Error(`no prompt came back after "${line}"; the terminal shows:\n${this.#shown}`),
        );
      }, PATIENCE);
      this.#look = () => {
        // The line's own echo ends in a newline; a prompt before it is the old one.
        if (!/\n[^\n]*[#$] $/.test(this.#shown)) return;
        this.#look = () => undefined;
        clearTimeout(timer);
        found();
      };
      this.#look();
    });
  }
}

/** Without escape sequences and carriage returns. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences are control characters
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r/g, '');
}
