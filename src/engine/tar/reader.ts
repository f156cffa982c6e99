/**
 * Reads an archive's entries as they come: ustar, pax and GNU's long names. For archives of few entries (an
 * image that was saved); whatever makes files of an archive leaves that to the extractors in C.
 */
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { BLOCK, padding } from './header.ts';

export interface ReadEntry {
  /** As the archive says it. */
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink';
  /** Bytes of content. */
  readonly size: number;
  /** Of a link. */
  readonly target: string;
}

/** Takes an entry's content, piece by piece. */
export interface EntrySink {
  write(data: Uint8Array): void;
  end(): void;
}

/** Longest extended header, in bytes. */
const META_MAX = 64 * 1024;
const TYPES: Readonly<Record<string, ReadEntry['type']>> = {
  '0': 'file',
  '7': 'file',
  '\0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};

export class TarReader {
  readonly #sys: Sys;
  readonly #accept: (entry: ReadEntry) => EntrySink;
  readonly #block = new Uint8Array(BLOCK);
  #filled = 0;
  #left = 0;
  #padding = 0;
  #sink: EntrySink | null = null;
  /** What an extended header says of the next entry. */
  #next: { name?: string; target?: string; size?: number } = {};
  #over = false;
  #entries = 0;

  constructor(sys: Sys, accept: (entry: ReadEntry) => EntrySink) {
    this.#sys = sys;
    this.#accept = accept;
  }

  /** @throws EngineError 400 for what is no tar archive */
  write(piece: ArrayBuffer | Uint8Array): void {
    let data = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    while (data.length > 0 && !this.#over) {
      let taken;
      if (this.#sink !== null) taken = this.#content(this.#sink, data);
      else if (this.#padding > 0) {
        taken = Math.min(this.#padding, data.length);
        this.#padding -= taken;
      } else taken = this.#header(data);
      data = data.subarray(taken);
    }
  }

  /** @throws EngineError 400 when it was cut off */
  end(): void {
    if (this.#sink !== null || (this.#filled > 0 && !this.#over)) throw notTar('unexpected EOF');
    if (this.#entries === 0 && !this.#over) throw notTar('unexpected EOF');
  }

  #content(sink: EntrySink, data: Uint8Array): number {
    const taken = Math.min(this.#left, data.length);
    sink.write(data.subarray(0, taken));
    this.#left -= taken;
    if (this.#left === 0) this.#finish(sink);
    return taken;
  }

  #finish(sink: EntrySink): void {
    this.#sink = null;
    sink.end();
  }

  #header(data: Uint8Array): number {
    const taken = Math.min(BLOCK - this.#filled, data.length);
    this.#block.set(data.subarray(0, taken), this.#filled);
    this.#filled += taken;
    if (this.#filled < BLOCK) return taken;
    this.#filled = 0;
    if (this.#block.every((byte) => byte === 0)) this.#over = true;
    else this.#begin();
    return taken;
  }

  #begin(): void {
    if (!isHeader(this.#sys, this.#block)) throw notTar('invalid tar header');
    const type = String.fromCharCode(this.#block[156] ?? 0);
    const size = this.#number(124, 12);
    this.#entries++;
    if (type === 'x' || type === 'L' || type === 'K' || type === 'g') {
      this.#take(size, this.#meta(type, size));
      return;
    }
    const found = TYPES[type];
    if (found === undefined) throw notTar(`an entry of type "${type}" has no place in an image`);
    const entry: ReadEntry = {
      name: this.#next.name ?? this.#name(),
      type: found,
      size: found === 'file' ? (this.#next.size ?? size) : 0,
      target: this.#next.target ?? this.#text(157, 100),
    };
    this.#next = {};
    this.#take(entry.size, this.#accept(entry));
  }

  #take(size: number, sink: EntrySink): void {
    this.#left = size;
    this.#padding = padding(size);
    if (size === 0) sink.end();
    else this.#sink = sink;
  }

  #meta(type: string, size: number): EntrySink {
    if (size > META_MAX) throw notTar('an extended header is too long');
    const text = new Uint8Array(size);
    let at = 0;
    return {
      write: (data) => {
        text.set(data, at);
        at += data.length;
      },
      end: () => {
        const read = this.#sys.decode(text);
        if (type === 'L') this.#next.name = untilNul(read);
        else if (type === 'K') this.#next.target = untilNul(read);
        else if (type === 'x') this.#pax(text);
      },
    };
  }

  /** `LENGTH KEY=VALUE\n`, LENGTH in bytes counting all of it. */
  #pax(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const space = bytes.indexOf(0x20, at);
      const length = Number(this.#sys.decode(bytes.subarray(at, Math.max(at, space))));
      if (!Number.isInteger(length) || length < 5 || at + length > bytes.length) {
        throw notTar('an extended header is malformed');
      }
      const record = this.#sys.decode(bytes.subarray(space + 1, at + length - 1));
      const equals = record.indexOf('=');
      const value = record.slice(equals + 1);
      const key = record.slice(0, equals);
      if (key === 'path') this.#next.name = value;
      else if (key === 'linkpath') this.#next.target = value;
      else if (key === 'size') this.#next.size = this.#whole(Number(value));
      at += length;
    }
  }

  #name(): string {
    const prefix =
      this.#text(257, 6).startsWith('ustar') && this.#block[262] === 0 ? this.#text(345, 155) : '';
    const name = this.#text(0, 100);
    return prefix === '' ? name : `${prefix}/${name}`;
  }

  #text(at: number, length: number): string {
    return untilNul(this.#sys.decode(this.#block.subarray(at, at + length)));
  }

  #number(at: number, length: number): number {
    const first = this.#block[at] ?? 0;
    if ((first & 0x80) === 0) return this.#whole(parseInt(this.#text(at, length).trim() || '0', 8));
    // GNU's way to say what octal digits have no room for: base 256.
    let value = first & 0x3f;
    for (const byte of this.#block.subarray(at + 1, at + length)) value = value * 256 + byte;
    return this.#whole(value);
  }

  #whole(value: number): number {
    if (!Number.isSafeInteger(value) || value < 0)
      throw notTar('the size of an entry is no number');
    return value;
  }
}

/** Whether a block is a tar header, by its checksum. */
export function isHeader(sys: Sys, block: Uint8Array): boolean {
  if (block.length < BLOCK) return false;
  const wanted = parseInt(untilNul(sys.decode(block.subarray(148, 156))).trim(), 8);
  let sum = 8 * 0x20;
  for (let at = 0; at < BLOCK; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum === wanted;
}

function untilNul(text: string): string {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}

function notTar(reason: string): EngineError {
  return new EngineError(400, `Error processing tar file: archive/tar: ${reason}`);
}
