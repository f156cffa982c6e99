/** One answer of a server, as it comes. */
import type { Fd, HttpEvent } from '../sys/sys.ts';

export interface Head {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case; values of a repeated name are joined with a comma. */
  readonly headers: ReadonlyMap<string, string>;
}

/** Takes the body, a piece at a time; what it throws ends the request. */
export type Sink = (data: ArrayBuffer) => void;

/** A sink that can also take the body from the socket itself: a large one, whose length is known. */
export interface Receiver {
  readonly write: Sink;
  /** Takes at most `max` bytes; resolves with how many, 0 at the end of the stream. */
  readonly receive: (fd: Fd, max: number) => Promise<number>;
}

/** Collects the events of one response. */
export class Answer {
  head: Head | null = null;
  complete = false;
  keepAlive = false;
  /** Takes the rest of the body past the parser; null when its length is not known, or nobody can. */
  receiver: Receiver | null = null;
  /** Bytes of the body that are to come, for the receiver. */
  left = 0;
  readonly #accept: (head: Head) => Sink | Receiver;
  /** An answer to HEAD is over with its head, whatever length that tells of. */
  readonly #bare: boolean;
  #sink: Sink = () => undefined;

  constructor(accept: (head: Head) => Sink | Receiver, bare: boolean) {
    this.#accept = accept;
    this.#bare = bare;
  }

  take(events: readonly HttpEvent[]): void {
    for (const event of events) {
      if (event.type === 'body') {
        this.left -= event.data.byteLength;
        this.#sink(event.data);
      } else if (event.type === 'end') {
        // 1xx answers precede the real one.
        this.complete = this.head !== null;
      } else if (event.status >= 200) {
        this.head = { status: event.status, reason: event.reason, headers: collect(event.headers) };
        this.keepAlive = event.keepAlive;
        const to = this.#accept(this.head);
        if (this.#bare) this.complete = true;
        else this.#deliver(this.head, to);
      }
    }
  }

  /** `count` bytes of the body went past the parser. */
  received(count: number): void {
    this.left -= count;
    this.complete = this.left === 0;
  }

  #deliver(head: Head, to: Sink | Receiver): void {
    if (typeof to === 'function') {
      this.#sink = to;
      return;
    }
    this.#sink = to.write;
    const length = head.headers.get('content-length') ?? '';
    const content = head.status === 200 || head.status === 206;
    if (!content || head.headers.has('transfer-encoding') || !/^\d+$/.test(length)) return;
    this.left = Number(length);
    this.receiver = to;
  }
}

function collect(pairs: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = pairs[index] ?? '';
    const value = pairs[index + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}
