/**
 * HTTP/1.1 over a connection of the daemon: one request after the other, bodies as they come,
 * answers whole or in chunks, and sockets that stop being HTTP (RFC 9110, 9112).
 */
import { parseQueries, parseQuery, type Query } from './query.ts';
import type { Fd, HttpEvent, HttpParser, Sys } from '../sys/sys.ts';

const CHUNK = 65536;

const REASONS: Readonly<Record<number, string>> = {
  101: 'UPGRADED',
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** Headers of every answer; clients read the version from them before they ask for it. */
const COMMON =
  'Api-Version: 1.47\r\nDocker-Experimental: false\r\nOstype: linux\r\nServer: Docker/27.5.1 (linux)\r\n';

/** A request whose head has come; its body may still be on the way. */
export class Request {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: Query;
  /** What stands behind the question mark, as it came. */
  readonly search: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly upgrade: boolean;
  readonly #connection: Connection;

  constructor(connection: Connection, head: Extract<HttpEvent, { type: 'head' }>) {
    this.#connection = connection;
    this.method = head.method;
    const question = head.url.indexOf('?');
    this.path = question < 0 ? head.url : head.url.slice(0, question);
    this.search = question < 0 ? '' : head.url.slice(question + 1);
    this.query = parseQuery(this.search);
    const headers = new Map<string, string>();
    for (let i = 0; i + 1 < head.headers.length; i += 2) {
      headers.set(head.headers[i] ?? '', head.headers[i + 1] ?? '');
    }
    this.headers = headers;
    this.upgrade = head.upgrade;
  }

  /** All values of a name that comes several times in the query. */
  values(name: string): readonly string[] {
    return this.query.has(name) ? (parseQueries(this.search).get(name) ?? []) : [];
  }

  /** The next piece of the body; null at its end. */
  read(): Promise<ArrayBuffer | null> {
    return this.#connection.readBody();
  }

  /** The whole body as text. Throws when it is longer than `limit` bytes. */
  async text(limit = 1024 * 1024): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for (let piece = await this.read(); piece; piece = await this.read()) {
      size += piece.byteLength;
      if (size > limit) throw new BodyTooLargeError(limit);
      parts.push(new Uint8Array(piece));
    }
    const whole = new Uint8Array(size);
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return this.#connection.sys.decode(whole);
  }

  /** Resolves when the client has gone; what it sends meanwhile is kept for the next request. */
  get gone(): Promise<void> {
    return this.#connection.watch();
  }
}

export class BodyTooLargeError extends Error {
  constructor(limit: number) {
    super(`http: request body too large (over ${String(limit)} bytes)`);
  }
}

/** An answer found nobody to read it: the client has closed its end. Nothing is wrong with the engine. */
export class ClientGoneError extends Error {
  constructor(cause: unknown) {
    super('the client has gone before its answer', { cause });
  }
}

/** The answer to one request: exactly one of `json`, `text`, `empty`, `stream` or `hijack`. */
export class Response {
  readonly #connection: Connection;
  readonly #head: boolean;
  /** The status once an answer has begun. */
  status = 0;
  #chunked = false;

  constructor(connection: Connection, head: boolean) {
    this.#connection = connection;
    this.#head = head;
  }

  json(status: number, body: unknown): Promise<void> {
    return this.text(status, `${JSON.stringify(body)}\n`, 'application/json');
  }

  text(status: number, body: string, type: string, headers = ''): Promise<void> {
    const bytes = this.#connection.sys.encode(body);
    const head = `Content-Type: ${type}\r\n${headers}Content-Length: ${String(bytes.byteLength)}\r\n`;
    // A head and a short body in one write: one segment, one wake-up of the client.
    const begun = this.#begin(status, head);
    return this.#connection.send(this.#head ? begun : begun + body);
  }

  empty(status: 204 | 304): Promise<void> {
    return this.#connection.send(this.#begin(status, ''));
  }

  /** Sends the head now; the body follows by {@link write} and ends with {@link end}. */
  stream(type: string, headers = ''): Promise<void> {
    this.#chunked = true;
    return this.#connection.send(
      this.#begin(200, `Content-Type: ${type}\r\n${headers}Transfer-Encoding: chunked\r\n`),
    );
  }

  async write(data: string | Uint8Array): Promise<void> {
    const { sys } = this.#connection;
    const bytes = typeof data === 'string' ? new Uint8Array(sys.encode(data)) : data;
    if (bytes.length === 0) return;
    const size = new Uint8Array(sys.encode(`${bytes.length.toString(16)}\r\n`));
    const whole = new Uint8Array(size.length + bytes.length + 2);
    whole.set(size);
    whole.set(bytes, size.length);
    whole.set([13, 10], size.length + bytes.length);
    await this.#connection.send(whole);
  }

  async end(): Promise<void> {
    if (!this.#chunked) return;
    this.#chunked = false;
    await this.#connection.send('0\r\n\r\n');
  }

  /** A body in chunks has begun and not ended. */
  get unfinished(): boolean {
    return this.#chunked;
  }

  /**
   * Turns the connection into a raw stream, as `Upgrade` asks or, for clients that do not ask, with
   * a 200 that ends with the connection. The socket belongs to the caller then.
   */
  async hijack(upgrade: boolean, tty: boolean): Promise<{ fd: Fd; rest: Uint8Array }> {
    const type = `application/vnd.docker.${tty ? 'raw' : 'multiplexed'}-stream`;
    this.status = upgrade ? 101 : 200;
    const head = upgrade
      ? `HTTP/1.1 101 UPGRADED\r\nContent-Type: ${type}\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n${COMMON}\r\n`
      : `HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\n${COMMON}\r\n`;
    await this.#connection.send(head);
    return this.#connection.release();
  }

  #begin(status: number, headers: string): string {
    this.status = status;
    return `HTTP/1.1 ${String(status)} ${REASONS[status] ?? ''}\r\n${COMMON}${headers}\r\n`;
  }
}

/** Who is at the other end. */
export interface Peer {
  /** '' on the unix socket. */
  readonly address: string;
  readonly pid: number;
}

export type Handler = (request: Request, response: Response, peer: Peer) => Promise<void>;

/** One connection, from accept to close. */
export class Connection {
  readonly sys: Sys;
  readonly #fd: Fd;
  readonly #peer: Peer;
  readonly #parser: HttpParser;
  readonly #events: HttpEvent[] = [];
  #rest: Uint8Array = new Uint8Array(0);
  #bodyOpen = false;
  #ended = false;
  #released = false;
  #reading: Promise<void> | null = null;

  constructor(sys: Sys, fd: Fd, peer: Peer) {
    this.sys = sys;
    this.#fd = fd;
    this.#peer = peer;
    this.#parser = sys.httpParser('request');
  }

  /** Serves requests until the client or the protocol ends it. Never throws. */
  async serve(handle: Handler): Promise<void> {
    try {
      while (await this.#one(handle));
    } catch (error) {
      await this.#refuse(error);
    }
    this.#parser.free();
    if (!this.#released) this.sys.close(this.#fd);
  }

  async #one(handle: Handler): Promise<boolean> {
    const head = await this.#next();
    if (!head || head.type !== 'head') return false;
    this.#bodyOpen = true;
    const request = new Request(this, head);
    const response = new Response(this, head.method === 'HEAD');
    if (head.headers.includes('100-continue')) await this.send('HTTP/1.1 100 Continue\r\n\r\n');
    await handle(request, response, this.#peer);
    if (this.#released || head.upgrade) return false;
    // The client learns that an answer is not whole from the end of the connection.
    if (response.unfinished) return false;
    while (await this.readBody()) {
      // A handler that did not want the body: read past it.
    }
    return head.keepAlive;
  }

  /** Bytes that are not HTTP: say so, and end. */
  async #refuse(error: unknown): Promise<void> {
    if (this.#released || this.#ended) return;
    const message = error instanceof Error ? error.message : String(error);
    const body = `${JSON.stringify({ message: `bad request: ${message}` })}\n`;
    await this.send(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`,
    ).catch(() => undefined);
  }

  async readBody(): Promise<ArrayBuffer | null> {
    if (!this.#bodyOpen) return null;
    const event = await this.#next();
    if (event?.type === 'body') return event.data;
    this.#bodyOpen = false;
    if (!event) throw new Error('the connection ended inside a request body');
    return null;
  }

  /** The next thing the parser found; null when the client sent its end. */
  async #next(): Promise<HttpEvent | null> {
    for (;;) {
      const event = this.#events.shift();
      if (event) return event;
      if (this.#ended) return null;
      await this.#fill();
    }
  }

  /** Reads once; who waits for bytes and who waits for the client's end wait together. */
  #fill(): Promise<void> {
    this.#reading ??= this.#readOnce().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readOnce(): Promise<void> {
    const data = await this.sys.read(this.#fd, CHUNK);
    if (data.byteLength === 0) {
      this.#ended = true;
      return;
    }
    const { events, rest } = this.#parser.feed(data);
    this.#events.push(...events);
    if (rest) this.#rest = new Uint8Array(rest);
  }

  /** Reads on behind a request that blocks, to learn that its client has gone. */
  async watch(): Promise<void> {
    try {
      while (!this.#ended && this.#events.length === 0) await this.#fill();
    } catch {
      this.#ended = true;
    }
    // A client that sent its next request already has not gone.
    if (!this.#ended) await this.sys.hungUp(this.#fd);
  }

  send(data: string | Uint8Array): Promise<void> {
    return this.sys.write(this.#fd, data).catch((error: unknown) => {
      throw new ClientGoneError(error);
    });
  }

  release(): { fd: Fd; rest: Uint8Array } {
    this.#released = true;
    return { fd: this.#fd, rest: this.#rest };
  }
}
