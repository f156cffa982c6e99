/** Where the lines of a build go: one JSON document each, as the classic builder writes them. */
export interface Sink {
  /** Writes to the client; the first call begins the answer. */
  write(text: string): Promise<void>;
}

const RED = '\x1b[91m';
const PLAIN = '\x1b[0m';

/** What a build says while it goes on. Lines that come close together travel together. */
export class Output {
  readonly #sink: Sink;
  readonly #quiet: boolean;
  /** With `-q`: shown only when the build fails. */
  #held = '';
  #pending = '';
  #writing: Promise<void> | null = null;
  /** Whether anything was said: an error can be an HTTP status no more. */
  begun = false;

  constructor(sink: Sink, quiet: boolean) {
    this.#sink = sink;
    this.#quiet = quiet;
  }

  /** Text for standard output. */
  say(text: string): void {
    this.#tell({ stream: text });
  }

  /** Text that a command wrote to standard error: red, as Docker has it. */
  complain(text: string): void {
    this.#tell({ stream: RED + text + PLAIN });
  }

  /** A line of a pull. */
  progress(message: object): void {
    this.#tell(message);
  }

  /** The image that a stage ended with. */
  image(id: string): void {
    if (!this.#quiet) this.#send({ aux: { ID: id } });
  }

  /** The end of a quiet build. */
  result(text: string): void {
    this.#send({ stream: text });
  }

  /** The end of a build that failed. */
  fail(message: string, code: number | null): void {
    this.#pending += this.#held;
    this.#send({
      errorDetail: code === null ? { message } : { code, message },
      error: message,
    });
  }

  /** Resolves when the client has all. */
  async flushed(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  #tell(message: object): void {
    if (this.#quiet) this.#held += `${JSON.stringify(message)}\r\n`;
    else this.#send(message);
  }

  #send(message: object): void {
    this.begun = true;
    this.#pending += `${JSON.stringify(message)}\r\n`;
    this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // Whatever else is said in this turn goes along.
    await Promise.resolve();
    while (this.#pending !== '') {
      const text = this.#pending;
      this.#pending = '';
      // A client that has gone is noticed elsewhere.
      await this.#sink.write(text).catch(() => undefined);
    }
    this.#writing = null;
  }
}
