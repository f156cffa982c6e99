/** A shell of the guest whose commands have results. */
import { Shown } from './shown.ts';

export interface Result {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, 0–255. */
  readonly code: number;
}

/** What a shell of the guest is reached by: one of the machine's consoles, or what relays one. */
export interface Line {
  onData(callback: (bytes: Uint8Array) => void): unknown;
  write(data: string): unknown;
}

/* eslint-disable no-control-regex -- terminals speak in control characters */

/** Ends and separates what a command printed: ASCII's record separator, which no test prints. */
const MARK = '\x1e';

/** A console turned into something that runs commands one after another, without echo or line editing. */
export class Shell {
  readonly #console: Line;
  readonly #user: 'learner' | 'root';
  readonly #shown: Shown;
  #queue: Promise<unknown> | null = null;

  /** @param begun Whether the console has been turned already, in the machine that this one goes on from. */
  constructor(console: Line, user: 'learner' | 'root', begun = false) {
    if (begun) this.#queue = Promise.resolve();
    this.#console = console;
    this.#user = user;
    this.#shown = new Shown(console);
  }

  run(command: string): Promise<Result> {
    const before = this.#queue ?? this.#start();
    const result = before.then(() => this.#command(command));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #start(): Promise<void> {
    await this.#shown.until(/[$#] (\x1b\[6n)?$/, 'a prompt');
    const errors = `/tmp/.test-${this.#user}`;
    // commands come as base64, one a line: no byte of them means anything to the terminal
    const loop =
      `stty raw -echo; printf '\\036'; while read -r line; do sh -c "$(printf %s "$line" | base64 -d)" </dev/null 2>${errors}; ` +
      `code=$?; printf '\\036'; cat ${errors}; printf '\\036%d\\036' $code; done`;
    const encoded = Buffer.from(loop).toString('base64');
    this.#shown.clear();
    const start = `sh -c "$(echo ${encoded} | base64 -d)"`;
    await this.#console.write(
      this.#user === 'root' ? `exec su -c '${start}'\r` : `exec ${start}\r`,
    );
    await this.#shown.until(/\x1e/, 'the shell of the test');
  }

  async #command(command: string): Promise<Result> {
    this.#shown.clear();
    await this.#console.write(`${Buffer.from(command).toString('base64')}\n`);
    await this.#shown.until(/\x1e[^\x1e]*\x1e\d+\x1e$/, `"${command}" to end`);
    const [stdout = '', stderr = '', code = ''] = this.#shown.text.split(MARK);
    return { stdout, stderr, code: Number(code) };
  }
}
