/**
 * The messages between the page and the guest's file server, as `src/engine/native/files/files.h` has them:
 * `u32 length`, then `u32 id`, `u8 kind` and fields; little-endian.
 */

/** What `ls -l` shows first: a file, a folder, a symbolic link, or something that is none of them. */
export type EntryType = 'file' | 'folder' | 'link' | 'other';

/** One name below the root, as it is now. */
export interface Entry {
  readonly type: EntryType;
  /** Permission bits: `0o755`. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** A folder with too much in it, or one that may not be read: its inside is not told. */
  readonly untold: boolean;
}

/** An entry as it travels: `anew` says that what was known of a folder's inside is over. */
export interface ToldEntry extends Entry {
  readonly anew: boolean;
}

const TYPES: Readonly<Record<string, EntryType>> = { '-': 'file', d: 'folder', l: 'link' };
const BELOW_ANEW = 1;
const BELOW_UNTOLD = 2;

/** Writes one message. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = [];

  constructor(id: number, kind: string) {
    this.number(id, 4).number(kind.charCodeAt(0), 1);
  }

  /** An unsigned number in 1, 4 or 8 bytes. */
  number(value: number | bigint, bytes: 1 | 4 | 8): this {
    const view = new DataView(new ArrayBuffer(bytes));
    if (bytes === 1) view.setUint8(0, Number(value));
    else if (bytes === 4) view.setUint32(0, Number(value), true);
    else view.setBigUint64(0, BigInt(value), true);
    this.#parts.push(new Uint8Array(view.buffer));
    return this;
  }

  bytes(data: Uint8Array): this {
    this.number(data.length, 4).#parts.push(data);
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  /** The whole message, its length before it. */
  end(): Uint8Array {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const message = new Uint8Array(4 + length);
    new DataView(message.buffer).setUint32(0, length, true);
    let at = 4;
    for (const part of this.#parts) {
      message.set(part, at);
      at += part.length;
    }
    return message;
  }
}

/** Reads the fields of one message; a RangeError when it is shorter than it should be. */
export class MessageFields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  number(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  long(): bigint {
    return this.#view.getBigUint64(this.#skip(8), true);
  }

  bytes(): Uint8Array {
    const length = this.number();
    const start = this.#skip(length);
    if (this.#at > this.#bytes.length) throw new RangeError('a message of the guest is cut off');
    return this.#bytes.subarray(start, this.#at);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  entry(): ToldEntry {
    const type = TYPES[String.fromCharCode(this.byte())] ?? 'other';
    const below = this.byte();
    const mode = this.number();
    const size = Number(this.long());
    const modified = Number(this.long() / 1_000_000n);
    return {
      type,
      mode,
      size,
      modified,
      untold: below === BELOW_UNTOLD,
      anew: below === BELOW_ANEW || type !== 'folder',
    };
  }

  #skip(length: number): number {
    const start = this.#at;
    this.#at += length;
    return start;
  }
}

/** Cuts a byte stream into messages, without their lengths. */
export class MessageReader {
  #held = new Uint8Array(4096);
  #length = 0;

  /** The messages that are whole with these bytes; each is a copy of its own. */
  feed(bytes: Uint8Array): Uint8Array[] {
    if (this.#length + bytes.length > this.#held.length) {
      const grown = new Uint8Array(2 * (this.#length + bytes.length));
      grown.set(this.#held.subarray(0, this.#length));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#length);
    this.#length += bytes.length;
    const messages: Uint8Array[] = [];
    const view = new DataView(this.#held.buffer);
    let at = 0;
    while (this.#length - at >= 4) {
      const end = at + 4 + view.getUint32(at, true);
      if (end > this.#length) break;
      messages.push(this.#held.slice(at + 4, end));
      at = end;
    }
    this.#held.copyWithin(0, at, this.#length);
    this.#length -= at;
    return messages;
  }
}
