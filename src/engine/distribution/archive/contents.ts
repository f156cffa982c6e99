/**
 * What a saved archive holds, taken in as it comes: documents into memory, layers unpacked at once into
 * directories that are not layers yet. None of its names is ever a name on disk.
 */
import { EngineError } from '../../errors.ts';
import type { LayerDraft, LayerStore } from '../../image/layers.ts';
import type { Sha256, Sys } from '../../sys/sys.ts';
import { PlainArchive } from '../../tar/plain.ts';
import { isHeader, TarReader } from '../../tar/reader.ts';
import type { EntrySink, ReadEntry } from '../../tar/reader.ts';

/** An unpacked layer. */
export interface LayerContent {
  readonly kind: 'layer';
  readonly draft: LayerDraft;
  readonly diffId: string;
  /** Bytes in its files. */
  readonly size: number;
}

interface TextContent {
  readonly kind: 'text';
  readonly text: string;
}

/** A layer that is in the store already: nobody looked at what came. */
interface KnownContent {
  readonly kind: 'known';
}

type Content = LayerContent | TextContent | KnownContent;

const BLOCK = 512;
/** Documents may have as many bytes as a manifest of a registry. */
const DOCUMENT_MAX = 4 * 1024 * 1024;
const DOCUMENTS_MAX = 32 * 1024 * 1024;
/** More than the layers and documents of any images that fit here. */
const ENTRIES_MAX = 20_000;

export interface ContentsOptions {
  /** Whether a layer need not be unpacked: all that want it are in the store. */
  readonly isKnown: (name: string) => boolean;
  /** Bytes of a file of the archive that were taken in. */
  readonly progress: (name: string, bytes: number, total: number) => void;
}

export class Contents {
  readonly #sys: Sys;
  readonly #layers: LayerStore;
  readonly #options: ContentsOptions;
  readonly #plain: PlainArchive;
  readonly #reader: TarReader;
  readonly #files = new Map<string, Content>();
  readonly #links = new Map<string, string>();
  readonly #drafts = new Set<LayerDraft>();
  #documents = 0;
  #entries = 0;

  constructor(sys: Sys, layers: LayerStore, options: ContentsOptions) {
    this.#sys = sys;
    this.#layers = layers;
    this.#options = options;
    this.#plain = new PlainArchive(sys);
    this.#reader = new TarReader(sys, (entry) => this.#accept(entry));
  }

  /** @throws EngineError 400 for what is no archive, or lies */
  write(piece: ArrayBuffer): void {
    for (const bare of this.#plain.write(piece)) this.#reader.write(bare);
  }

  end(): void {
    for (const bare of this.#plain.end()) this.#reader.write(bare);
    this.#reader.end();
  }

  /** Removes the layers that nobody took. */
  abandon(): void {
    for (const draft of this.#drafts) draft.abandon();
    this.#drafts.clear();
  }

  /** The text of a document, or null when there is none of that name. */
  text(name: string): string | null {
    const content = this.#find(name);
    return content?.kind === 'text' ? content.text : null;
  }

  /** The layer of that name; the caller may take its draft, once. */
  layer(name: string): LayerContent | KnownContent {
    const content = this.#find(name);
    if (content === undefined) throw invalid(`it has no ${name}`);
    if (content.kind === 'text') throw invalid(`${name} is no tar archive of a layer`);
    return content;
  }

  /** The draft became a layer. */
  taken(draft: LayerDraft): void {
    this.#drafts.delete(draft);
  }

  #find(name: string): Content | undefined {
    let at = clean(name);
    // A link may lead to a link; one that leads nowhere, or in a circle, names nothing.
    for (let hops = 0; hops < 8 && this.#links.has(at); hops++) at = this.#links.get(at) ?? at;
    return this.#files.get(at);
  }

  #accept(entry: ReadEntry): EntrySink {
    if (++this.#entries > ENTRIES_MAX) throw invalid(`it has more than ${ENTRIES_MAX} entries`);
    const name = clean(entry.name);
    if (entry.type === 'directory') return NOTHING;
    if (entry.type !== 'file') {
      const folder = entry.type === 'symlink' ? name.slice(0, name.lastIndexOf('/') + 1) : '';
      this.#links.set(name, clean(folder + entry.target));
      return NOTHING;
    }
    if (this.#files.has(name)) throw invalid(`${name} comes twice`);
    return new FileSink(entry.size, (head) => this.#begin(name, entry.size, head));
  }

  #begin(name: string, size: number, head: Uint8Array): EntrySink {
    const gzip = head[0] === 0x1f && head[1] === 0x8b;
    const layer = gzip || isHeader(this.#sys, head) || isEmptyTar(head);
    if (layer && this.#options.isKnown(name)) {
      this.#files.set(name, { kind: 'known' });
      return NOTHING;
    }
    return layer ? this.#unpack(name, size, gzip) : this.#document(name, size);
  }

  #unpack(name: string, size: number, gzip: boolean): EntrySink {
    // The files of a bare tar are never more than the tar; none are more than the disk has room for.
    const { free } = this.#sys.statfs('/var/lib/docker');
    const limit = gzip ? free : Math.min(size, free);
    const draft = this.#layers.begin(limit, true);
    this.#drafts.add(draft);
    const plain = new PlainArchive(this.#sys);
    // A bare tar is hashed by the extractor.
    const hash = gzip ? this.#sys.sha256() : null;
    const write = (pieces: Iterable<ArrayBuffer | Uint8Array>): void => {
      unpacking(name, () => {
        for (const piece of pieces) draft.extractor.write(piece);
      });
    };
    let done = 0;
    return {
      write: (data) => {
        hash?.update(data);
        write(plain.write(data));
        this.#options.progress(name, (done += data.length), size);
      },
      end: () => {
        write(plain.end());
        const { digest, size: bytes } = unpacking(name, () => draft.extractor.end());
        const diffId = digest.startsWith('sha256:') ? digest : `sha256:${digest}`;
        checkName(name, hash === null ? diffId : `sha256:${hash.hex()}`);
        this.#files.set(name, { kind: 'layer', draft, diffId, size: bytes });
      },
    };
  }

  #document(name: string, size: number): EntrySink {
    this.#documents += size;
    if (size > DOCUMENT_MAX || this.#documents > DOCUMENTS_MAX) {
      throw invalid(`${name} is neither a layer's archive nor a document: ${size} bytes`);
    }
    const whole = new Uint8Array(size);
    const hash: Sha256 = this.#sys.sha256();
    let at = 0;
    return {
      write: (data) => {
        hash.update(data);
        whole.set(data, at);
        at += data.length;
      },
      end: () => {
        checkName(name, `sha256:${hash.hex()}`);
        this.#files.set(name, { kind: 'text', text: this.#sys.decode(whole) });
      },
    };
  }
}

const NOTHING: EntrySink = { write: () => undefined, end: () => undefined };

/** A file whose kind its first block tells. */
class FileSink implements EntrySink {
  readonly #size: number;
  readonly #begin: (head: Uint8Array) => EntrySink;
  #head: Uint8Array = new Uint8Array(0);
  #to: EntrySink | null = null;

  constructor(size: number, begin: (head: Uint8Array) => EntrySink) {
    this.#size = size;
    this.#begin = begin;
  }

  write(data: Uint8Array): void {
    if (this.#to !== null) {
      this.#to.write(data);
      return;
    }
    const head = new Uint8Array(this.#head.length + data.length);
    head.set(this.#head);
    head.set(data, this.#head.length);
    this.#head = head;
    if (head.length < Math.min(BLOCK, this.#size)) return;
    this.#to = this.#begin(head.subarray(0, BLOCK));
    this.#to.write(head);
  }

  end(): void {
    (this.#to ?? this.#begin(this.#head)).end();
  }
}

function isEmptyTar(head: Uint8Array): boolean {
  return head.length === BLOCK && head.every((byte) => byte === 0);
}

/**
 * A name without `.`, empty parts and what `..` takes back.
 * @throws EngineError 400 when it leads out of the archive
 */
export function clean(name: string): string {
  if (name.startsWith('/')) throw invalid(`"${name}" leads out of it`);
  const parts: string[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) throw invalid(`"${name}" leads out of it`);
  }
  return parts.join('/');
}

/** What is named by a digest must have it. */
function checkName(name: string, digest: string): void {
  const wanted = /^blobs\/sha256\/([a-f0-9]{64})$/.exec(name)?.[1];
  if (wanted !== undefined && digest !== `sha256:${wanted}`) {
    throw invalid(`${name} has the digest "${digest}"; nothing of it was kept`);
  }
}

/** What an extractor complains about is the archive's fault, except a system call's error. */
function unpacking<T>(name: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof EngineError || (error instanceof Error && 'syscall' in error)) throw error;
    throw invalid(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export function invalid(problem: string): EngineError {
  return new EngineError(400, `invalid archive: ${problem}`);
}
