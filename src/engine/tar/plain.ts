/** Archives as people send them: bare, or compressed with gzip. */
import { EngineError } from '../errors.ts';
import type { Inflater, Sys } from '../sys/sys.ts';

/** What compressed archives begin with, but for gzip's. */
const OTHERS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];
const GZIP = [0x1f, 0x8b];
/** Bytes that tell what it is. */
const ENOUGH = 5;
/** Unpacked at a time, in bytes: a thousand times as many may come out. */
const STEP = 2 * 1024;

type Piece = ArrayBuffer | Uint8Array;

/** Takes an archive as it comes, and gives it bare. */
export class PlainArchive {
  readonly #sys: Sys;
  /** The first bytes, until there are enough. */
  #head: Uint8Array | null = new Uint8Array(0);
  #inflater: Inflater | null = null;

  constructor(sys: Sys) {
    this.#sys = sys;
  }

  get compressed(): boolean {
    return this.#inflater !== null;
  }

  /** @throws EngineError 400 for what was compressed in another way, or badly */
  *write(piece: Piece): Generator<Piece, void, undefined> {
    if (this.#head === null) {
      yield* this.#plain(piece);
      return;
    }
    const head = new Uint8Array(this.#head.length + piece.byteLength);
    head.set(this.#head);
    head.set(piece instanceof Uint8Array ? piece : new Uint8Array(piece), this.#head.length);
    this.#head = head;
    if (head.length >= ENOUGH) yield* this.#begin(head);
  }

  /** The rest. */
  *end(): Generator<Piece, void, undefined> {
    if (this.#head !== null && this.#head.length > 0) yield* this.#begin(this.#head);
    const inflater = this.#inflater;
    if (inflater === null) return;
    const rest = inflating(() => inflater.end());
    if (rest.byteLength > 0) yield rest;
  }

  *#begin(head: Uint8Array): Generator<Piece, void, undefined> {
    this.#head = null;
    const begins = (magic: readonly number[]): boolean =>
      magic.every((byte, at) => head[at] === byte);
    const [packed] = OTHERS.find(([, magic]) => begins(magic)) ?? [];
    if (packed !== undefined) {
      throw new EngineError(
        400,
        `the archive is compressed with ${packed}, which this sandbox does not unpack: compress it with gzip, or not at all`,
      );
    }
    if (begins(GZIP)) this.#inflater = this.#sys.inflater();
    yield* this.#plain(head);
  }

  *#plain(piece: Piece): Generator<Piece, void, undefined> {
    const inflater = this.#inflater;
    if (inflater === null) {
      yield piece;
      return;
    }
    const bytes = piece instanceof Uint8Array ? piece : new Uint8Array(piece);
    for (let at = 0; at < bytes.length; at += STEP) {
      const out = inflating(() => inflater.write(bytes.subarray(at, at + STEP)));
      if (out.byteLength > 0) yield out;
    }
  }
}

function inflating(act: () => ArrayBuffer): ArrayBuffer {
  try {
    return act();
  } catch (error) {
    throw new EngineError(400, error instanceof Error ? error.message : String(error));
  }
}
