import type { Duplex } from '../duplex.ts';
import { MachineError, reasonOf } from '../errors.ts';
import { bodyOf, chunksOf, encodeHead, framingOf, parseFields, writeChunked } from './fields.ts';
import { MessageReader } from './reader.ts';

export type Handler = (request: Request) => Response | Promise<Response>;

/** Whether a Request takes a stream as its body: it is not turned into text then. */
const STREAMS = !new Request('http://registry', {
  method: 'POST',
  body: new ReadableStream(),
  // The Fetch standard asks for it with a stream; TypeScript's types lag behind.
  ...{ duplex: 'half' },
}).headers.has('content-type');

/**
 * Serves HTTP/1.1 on one connection until either side ends it: keep-alive, chunked request bodies, streamed
 * answers. `origin` completes the requests' addresses, such as `http://registry`.
 */
export async function serveHttp(
  connection: Duplex,
  origin: string,
  handler: Handler,
): Promise<void> {
  const reader = new MessageReader(connection.readable);
  const writer = connection.writable.getWriter();
  try {
    while (await serveOne(reader, writer, origin, handler));
    await writer.close();
  } catch (error) {
    if (error instanceof MachineError && error.code === 'bad-http') {
      await refuse(writer, error.message).catch(() => undefined); // nobody may be listening any more
    } else {
      await writer.abort(error).catch(() => undefined);
    }
  }
  await reader.linger();
}

/** One request and its answer; false when the connection ends after it. */
async function serveOne(
  reader: MessageReader,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  origin: string,
  handler: Handler,
): Promise<boolean> {
  const lines = await reader.head();
  if (!lines) return false;
  const match = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(lines[0] ?? '');
  if (!match)
    throw new MachineError('bad-http', `"${(lines[0] ?? '').slice(0, 80)}" is not a request line.`);
  const [, method = '', target = '', minor] = match;
  const fields = parseFields(lines.slice(1));
  let bodyRead = false;
  const body = bodyOf(reader, framingOf(fields, 'none'), () => {
    bodyRead = true;
  });
  if (fields.get('expect')?.toLowerCase() === '100-continue') {
    await writer.write(encodeHead('HTTP/1.1 100 Continue', []));
  }
  const response = await answer(handler, origin, method, target, fields, body);
  const wanted = fields.get('connection')?.toLowerCase() ?? '';
  const keep = minor === '1' ? !wanted.includes('close') : wanted.includes('keep-alive');
  // what the handler left of the body would be taken for the next request
  const again = keep && bodyRead;
  await writeResponse(writer, method, response, again, minor === '1');
  return again;
}

async function answer(
  handler: Handler,
  origin: string,
  method: string,
  target: string,
  headers: Headers,
  body: ReadableStream<Uint8Array> | null,
): Promise<Response> {
  try {
    const url = new URL(target, origin);
    const init: RequestInit & { duplex?: 'half' } = { method, headers };
    if (body && method !== 'GET' && method !== 'HEAD') {
      // Some browsers take no stream as a body yet (Firefox), and would send its name instead.
      init.body = STREAMS ? (body as BodyInit) : await new Response(body as BodyInit).arrayBuffer();
      init.duplex = 'half';
    }
    return await handler(new Request(url, init));
  } catch (error) {
    const message = `${method} ${target} could not be answered: ${reasonOf(error)}`;
    return new Response(JSON.stringify({ errors: [{ code: 'UNKNOWN', message }] }), {
      status: 500,
      headers: { 'content-type': 'application/json' },
    });
  }
}

async function writeResponse(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  method: string,
  response: Response,
  again: boolean,
  chunks: boolean,
): Promise<void> {
  const { status } = response;
  const headers = new Headers(response.headers);
  const empty = method === 'HEAD' || status === 204 || status === 304 || status < 200;
  const counted = headers.has('content-length');
  const chunked = !counted && !empty && response.body !== null && chunks;
  if (!counted && !empty && response.body === null) headers.set('content-length', '0');
  headers.delete('transfer-encoding');
  if (chunked) headers.set('transfer-encoding', 'chunked');
  headers.set('connection', again ? 'keep-alive' : 'close');
  await writer.write(encodeHead(`HTTP/1.1 ${status} ${response.statusText}`, headers));
  if (!response.body) return;
  const body = response.body;
  if (empty) await body.cancel();
  else if (chunked) await writeChunked(body, writer);
  else for await (const chunk of chunksOf(body)) await writer.write(chunk);
}

async function refuse(
  writer: WritableStreamDefaultWriter<Uint8Array>,
  message: string,
): Promise<void> {
  const body = new TextEncoder().encode(`${message}\n`);
  const fields = [
    ['content-type', 'text/plain; charset=utf-8'],
    ['content-length', String(body.length)],
    ['connection', 'close'],
  ] as const;
  await writer.write(encodeHead('HTTP/1.1 400 Bad Request', fields));
  await writer.write(body);
  await writer.close();
}
