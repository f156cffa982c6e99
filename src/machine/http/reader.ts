import { MachineError } from '../errors.ts';

/** Longest head of a message (start line and header fields together), and longest chunk-size line, in bytes. */
const HEAD_LIMIT = 64 * 1024;
const LINE_LIMIT = 4096;

/** What a client may still send after it was answered. */
const LINGER_LIMIT = 4 * 1024 * 1024;

const LF = 10;

/** Reads lines, counted bytes and chunks off a byte stream (RFC 9112, 2.2 and 7.1). */
export class MessageReader {
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: ReadableStream<Uint8Array>) {
    this.#source = source.getReader();
  }

  /** The lines of a message's head without their ends; null when the stream ends before a first byte. */
  async head(): Promise<string[] | null> {
    const lines: string[] = [];
    let size = 0;
    for (;;) {
      const line = await this.#line(HEAD_LIMIT - size);
      if (line === null) {
        if (size === 0) return null;
        throw new MachineError(
          'bad-http',
          'The connection ended in the middle of the header fields.',
        );
      }
      size += line.length + 2;
      if (line !== '') lines.push(line);
      else if (lines.length > 0) return lines; // empty lines before the start line are skipped
    }
  }

  /** Up to `limit` bytes, at least one; null at the end of the stream. */
  async some(limit: number): Promise<Uint8Array | null> {
    if (this.#rest.length === 0 && !(await this.#fill())) return null;
    const bytes = this.#rest.subarray(0, limit);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** A body of exactly `length` bytes; `done` runs once it was read to its end. */
  fixed(length: number, done: () => void): ReadableStream<Uint8Array> {
    let left = length;
    return this.#body(async () => {
      if (left === 0) return null;
      const bytes = await this.some(left);
      if (!bytes) throw new MachineError('bad-http', `The body ended ${left} bytes too early.`);
      left -= bytes.length;
      return bytes;
    }, done);
  }

  /** A body in chunks; its trailer fields are read and dropped. */
  chunked(done: () => void): ReadableStream<Uint8Array> {
    let left = 0;
    return this.#body(async () => {
      if (left === 0) {
        left = await this.#chunkSize();
        if (left === 0) {
          while ((await this.#needed()) !== '');
          return null;
        }
      }
      const bytes = await this.some(left);
      if (!bytes)
        throw new MachineError(
          'bad-http',
          `The body ended inside a chunk, ${left} bytes too early.`,
        );
      left -= bytes.length;
      if (left === 0 && (await this.#needed()) !== '') {
        throw new MachineError('bad-http', 'A chunk is longer than its announced size.');
      }
      return bytes;
    }, done);
  }

  /** Everything up to the end of the stream. */
  rest(done: () => void): ReadableStream<Uint8Array> {
    return this.#body(() => this.some(Infinity), done);
  }

  /**
   * Reads on for nobody until the other side ends, or has sent too much: cutting the connection while it still
   * sends could take the answer away from it (RFC 9112, 9.6).
   */
  async linger(): Promise<void> {
    let left = LINGER_LIMIT;
    try {
      for (let bytes = await this.some(left); bytes; bytes = await this.some(left)) {
        left -= bytes.length;
        if (left <= 0) return await this.cancel();
      }
    } catch {
      // the connection is gone, which is where this was to lead
    }
  }

  /** Gives up the stream. */
  async cancel(): Promise<void> {
    await this.#source.cancel().catch(() => undefined); // the connection may be gone already
  }

  #body(next: () => Promise<Uint8Array | null>, done: () => void): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const bytes = await next();
          if (bytes) return controller.enqueue(bytes);
          controller.close();
          done();
        },
        cancel: () => this.cancel(),
      },
      { highWaterMark: 0 }, // read when asked, so that back-pressure reaches the other end
    );
  }

  async #chunkSize(): Promise<number> {
    const line = await this.#needed();
    const digits = /^([0-9a-fA-F]{1,13})[ \t]*(;|$)/.exec(line)?.[1];
    if (digits === undefined) {
      throw new MachineError(
        'bad-http',
        `A chunk starts with "${line.slice(0, 40)}" instead of its size.`,
      );
    }
    return Number.parseInt(digits, 16);
  }

  async #needed(): Promise<string> {
    const line = await this.#line(LINE_LIMIT);
    if (line === null)
      throw new MachineError('bad-http', 'The connection ended in the middle of a chunked body.');
    return line;
  }

  /** One line in Latin-1 without its CRLF (or LF); null at the end of the stream. */
  async #line(limit: number): Promise<string | null> {
    let text = '';
    for (;;) {
      if (this.#rest.length === 0 && !(await this.#fill())) {
        if (text === '') return null;
        throw new MachineError('bad-http', 'The connection ended in the middle of a line.');
      }
      const end = this.#rest.indexOf(LF);
      const part = end < 0 ? this.#rest : this.#rest.subarray(0, end);
      if (text.length + part.length > limit) {
        throw new MachineError(
          'bad-http',
          'The header fields are longer than 64 KiB, or a line than 4 KiB.',
        );
      }
      text += String.fromCharCode(...part);
      this.#rest = this.#rest.subarray(end < 0 ? part.length : end + 1);
      if (end >= 0) return text.endsWith('\r') ? text.slice(0, -1) : text;
    }
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#source.read();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }
}
