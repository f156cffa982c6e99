import { Failure } from '../failure.ts';
import type { Fd, HttpEvent, HttpParser, Sys } from '../../sys/sys.ts';

/** How much of a reply is read at once, in bytes. */
const CHUNK = 65536;

/** One connection to the daemon; replies come in the order of the requests. */
export class Connection {
  readonly fd: Fd;
  readonly #sys: Sys;
  #parser: HttpParser | null = null;
  #events: HttpEvent[] = [];
  #open = true;

  constructor(sys: Sys, fd: Fd) {
    this.#sys = sys;
    this.fd = fd;
  }

  write(data: string | ArrayBuffer): Promise<void> {
    return this.#sys.write(this.fd, data);
  }

  /** Resolves with the head of the next reply. */
  async reply(): Promise<Reply> {
    const parser = (this.#parser ??= this.#sys.httpParser('response'));
    for (;;) {
      const event = this.#events.shift();
      // Interim answers (100 Continue) stand before the real one; 101 is final.
      if (event?.type === 'head' && (event.status >= 200 || event.status === 101)) {
        const reply = new Reply(this.#sys, event, () => this.#next(parser), this.#rest);
        if (event.status === 101) this.#free();
        return reply;
      }
      if (event) continue;
      if (!(await this.#fill(parser))) {
        throw new Failure('the Docker daemon closed the connection before it answered');
      }
    }
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#free();
    this.#sys.close(this.fd);
  }

  #rest: ArrayBuffer | null = null;

  /** Reads once; false at the end of the connection. */
  async #fill(parser: HttpParser): Promise<boolean> {
    const data = await this.#sys.read(this.fd, CHUNK);
    if (data.byteLength === 0) {
      const last = parser.finish();
      this.#events.push(...last);
      return last.length > 0;
    }
    const { events, rest } = parser.feed(data);
    this.#events.push(...events);
    this.#rest = rest;
    return true;
  }

  /** The next piece of the body, or null behind its last. */
  async #next(parser: HttpParser): Promise<ArrayBuffer | null> {
    for (;;) {
      const event = this.#events.shift();
      if (event?.type === 'body') return event.data;
      if (event?.type === 'end') return null;
      if (!event && !(await this.#fill(parser))) {
        throw new Failure('the Docker daemon closed the connection in the middle of its answer');
      }
    }
  }

  #free(): void {
    this.#parser?.free();
    this.#parser = null;
  }
}

type Head = Extract<HttpEvent, { type: 'head' }>;

/** A reply: its head, and its body as it comes. */
export class Reply {
  readonly status: number;
  readonly reason: string;
  readonly keepAlive: boolean;
  /** After an upgrade: bytes that came behind the head. */
  readonly rest: ArrayBuffer | null;
  readonly #sys: Sys;
  readonly #headers: readonly string[];
  readonly #next: () => Promise<ArrayBuffer | null>;
  #read: () => void = () => undefined;

  constructor(
    sys: Sys,
    head: Head,
    next: () => Promise<ArrayBuffer | null>,
    rest: ArrayBuffer | null,
  ) {
    this.#sys = sys;
    this.status = head.status;
    this.reason = head.reason;
    this.keepAlive = head.keepAlive;
    this.#headers = head.headers;
    this.#next = next;
    this.rest = rest;
  }

  /** Calls back once the body was read to its end. */
  whenRead(callback: () => void): void {
    this.#read = callback;
  }

  /** The value of a header, '' when it is not there; `name` in lower case. */
  header(name: string): string {
    for (let at = 0; at < this.#headers.length; at += 2) {
      if (this.#headers[at] === name) return this.#headers[at + 1] ?? '';
    }
    return '';
  }

  /** The pieces of the body as they come. */
  async *body(): AsyncGenerator<ArrayBuffer> {
    for (let data = await this.#next(); data; data = await this.#next()) yield data;
    this.#read();
  }

  /** The whole body as text. */
  async text(): Promise<string> {
    const pieces: ArrayBuffer[] = [];
    let size = 0;
    for (let data = await this.#next(); data; data = await this.#next()) {
      pieces.push(data);
      size += data.byteLength;
    }
    this.#read();
    const [only] = pieces;
    if (!only) return '';
    if (pieces.length === 1) return this.#sys.decode(only);
    // A character may be split over two pieces: join the bytes first.
    const all = new Uint8Array(size);
    let at = 0;
    for (const piece of pieces) {
      all.set(new Uint8Array(piece), at);
      at += piece.byteLength;
    }
    return this.#sys.decode(all);
  }

  /** The JSON documents of a stream that has one a line, each as it comes. */
  async *documents<T>(): AsyncGenerator<T> {
    // The shape is the API's; see Client.json.
    for await (const line of this.lines()) yield JSON.parse(line) as T;
  }

  /** The lines of the body that are not empty, each as it comes. */
  async *lines(): AsyncGenerator<string> {
    let carried = new Uint8Array(0);
    for await (const piece of this.body()) {
      const data = new Uint8Array(carried.length + piece.byteLength);
      data.set(carried);
      data.set(new Uint8Array(piece), carried.length);
      // Only whole lines are decoded: a character may be split over two pieces.
      const end = data.lastIndexOf(0x0a) + 1;
      carried = data.slice(end);
      yield* filled(this.#sys.decode(data.subarray(0, end)));
    }
    yield* filled(this.#sys.decode(carried));
  }
}

function filled(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '');
}
