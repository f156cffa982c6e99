/**
 * HTTP/1.1 over a connection of the daemon (RFC 9110, 9112): one request after the other, bodies as
 * they come. What is answered is `response.ts`.
 */
import type { Fd, HttpEvent, HttpParser, Sys } from '../sys/sys.ts';
import { parseQueries, parseQuery, type Query } from './query.ts';
import { Response } from './response.ts';

const CHUNK = 65536;

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
