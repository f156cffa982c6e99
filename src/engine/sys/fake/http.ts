/** An HTTP/1.1 parser for tests: heads, bodies by length, chunks or the end of the connection. */
import type { HttpEvent, HttpParser } from '../sys.ts';
import { buffer, decode, view } from './bytes.ts';
import type { Data } from './bytes.ts';

type Mode = 'head' | 'length' | 'chunk-size' | 'chunk' | 'trailer' | 'until-close' | 'spent';

export class FakeHttpParser implements HttpParser {
  readonly #kind: 'request' | 'response';
  #mode: Mode = 'head';
  #pending = new Uint8Array(0);
  #left = 0;

  constructor(kind: 'request' | 'response') {
    this.#kind = kind;
  }

  feed(data: Data): { readonly events: readonly HttpEvent[]; readonly rest: ArrayBuffer | null } {
    if (this.#mode === 'spent') throw new Error('the parser is spent');
    const all = new Uint8Array(this.#pending.length + data.byteLength);
    all.set(this.#pending);
    all.set(view(data), this.#pending.length);
    this.#pending = all;
    const events: HttpEvent[] = [];
    while (this.#step(events));
    // The step changed the mode: TypeScript believes the test above.
    const upgraded = (this.#mode as Mode) === 'spent';
    return { events, rest: upgraded ? buffer(this.#pending) : null };
  }

  finish(): readonly HttpEvent[] {
    const mode = this.#mode;
    this.#mode = 'spent';
    if (mode === 'until-close') return [{ type: 'end' }];
    if (mode === 'head' && this.#pending.length === 0) return [];
    throw new Error('the message was cut off');
  }

  free(): void {
    this.#mode = 'spent';
  }

  #step(events: HttpEvent[]): boolean {
    switch (this.#mode) {
      case 'head':
        return this.#head(events);
      case 'length':
      case 'chunk':
      case 'until-close':
        return this.#body(events);
      case 'chunk-size':
        return this.#chunkSize();
      case 'trailer':
        return this.#trailer(events);
      case 'spent':
        return false;
    }
  }

  #head(events: HttpEvent[]): boolean {
    const text = this.#until('\r\n\r\n');
    if (text === null) return false;
    const [first = '', ...lines] = text.split('\r\n');
    const headers = lines.flatMap((line) => {
      const colon = line.indexOf(':');
      if (colon < 1) throw new Error(`"${line}" is not a header`);
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const get = (name: string): string => {
      const index = headers.findIndex((value, at) => at % 2 === 0 && value === name);
      return index < 0 ? '' : (headers[index + 1] ?? '');
    };
    const start = parseStart(this.#kind, first);
    const connection = get('connection').toLowerCase();
    const keepAlive = start.minor === 1 ? connection !== 'close' : connection === 'keep-alive';
    const wants = connection.includes('upgrade') && get('upgrade') !== '';
    const upgrade =
      this.#kind === 'request' ? wants || start.method === 'CONNECT' : start.status === 101;
    const length = get('content-length');
    const bodiless =
      start.status === 204 || start.status === 304 || (start.status > 0 && start.status < 200);
    const untilClose = this.#kind === 'response' && length === '' && !bodiless;
    const chunked = get('transfer-encoding').toLowerCase().endsWith('chunked');
    events.push({
      type: 'head',
      ...start,
      headers,
      keepAlive: keepAlive && (chunked || !untilClose),
      upgrade,
    });
    if (upgrade) {
      this.#mode = 'spent';
      events.push({ type: 'end' });
      return false;
    }
    this.#left = length === '' ? 0 : Number(length);
    if (!Number.isSafeInteger(this.#left)) throw new Error(`"${length}" is not a length`);
    this.#mode = chunked ? 'chunk-size' : untilClose ? 'until-close' : 'length';
    if (this.#mode === 'length' && (this.#left === 0 || bodiless)) this.#end(events);
    return true;
  }

  #body(events: HttpEvent[]): boolean {
    const length = this.#mode === 'until-close' ? Infinity : this.#left;
    const data = this.#pending.slice(0, Math.min(length, this.#pending.length));
    if (data.length === 0) return false;
    this.#pending = this.#pending.slice(data.length);
    this.#left -= data.length;
    events.push({ type: 'body', data: buffer(data) });
    if (this.#mode === 'length' && this.#left === 0) this.#end(events);
    if (this.#mode === 'chunk' && this.#left === 0) this.#mode = 'chunk-size';
    return true;
  }

  #chunkSize(): boolean {
    // The end of the chunk before, if there was one, belongs to it.
    if (this.#pending[0] === 13 && this.#until('\r\n') === null) return false;
    const line = this.#until('\r\n');
    if (line === null) return false;
    if (!/^[0-9a-fA-F]+(?:;.*)?$/.test(line)) throw new Error(`"${line}" is not a chunk size`);
    this.#left = parseInt(line, 16);
    this.#mode = this.#left === 0 ? 'trailer' : 'chunk';
    return true;
  }

  #trailer(events: HttpEvent[]): boolean {
    const line = this.#until('\r\n');
    if (line === '') this.#end(events);
    return line !== null;
  }

  #end(events: HttpEvent[]): void {
    events.push({ type: 'end' });
    this.#mode = 'head';
  }

  /** Takes the text before a mark, and the mark; null while it has not come. */
  #until(mark: string): string | null {
    // Heads are ASCII: a byte is a character.
    const text = String.fromCharCode(...this.#pending.subarray(0, 65_536));
    const index = text.indexOf(mark);
    if (index < 0) return null;
    this.#pending = this.#pending.slice(index + mark.length);
    return decode(new Uint8Array(Array.from(text.slice(0, index), (c) => c.charCodeAt(0))));
  }
}

function parseStart(
  kind: 'request' | 'response',
  line: string,
): { method: string; url: string; status: number; reason: string; minor: number } {
  if (kind === 'request') {
    const match = /^([A-Z]+) (\S+) HTTP\/1\.([01])$/.exec(line);
    if (match === null) throw new Error(`"${line}" is not a request`);
    const [, method = '', url = '', minor] = match;
    return { method, url, status: 0, reason: '', minor: Number(minor) };
  }
  const match = /^HTTP\/1\.([01]) (\d{3})(?: (.*))?$/.exec(line);
  if (match === null) throw new Error(`"${line}" is not a response`);
  const [, minor, status, reason = ''] = match;
  return { method: '', url: '', status: Number(status), reason, minor: Number(minor) };
}
