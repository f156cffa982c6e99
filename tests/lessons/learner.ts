import type { Console } from '../../src/machine/index.ts';
import { Shown } from '../guest/shown.ts';

/** A builder’s arrow and the tip of a progress bar are no prompts. */
const NEXT_PROMPT = /\n[^\n]*(?:[$#]|(?<![-=])>) $/;

/**
 * Somebody at a terminal: types a line when there is a prompt, and waits for the next prompt. Knows the shell of the
 * guest, the shells of containers and the prompts of other programs by what they end in.
 */
export class Learner {
  readonly #console: Console;
  readonly #shown: Shown;

  constructor(console: Console) {
    this.#console = console;
    this.#shown = new Shown(console, plain);
  }

  /** What the terminal has shown since the last line was typed, without colours and cursor moves. */
  get shown(): string {
    return this.#shown.text;
  }

  /** Asks for a prompt: a restored terminal has shown its own before anyone looked. */
  async wake(): Promise<void> {
    await this.type('');
  }

  /** Types a line, presses Enter, and resolves when a prompt (or `until`) has come after it. */
  async type(line: string, until: string | null = null): Promise<string> {
    // The line's own echo ends in a newline: a prompt before it is the old one.
    return this.#send(`${line}\r`, until === null ? NEXT_PROMPT : literal(until), line);
  }

  /** Presses keys; resolves when there is a prompt at the end of what is shown, or `until` is shown. */
  async press(keys: string, until: string | null): Promise<string> {
    return this.#send(keys, until === null ? /[#$>] $/ : literal(until), JSON.stringify(keys));
  }

  async #send(bytes: string, wanted: RegExp, what: string): Promise<string> {
    this.#shown.clear();
    await this.#console.write(bytes);
    await this.#shown.until(wanted, `what comes after ${what}`);
    return this.#shown.text;
  }
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

/** Without escape sequences and carriage returns. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences are control characters
  return text.replace(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r/g, '');
}
