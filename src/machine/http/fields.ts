import { MachineError } from '../errors.ts';
import type { MessageReader } from './reader.ts';

/** Header fields as a Headers object (RFC 9112, 5). Throws `bad-http`. */
export function parseFields(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    if (colon <= 0 || !/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) {
      throw new MachineError('bad-http', `"${line.slice(0, 80)}" is not a header field.`);
    }
    headers.append(name, line.slice(colon + 1).trim());
  }
  return headers;
}

/** How the body of a message is delimited (RFC 9112, 6.3). */
export type Framing =
  | { readonly kind: 'none' | 'chunked' | 'rest' }
  | { readonly kind: 'fixed'; readonly length: number };

/** `otherwise`: what a message without either field means, nothing (requests) or up to the end (responses). */
export function framingOf(headers: Headers, otherwise: 'none' | 'rest'): Framing {
  const encoding = headers.get('transfer-encoding');
  const length = headers.get('content-length');
  if (encoding !== null) {
    if (encoding.toLowerCase() !== 'chunked') {
      throw new MachineError(
        'bad-http',
        `The transfer encoding "${encoding}" is unknown; only chunked is.`,
      );
    }
    if (length !== null) throw new MachineError('bad-http', 'A body has both a length and chunks.');
    return { kind: 'chunked' };
  }
  if (length === null) return { kind: otherwise };
  if (!/^\d{1,15}$/.test(length))
    throw new MachineError('bad-http', `The content length "${length}" is no number.`);
  return { kind: 'fixed', length: Number(length) };
}

/** The body that follows, or null when there is none; `done` runs when it was read whole (or at once). */
export function bodyOf(
  reader: MessageReader,
  framing: Framing,
  done: () => void,
): ReadableStream<Uint8Array> | null {
  if (framing.kind === 'chunked') return reader.chunked(done);
  if (framing.kind === 'rest') return reader.rest(done);
  if (framing.kind === 'fixed' && framing.length > 0) return reader.fixed(framing.length, done);
  done();
  return null;
}

/** Start line and fields as bytes. Values come from Headers objects, which let no line break through. */
export function encodeHead(start: string, fields: Iterable<readonly [string, string]>): Uint8Array {
  let text = `${start}\r\n`;
  for (const [name, value] of fields) text += `${name}: ${value}\r\n`;
  return new TextEncoder().encode(`${text}\r\n`);
}

/** Writes a body of unknown length in chunks. */
export async function writeChunked(
  body: ReadableStream<Uint8Array>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const encoder = new TextEncoder();
  for await (const chunk of chunksOf(body)) {
    if (chunk.length === 0) continue; // an empty chunk would end the body
    await writer.write(encoder.encode(`${chunk.length.toString(16)}\r\n`));
    await writer.write(chunk);
    await writer.write(encoder.encode('\r\n'));
  }
  await writer.write(encoder.encode('0\r\n\r\n'));
}

/** Async iteration that every browser has (Safari lacks it on streams). */
export async function* chunksOf(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined); // it failed already
  }
}
