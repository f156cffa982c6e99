/**
 * A small HTTP/1.1 client: GET with keep-alive and streamed bodies. The parsing is done in C.
 *
 * See it: `docker pull busybox` beside `tcpdump -i eth0 port 80`.
 */
import type { Fd, HttpEvent, HttpParser, Sys } from '../sys/sys.ts';
import { lookup, parseUrl } from './address.ts';
import type { Target } from './address.ts';
import { Cancellation } from './cancellation.ts';
import { NetworkError, Watch } from './watch.ts';

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

interface Connection {
  readonly fd: Fd;
  parser: HttpParser;
  /** An answer came over it before: the server may have closed it since. */
  used: boolean;
}

/** What comes first is mostly small: a head, a document. */
const FIRST = 16 * 1024;
/** Large reads keep the number of steps in JavaScript small. */
const CHUNK = 512 * 1024;
const REDIRECTS = 5;

export class HttpClient {
  readonly #sys: Sys;
  readonly #cancellation: Cancellation;
  readonly #idle = new Map<string, Connection>();

  constructor(sys: Sys, cancellation = new Cancellation()) {
    this.#sys = sys;
    this.#cancellation = cancellation;
  }

  /**
   * GETs `url`, following redirects. `accept` sees the head and gives the sink for the body.
   *
   * Throws what the network or the sink throws, in the words of Go's client (`Get "…": dial tcp …`).
   */
  async get(
    url: string,
    headers: Readonly<Record<string, string>>,
    accept: (head: Head) => Sink | Receiver,
  ): Promise<Head> {
    let next = url;
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const target = parseUrl(next);
      const head = await this.#exchange(next, target, headers, (found) =>
        isRedirect(found) ? () => undefined : accept(found),
      );
      if (!isRedirect(head)) return head;
      const location = head.headers.get('location') ?? '';
      next = location.startsWith('/') ? `http://${target.authority}${location}` : location;
    }
    throw new Error(`Get "${url}": stopped after ${REDIRECTS} redirects`);
  }

  /** Closes idle connections. */
  close(): void {
    for (const connection of this.#idle.values()) this.#discard(connection);
    this.#idle.clear();
  }

  async #exchange(
    url: string,
    target: Target,
    headers: Readonly<Record<string, string>>,
    accept: (head: Head) => Sink | Receiver,
  ): Promise<Head> {
    const reused = this.#idle.get(target.authority);
    this.#idle.delete(target.authority);
    if (reused !== undefined) {
      const head = await this.#converse(url, reused, target, headers, accept);
      if (head !== null) return head;
    }
    const head = await this.#converse(
      url,
      await this.#connect(url, target),
      target,
      headers,
      accept,
    );
    if (head === null) throw new Error(`Get "${url}": EOF`);
    return head;
  }

  async #connect(url: string, target: Target): Promise<Connection> {
    this.#cancellation.check();
    try {
      const address = lookup(this.#sys, target.host);
      const fd = await this.#dial(address, target.port);
      return { fd, parser: this.#sys.httpParser('response'), used: false };
    } catch (error) {
      this.#cancellation.check();
      throw new Error(`Get "${url}": ${message(error)}`, { cause: error });
    }
  }

  async #dial(address: string, port: number): Promise<number> {
    const dial = `dial tcp ${address}:${port}`;
    const connecting = this.#sys.connectTcp(address, port).catch((error: unknown) => {
      // The sentence of errno(3) is what comes last in the message of a system call.
      throw new Error(`${dial}: connect: ${message(error).split(': ').at(-1)}`, { cause: error });
    });
    const watch = new Watch(this.#sys, this.#cancellation, `${dial}: i/o timeout`);
    try {
      return await watch.race(connecting);
    } catch (error) {
      connecting.then((late) => this.#sys.close(late)).catch(() => undefined);
      throw error;
    } finally {
      watch.end();
    }
  }

  /** One request and its answer; null when a kept connection turned out to be closed. */
  async #converse(
    url: string,
    connection: Connection,
    target: Target,
    headers: Readonly<Record<string, string>>,
    accept: (head: Head) => Sink | Receiver,
  ): Promise<Head | null> {
    const answer = new Answer(accept);
    const watch = new Watch(
      this.#sys,
      this.#cancellation,
      `Get "${url}": timeout awaiting response`,
    );
    let kept = false;
    try {
      await watch.race(this.#sys.write(connection.fd, request(target, headers)));
      while (!answer.complete) {
        if (!(await this.#step(url, connection, answer, watch))) {
          if (answer.head === null && connection.used) return null;
          answer.take(parse(url, () => connection.parser.finish()));
          if (!answer.complete) throw new NetworkError(`Get "${url}": unexpected EOF`);
        }
      }
      kept = answer.keepAlive;
    } catch (error) {
      kept = false;
      this.#cancellation.check();
      if (isReset(error) && answer.head === null && connection.used) return null;
      throw error;
    } finally {
      watch.end();
      connection.used = true;
      if (kept && !this.#idle.has(target.authority)) this.#idle.set(target.authority, connection);
      else this.#discard(connection);
    }
    return answer.head;
  }

  /** Takes in what comes next; false at the end of the stream. */
  async #step(url: string, connection: Connection, answer: Answer, watch: Watch): Promise<boolean> {
    const { fd, parser } = connection;
    if (answer.receiver !== null) {
      const count = await watch.race(answer.receiver.receive(fd, answer.left));
      answer.received(count);
      if (answer.complete) {
        // This one would wait for a body that went past it.
        parser.free();
        connection.parser = this.#sys.httpParser('response');
      }
      return count > 0;
    }
    const data = await watch.race(this.#sys.read(fd, answer.head === null ? FIRST : CHUNK));
    if (data.byteLength === 0) return false;
    answer.take(parse(url, () => parser.feed(data).events));
    return true;
  }

  #discard(connection: Connection): void {
    connection.parser.free();
    this.#sys.close(connection.fd);
  }
}

/** Collects the events of one response. */
class Answer {
  head: Head | null = null;
  complete = false;
  keepAlive = false;
  /** Takes the rest of the body past the parser; null when its length is not known, or nobody can. */
  receiver: Receiver | null = null;
  /** Bytes of the body that are to come, for the receiver. */
  left = 0;
  readonly #accept: (head: Head) => Sink | Receiver;
  #sink: Sink = () => undefined;

  constructor(accept: (head: Head) => Sink | Receiver) {
    this.#accept = accept;
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
        this.#deliver(this.head, this.#accept(this.head));
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
    if (head.status !== 200 || head.headers.has('transfer-encoding') || !/^\d+$/.test(length))
      return;
    this.left = Number(length);
    this.receiver = to;
  }
}

function request(target: Target, headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target.path} HTTP/1.1\r\nHost: ${target.authority}\r\nUser-Agent: ship-in-a-bottle\r\n${lines.join('')}\r\n`;
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

function parse(url: string, read: () => readonly HttpEvent[]): readonly HttpEvent[] {
  try {
    return read();
  } catch (error) {
    throw new NetworkError(`Get "${url}": malformed HTTP response: ${message(error)}`, {
      cause: error,
    });
  }
}

function isRedirect(head: Head): boolean {
  return [301, 302, 303, 307, 308].includes(head.status) && head.headers.has('location');
}

function isReset(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ECONNRESET' || error.code === 'EPIPE')
  );
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
