/**
 * A small HTTP/1.1 client: keep-alive, bodies streamed in both directions. The parsing is done in C.
 *
 * See it: `docker pull busybox` beside `tcpdump -i eth0 port 80`.
 */
import type { HttpEvent, HttpParser, Sys } from '../sys/sys.ts';
import { parseUrl, route } from './address.ts';
import type { Route, Target } from './address.ts';
import { Answer } from './answer.ts';
import type { Head, Receiver, Sink } from './answer.ts';
import { Cancellation } from './cancellation.ts';
import { UnreachedError } from './unreached.ts';
import { NetworkError, Watch } from './watch.ts';

export type { Head, Receiver, Sink } from './answer.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body;
}

/** What is sent with a request. */
export interface Body {
  /** Bytes. */
  readonly length: number;
  /** All of it, from the beginning each time it is called: a connection that was closed is replaced. */
  pieces(): Iterable<ArrayBuffer | string>;
}

/** A request on its way: where to, and who takes the answer. */
interface Exchange extends HttpRequest {
  readonly target: Target;
  readonly route: Route;
  readonly accept: (head: Head) => Sink | Receiver;
}

interface Connection {
  readonly fd: number;
  parser: HttpParser;
  /** An answer came over it before: the server may have closed it since. */
  used: boolean;
}

/** What comes first is mostly small: a head, a document. */
const FIRST = 16 * 1024;
/** Large reads keep the number of steps in JavaScript small. */
const CHUNK = 512 * 1024;
const REDIRECTS = 5;
/** In an answer: the page's own, since nothing came from where the request was to go, and why. */
const UNREACHED = 'bottle-gateway';

export class HttpClient {
  readonly #sys: Sys;
  readonly #cancellation: Cancellation;
  /** By authority; the one used last is taken first. */
  readonly #idle = new Map<string, Connection[]>();

  constructor(sys: Sys, cancellation = new Cancellation()) {
    this.#sys = sys;
    this.#cancellation = cancellation;
  }

  /**
   * GETs `url`, following redirects. `accept` sees the head and gives the sink for the body.
   *
   * Throws what the network or the sink throws, in the words of Go's client (`Get "…": dial tcp …`).
   */
  get(
    url: string,
    headers: Readonly<Record<string, string>>,
    accept: (head: Head) => Sink | Receiver,
  ): Promise<Head> {
    return this.send({ method: 'GET', url, headers }, accept);
  }

  /** Sends any request; as {@link get}, redirects are followed when nothing was sent along. */
  async send(request: HttpRequest, accept: (head: Head) => Sink | Receiver): Promise<Head> {
    const { method, url } = request;
    const follows = (head: Head): boolean =>
      (method === 'GET' || method === 'HEAD') && isRedirect(head);
    let next = url;
    const { authority } = parseUrl(url);
    const others = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name !== 'Authorization'),
    );
    for (let hop = 0; hop <= REDIRECTS; hop++) {
      const target = parseUrl(next);
      const head = await this.#exchange({
        ...request,
        // What opens this door is not shown at another.
        headers: target.authority === authority ? request.headers : others,
        url: next,
        target,
        route: route(this.#sys, target),
        accept: (found) => (follows(found) ? () => undefined : accept(found)),
      });
      const unreached = head.headers.get(UNREACHED);
      if (unreached !== undefined) throw new UnreachedError(verb(request), unreached);
      if (!follows(head)) return head;
      const location = head.headers.get('location') ?? '';
      const scheme = target.secure ? 'https' : 'http';
      next = location.startsWith('/') ? `${scheme}://${target.authority}${location}` : location;
    }
    throw new Error(`${verb(request)}: stopped after ${REDIRECTS} redirects`);
  }

  /** Closes idle connections. */
  close(): void {
    for (const connection of [...this.#idle.values()].flat()) this.#discard(connection);
    this.#idle.clear();
  }

  async #exchange(exchange: Exchange): Promise<Head> {
    const { authority } = exchange.target;
    const reused = this.#idle.get(authority)?.pop();
    if (reused !== undefined) {
      const head = await this.#converse(reused, exchange);
      if (head !== null) return head;
    }
    const head = await this.#converse(await this.#connect(exchange), exchange);
    if (head === null) throw new NetworkError(`${verb(exchange)}: EOF`);
    return head;
  }

  async #connect(exchange: Exchange): Promise<Connection> {
    this.#cancellation.check();
    const { address, port } = exchange.route;
    try {
      const fd = await this.#dial(address, port);
      return { fd, parser: this.#sys.httpParser('response'), used: false };
    } catch (error) {
      this.#cancellation.check();
      throw new NetworkError(`${verb(exchange)}: ${message(error)}`, { cause: error });
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
  async #converse(connection: Connection, exchange: Exchange): Promise<Head | null> {
    const { method, target, accept } = exchange;
    const answer = new Answer(accept, method === 'HEAD');
    const late = `${verb(exchange)}: timeout awaiting response`;
    const watch = new Watch(this.#sys, this.#cancellation, late);
    let kept = false;
    try {
      await this.#request(connection, exchange, watch);
      while (!answer.complete) {
        if (!(await this.#step(exchange, connection, answer, watch))) {
          if (answer.head === null && connection.used) return null;
          answer.take(atEnd(exchange, () => connection.parser.finish()));
          if (!answer.complete) throw new NetworkError(`${verb(exchange)}: unexpected EOF`);
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
      if (kept) {
        // The parser would wait for the body that the answer to HEAD told of.
        if (method === 'HEAD') this.#renew(connection);
        const others = this.#idle.get(target.authority) ?? [];
        this.#idle.set(target.authority, [...others, connection]);
      } else this.#discard(connection);
    }
    return answer.head;
  }

  async #request(connection: Connection, exchange: Exchange, watch: Watch): Promise<void> {
    const { fd } = connection;
    await watch.race(this.#sys.write(fd, headOf(exchange)));
    const { body } = exchange;
    if (body === undefined) return;
    let left = body.length;
    try {
      for (const piece of body.pieces()) {
        left -= typeof piece === 'string' ? this.#sys.encode(piece).byteLength : piece.byteLength;
        if (left < 0) break;
        await watch.race(this.#sys.write(fd, piece));
      }
    } catch (error) {
      // A server that turns the request down may do so before it has all: its answer says why.
      if (isReset(error) && !connection.used) return;
      throw error;
    }
    if (left !== 0) throw new Error(`${verb(exchange)}: the body is not as long as was announced`);
  }

  /** Takes in what comes next; false at the end of the stream. */
  async #step(
    exchange: Exchange,
    connection: Connection,
    answer: Answer,
    watch: Watch,
  ): Promise<boolean> {
    const { fd, parser } = connection;
    if (answer.receiver !== null) {
      const count = await watch.race(answer.receiver.receive(fd, answer.left));
      answer.received(count);
      // This one would wait for a body that went past it.
      if (answer.complete) this.#renew(connection);
      return count > 0;
    }
    const data = await watch.race(this.#sys.read(fd, answer.head === null ? FIRST : CHUNK));
    if (data.byteLength === 0) return false;
    answer.take(parse(exchange, () => parser.feed(data).events));
    return true;
  }

  #renew(connection: Connection): void {
    connection.parser.free();
    connection.parser = this.#sys.httpParser('response');
  }

  #discard(connection: Connection): void {
    connection.parser.free();
    this.#sys.close(connection.fd);
  }
}

function headOf({ method, target, route: { request }, headers, body }: Exchange): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  // A POST without a body says so: some servers wait for one else.
  const length = body?.length ?? (method === 'POST' || method === 'PUT' ? 0 : null);
  if (length !== null) lines.push(`Content-Length: ${length}\r\n`);
  return `${method} ${request} HTTP/1.1\r\nHost: ${target.authority}\r\nUser-Agent: ship-in-a-bottle\r\n${lines.join('')}\r\n`;
}

/** `Get "http://…"`: what Go's client begins its errors with. */
function verb({ method, url }: HttpRequest): string {
  return `${method[0] ?? ''}${method.slice(1).toLowerCase()} "${url}"`;
}

function parse(request: HttpRequest, read: () => readonly HttpEvent[]): readonly HttpEvent[] {
  try {
    return read();
  } catch (error) {
    throw new Error(`${verb(request)}: malformed HTTP response: ${message(error)}`, {
      cause: error,
    });
  }
}

/** A stream that ends where the answer does not was broken off. */
function atEnd(request: HttpRequest, read: () => readonly HttpEvent[]): readonly HttpEvent[] {
  try {
    return read();
  } catch (error) {
    throw new NetworkError(`${verb(request)}: unexpected EOF`, { cause: error });
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
