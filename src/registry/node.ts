/** Serves a registry on a TCP port, in Node. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import type { Registry } from './application.ts';

export interface ServeOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
}

export interface Serving {
  readonly port: number;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Resolves when it listens; rejects when it cannot (EADDRINUSE). */
export async function serve(registry: Registry, options: ServeOptions): Promise<Serving> {
  const server = createServer((incoming, outgoing) => {
    void respond(registry, incoming, outgoing);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  return { port: portOf(server), close: () => closeAll(server) };
}

async function respond(
  registry: Registry,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  try {
    const response = await registry.fetch(toRequest(incoming));
    // What nobody read of the body is let go by.
    incoming.resume();
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    if (response.body === null) {
      outgoing.end();
      return;
    }
    // The same streams under two names: Node's own type of them, and the DOM library's.
    const body = response.body as NodeStream;
    await pipeline(Readable.fromWeb(body), outgoing);
  } catch (error) {
    // Too late for another status once the body has begun: the client sees it cut off.
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(400, { 'Content-Type': 'text/plain' });
    outgoing.end(`${error instanceof Error ? error.message : String(error)}\n`);
  }
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (let index = 0; index + 1 < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  // A target such as `//x` must stay a path and not become a host.
  const path = (incoming.url ?? '/').replace(/^\/+/, '/');
  const method = incoming.method ?? 'GET';
  const host = /^[\w.:[\]-]+$/.test(incoming.headers.host ?? '')
    ? incoming.headers.host
    : 'registry';
  const about = { method, headers };
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const url = new URL(path, `http://${host ?? 'registry'}`);
  if (!hasBody) return new Request(url, about);
  // A body cut short by its client must fail to be read, not end; Node's stream does so.
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array>;
  // `duplex` is asked for by the Fetch standard with a stream as the body; TypeScript's types lag behind.
  return new Request(url, { ...about, body, duplex: 'half' } as RequestInit);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on TCP');
  return address.port;
}

function closeAll(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });
}
