/**
 * A layer extractor for tests: ustar with the entries that tests make (files, directories, links,
 * whiteouts). It refuses what leads out of the layer; GNU and PAX extensions it does not read.
 */
import type { TarWriter } from '../archives.ts';
import type { Fd, LayerExtractor } from '../sys.ts';
import { FakeSha256, decode, view } from './bytes.ts';
import type { Data } from './bytes.ts';
import { sysError } from './errors.ts';
import type { FakeFiles } from './files.ts';
import type { FakeSockets } from './sockets.ts';

const BLOCK = 512;

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly target: string;
}

export class FakeExtractor implements LayerExtractor {
  readonly #files: FakeFiles;
  readonly #sockets: FakeSockets;
  readonly #root: string;
  readonly #limit: number;
  readonly #hash = new FakeSha256();
  #pending = new Uint8Array(0);
  #written = 0;
  #entries = 0;
  #ended = false;
  readonly #skeleton: string | undefined;
  readonly #archive: Uint8Array[] = [];

  constructor(
    files: FakeFiles,
    sockets: FakeSockets,
    root: string,
    limit: number,
    skeleton?: string,
  ) {
    files.readdir(root);
    this.#skeleton = skeleton;
    this.#files = files;
    this.#sockets = sockets;
    this.#root = root;
    this.#limit = limit;
  }

  write(data: Data): void {
    this.#hash.update(data);
    this.#archive.push(view(data).slice());
    const all = new Uint8Array(this.#pending.length + data.byteLength);
    all.set(this.#pending);
    all.set(view(data), this.#pending.length);
    this.#pending = all;
    while (!this.#ended && this.#take());
  }

  async receive(fd: Fd, max: number): Promise<number> {
    const data = await this.#sockets.read(fd, max);
    this.write(data);
    return data.byteLength;
  }

  taken(): number {
    return this.#archive.reduce((sum, piece) => sum + piece.length, 0);
  }

  end(): ReturnType<LayerExtractor['end']> {
    if (!this.#ended) throw new Error('the layer ends in the middle of its archive');
    const archive = this.taken();
    if (this.#skeleton !== undefined)
      this.#files.writeFile(this.#skeleton, this.#whole(archive), 0o600);
    return {
      digest: `sha256:${this.#hash.hex()}`,
      size: this.#written,
      entries: this.#entries,
      archive,
    };
  }

  /** Here the whole archive stands behind its length. */
  #whole(length: number): ArrayBuffer {
    const all = new Uint8Array(8 + length);
    new DataView(all.buffer).setUint32(0, length, true);
    let at = 8;
    for (const piece of this.#archive) {
      all.set(piece, at);
      at += piece.length;
    }
    return all.buffer;
  }

  /** One entry, if it is all there. */
  #take(): boolean {
    const header = this.#pending.subarray(0, BLOCK);
    if (header.length < BLOCK) return false;
    if (header.every((byte) => byte === 0)) {
      this.#ended = true;
      return false;
    }
    const entry = parseHeader(header);
    const padded = Math.ceil(entry.size / BLOCK) * BLOCK;
    if (this.#pending.length < BLOCK + padded) return false;
    this.#extract(entry, this.#pending.slice(BLOCK, BLOCK + entry.size));
    this.#pending = this.#pending.slice(BLOCK + padded);
    this.#entries++;
    return true;
  }

  #extract(entry: Entry, content: Uint8Array): void {
    const path = this.#inside(entry.name, entry.name);
    this.#written += content.length;
    if (this.#written > this.#limit) {
      throw new Error(
        `entry "${entry.name}": the layer's files are larger than ${this.#limit} bytes`,
      );
    }
    if (entry.type === '5') this.#files.mkdir(path, entry.mode, true);
    else if (entry.type === '2') this.#files.symlink(entry.target, path);
    else if (entry.type === '1') this.#files.link(this.#inside(entry.target, entry.name), path);
    else if (entry.type !== '0' && entry.type !== '\0') {
      throw new Error(`entry "${entry.name}": type "${entry.type}" is not allowed`);
    } else this.#files.writeFile(path, content, entry.mode);
  }

  #inside(name: string, entry: string): string {
    const parts = name.split('/').filter((part) => part !== '' && part !== '.');
    if (name.startsWith('/') || parts.includes('..')) {
      throw new Error(`entry "${entry}": "${name}" leads out of the layer`);
    }
    for (let count = 1; count < parts.length; count++) {
      const above = `${this.#root}/${parts.slice(0, count).join('/')}`;
      const type = this.#files.lstat(above)?.type;
      if (type === 'symlink') throw sysError('ELOOP', 'openat2', entry);
      if (type === undefined) this.#files.mkdir(above, 0o755);
    }
    return `${this.#root}/${parts.join('/')}`;
  }
}

/** Reads the archive that {@link FakeExtractor} kept whole. */
export class FakeRebuilder implements TarWriter {
  readonly bytes = 0;
  #rest: Uint8Array;

  constructor(skeleton: ArrayBuffer) {
    this.#rest = new Uint8Array(skeleton.slice(8));
  }

  read(max: number): ArrayBuffer {
    const piece = this.#rest.slice(0, max);
    this.#rest = this.#rest.subarray(max);
    return piece.buffer;
  }

  close(): void {
    this.#rest = new Uint8Array(0);
  }
}

function parseHeader(header: Uint8Array): Entry {
  const text = (from: number, length: number): string =>
    decode(header.subarray(from, from + length)).split('\0', 1)[0] ?? '';
  if (text(257, 5) !== 'ustar') throw new Error('the layer is not a tar archive');
  const prefix = text(345, 155);
  return {
    name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    mode: parseInt(text(100, 8), 8) & 0o7777,
    size: parseInt(text(124, 12), 8),
    type: text(156, 1) || '0',
    target: text(157, 100),
  };
}
