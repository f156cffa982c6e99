import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

/** What a client asked for: without the version, the query sorted, the body parsed. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What the daemon of a test says to one request. */
export interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  /** Sent as it is, a line at a time. */
  readonly lines?: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent after the head, before the end; a promise holds the answer back. */
  readonly after?: Promise<unknown>;
}

/** `GET /containers/json`, or with `*` for one part of the path. */
export type Answers = Readonly<Record<string, Answer | ((asked: Asked) => Answer)>>;

/** A connection that was upgraded. */
export interface Upgraded {
  readonly asked: Asked;
  readonly socket: Duplex;
}

/**
 * An Engine API with canned state on a unix socket, so that two clients can be shown the same. It
 * records what each asks.
 */
export class StubDaemon {
  readonly #server: Server;
  readonly #asked: Asked[] = [];
  answers: Answers = {};
  onUpgrade: (upgraded: Upgraded) => void = ({ socket }) => socket.end();

  constructor() {
    this.#server = createServer((request, response) => {
      void read(request).then(async (text) => {
        const asked = parse(request, text);
        const { status = 200, body, lines, headers = {}, after } = this.#answer(asked);
        response.writeHead(status, {
          'Content-Type': 'application/json',
          ...daemonHeaders,
          ...headers,
        });
        if (after) response.flushHeaders();
        await after;
        if (lines) for (const line of lines) response.write(`${JSON.stringify(line)}\n`);
        if (Buffer.isBuffer(body)) response.end(body);
        else response.end(body === undefined ? '' : `${JSON.stringify(body)}\n`);
      });
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      void this.#upgrade(request, socket, head);
    });
  }

  async listen(path: string): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(path, resolve));
  }

  async close(path: string): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    try {
      unlinkSync(path);
    } catch {
      // Node removes it itself.
    }
  }

  /** What was asked since the last call, without what only the real client asks about the daemon. */
  taken(): Asked[] {
    return this.#asked.splice(0).filter(({ path }) => path !== '/_ping');
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    // Nobody else listens from here on. A client may go before it has heard everything.
    socket.on('error', () => undefined);
    const length = Number(request.headers['content-length'] ?? 0);
    let body = head;
    // The body may come in a packet of its own.
    while (body.length < length) {
      await once(socket, 'readable');
      const more: unknown = socket.read();
      if (Buffer.isBuffer(more)) body = Buffer.concat([body, more]);
    }
    const asked = parse(request, body.subarray(0, length).toString());
    this.#asked.push(asked);
    if (body.length > length) socket.unshift(body.subarray(length));
    this.onUpgrade({ asked, socket });
  }

  #answer(asked: Asked): Answer {
    this.#asked.push(asked);
    if (asked.path === '/_ping') return { body: 'OK' };
    for (const [pattern, answer] of Object.entries(this.answers)) {
      if (!matches(pattern, asked)) continue;
      return typeof answer === 'function' ? answer(asked) : answer;
    }
    return { status: 404, body: { message: `No such thing: ${asked.path}` } };
  }
}

const daemonHeaders = { 'Api-Version': '1.47', Ostype: 'linux', Server: 'Docker/27.5.1 (linux)' };

function matches(pattern: string, { method, path }: Asked): boolean {
  const [wanted = '', shape = ''] = pattern.split(' ');
  const regexp = new RegExp(`^${shape.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}$`);
  return wanted === method && regexp.test(path);
}

function parse(request: IncomingMessage, text: string): Asked {
  const url = new URL(request.url ?? '/', 'http://daemon');
  const query = Object.fromEntries([...url.searchParams].sort(([a], [b]) => (a < b ? -1 : 1)));
  const path = url.pathname.replace(/^\/v1\.\d+/, '');
  let body: unknown = null;
  if (text !== '') body = JSON.parse(text);
  return { method: request.method ?? '', path, query, body };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}
