import type { Duplex } from '../duplex.ts';
import { MachineError } from '../errors.ts';
import { bodyOf, encodeHead, framingOf, parseFields, writeChunked } from './fields.ts';
import { MessageReader } from './reader.ts';

export interface RequestOptions {
  readonly method?: string;
  /** The Host field; `bottle` unless told. */
  readonly host?: string;
  readonly headers?: HeadersInit;
  /** A stream is sent in chunks as it comes. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array>;
  /** Aborting cuts the connection, also while the body of the answer is being read. */
  readonly signal?: AbortSignal;
}

type Connect = () => Promise<Duplex>;

const HOST = 'bottle';

/** What a server answered, whatever it is: a Response has no Set-Cookie in a browser, and no status above 599. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly fields: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** One HTTP/1.1 request on a connection of its own; the body of the answer streams. */
export async function request(
  connect: Connect,
  path: string,
  options: RequestOptions,
): Promise<Response> {
  return responseOf(await send(connect, path, options));
}

/** The same, with the answer as it came. */
export async function send(
  connect: Connect,
  path: string,
  options: RequestOptions,
): Promise<Answer> {
  return (await exchange(connect, path, options, false)).answer;
}

/** A request with `Upgrade: tcp`; `stream` is the raw connection once the server has agreed, else null. */
export async function upgrade(
  connect: Connect,
  path: string,
  options: RequestOptions,
): Promise<{ response: Response; stream: Duplex | null }> {
  const { answer, stream } = await exchange(connect, path, options, true);
  return { response: responseOf(answer), stream };
}

async function exchange(
  connect: Connect,
  path: string,
  options: RequestOptions,
  upgrading: boolean,
): Promise<{ answer: Answer; stream: Duplex | null }> {
  const { method = 'GET', body, signal } = options;
  if (signal?.aborted) throw aborted(method, path);
  const connection = await connect();
  const reader = new MessageReader(connection.readable);
  const writer = connection.writable.getWriter();
  const cut = (): void => {
    void writer.abort(aborted(method, path)).catch(() => undefined); // over already
    void reader.cancel();
  };
  signal?.addEventListener('abort', cut, { once: true });
  if (signal?.aborted) cut();
  const over = (): void => {
    signal?.removeEventListener('abort', cut);
    if (!upgrading) void writer.close().catch(() => undefined); // the guest may have closed first
  };
  try {
    const headers = new Headers(options.headers);
    headers.set('host', options.host ?? HOST);
    headers.set('connection', upgrading ? 'Upgrade' : 'close');
    if (upgrading) headers.set('upgrade', 'tcp');
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
    if (bytes instanceof Uint8Array) headers.set('content-length', String(bytes.length));
    else if (bytes) headers.set('transfer-encoding', 'chunked');
    else if (method === 'POST' || method === 'PUT') headers.set('content-length', '0');
    await writer.write(encodeHead(`${method} ${path} HTTP/1.1`, headers));
    if (bytes instanceof Uint8Array) await writer.write(bytes);
    // the server may answer, and refuse, before it has the whole body
    else if (bytes) void writeChunked(bytes, writer).catch(() => undefined);
    const { status, reason, fields } = await readHead(reader, method, path);
    if (status === 101) {
      return {
        answer: { status, reason, fields, body: null },
        stream: { readable: reader.rest(over), writable: release(writer) },
      };
    }
    const empty = method === 'HEAD' || status === 204 || status === 304;
    const answer = bodyOf(reader, empty ? { kind: 'none' } : framingOf(fields, 'rest'), over);
    return { answer: { status, reason, fields, body: answer }, stream: null };
  } catch (error) {
    if (signal?.aborted) throw aborted(method, path);
    cut();
    throw error;
  }
}

async function readHead(
  reader: MessageReader,
  method: string,
  path: string,
): Promise<{ status: number; reason: string; fields: Headers }> {
  for (;;) {
    const lines = await reader.head();
    const start = lines?.[0] ?? '';
    const match = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(start);
    if (!lines || !match) {
      throw new MachineError(
        lines ? 'bad-http' : 'connection-reset',
        lines
          ? `The guest answered ${method} ${path} with "${start.slice(0, 60)}", which is no HTTP.`
          : `The guest closed the connection without answering ${method} ${path}; it may have restarted: try again.`,
      );
    }
    const status = Number(match[1]);
    // 100 Continue and its like announce the real answer
    if (status < 200 && status !== 101) continue;
    return { status, reason: match[2] ?? '', fields: parseFields(lines.slice(1)) };
  }
}

/** The constructor of Response takes no 101, and no body with 204 or 304. */
function responseOf({ status, reason: statusText, fields: headers, body }: Answer): Response {
  if (status === 204 || status === 304) return new Response(null, { status, statusText, headers });
  if (status !== 101) return new Response(body as BodyInit | null, { status, statusText, headers });
  const response = new Response(null, { statusText, headers });
  Object.defineProperty(response, 'status', { value: status });
  Object.defineProperty(response, 'ok', { value: false });
  return response;
}

function release(writer: WritableStreamDefaultWriter<Uint8Array>): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) => writer.write(chunk),
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
}

function aborted(method: string, path: string): MachineError {
  return new MachineError('aborted', `${method} ${path} was stopped by the page.`);
}
