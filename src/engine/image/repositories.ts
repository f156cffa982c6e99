/**
 * The names of images: which tag and which digest of which repository means which image, and what is
 * known about an image besides its configuration. One JSON document, replaced atomically, so that an
 * image is either there with its names or not there at all.
 *
 * See it: `cat /var/lib/docker/image/repositories.json`.
 */
import type { Sys } from '../sys/sys.ts';
import { isSha256, parseReference } from './reference.ts';
import type { Reference } from './reference.ts';
import { familiar, familiarName } from './reference.ts';

/** What the document holds about an image. */
export interface ImageRecord {
  /** The image that this one was built upon in this engine. */
  readonly parent?: string;
  /** RFC 3339: when a name was given to it last. */
  readonly tagged?: string;
  /** Digest of the manifest it was pulled by, kept as a blob. */
  readonly manifest?: string;
}

interface Document {
  /** Familiar repository name → familiar reference → image ID, as Docker keeps it. */
  Repositories: Record<string, Record<string, string>>;
  Images: Record<string, ImageRecord>;
}

export class Repositories {
  readonly #sys: Sys;
  readonly #path: string;
  #names = new Map<string, string>();
  #records = new Map<string, ImageRecord>();

  constructor(sys: Sys, path: string) {
    this.#sys = sys;
    this.#path = path;
    if (sys.stat(path) !== null) this.#load(sys.readText(path));
  }

  /** The image that a reference with a tag or a digest means, or null. With both, the digest decides. */
  get(reference: Reference): string | null {
    const key = reference.digest === null ? reference : { ...reference, tag: null };
    return this.#names.get(familiar(key)) ?? null;
  }

  /** All references to an image, sorted. */
  references(id: string): Reference[] {
    return [...this.#names]
      .filter(([, image]) => image === id)
      .map(([name]) => name)
      .sort()
      .map(parseReference);
  }

  /** All references of a repository, sorted. */
  ofRepository(name: Reference): Reference[] {
    const wanted = familiarName(name);
    return [...this.#names.keys()]
      .sort()
      .map(parseReference)
      .filter((reference) => familiarName(reference) === wanted);
  }

  images(): string[] {
    return [...this.#records.keys()];
  }

  record(id: string): ImageRecord | undefined {
    return this.#records.get(id);
  }

  /** Changes several things and writes once. Nothing is on disk before the end, everything after it. */
  change(verb: (edit: Edit) => void): void {
    const names = new Map(this.#names);
    const records = new Map(this.#records);
    verb({
      setName: (reference, id) => names.set(familiar(reference), id),
      dropName: (reference) => names.delete(familiar(reference)),
      setImage: (id, record) => records.set(id, record),
      dropImage: (id) => records.delete(id),
    });
    // What could not be written has not happened.
    this.#save(names, records);
    this.#names = names;
    this.#records = records;
  }

  #load(text: string): void {
    const document = parse(text);
    if (document === null) {
      throw new Error(
        `${this.#path} is not what this engine writes: remove it to begin with no images`,
      );
    }
    for (const [id, record] of Object.entries(document.Images)) {
      if (isSha256(id)) this.#records.set(id, record);
    }
    for (const names of Object.values(document.Repositories)) {
      for (const [name, id] of Object.entries(names)) {
        if (this.#records.has(id)) this.#names.set(name, id);
      }
    }
  }

  #save(names: ReadonlyMap<string, string>, records: ReadonlyMap<string, ImageRecord>): void {
    const document: Document = { Repositories: {}, Images: Object.fromEntries(records) };
    for (const [name, id] of names) {
      const repository = familiarName(parseReference(name));
      (document.Repositories[repository] ??= {})[name] = id;
    }
    this.#sys.writeAtomic(this.#path, JSON.stringify(document), 0o600);
  }
}

/** What {@link Repositories.change} may do. References have either a tag or a digest. */
export interface Edit {
  setName(reference: Reference, id: string): void;
  dropName(reference: Reference): void;
  setImage(id: string, record: ImageRecord): void;
  dropImage(id: string): void;
}

function parse(text: string): Document | null {
  try {
    const document: unknown = JSON.parse(text);
    return isDocument(document) ? document : null;
  } catch {
    return null;
  }
}

function isDocument(value: unknown): value is Document {
  return (
    typeof value === 'object' &&
    value !== null &&
    'Repositories' in value &&
    typeof value.Repositories === 'object' &&
    value.Repositories !== null &&
    'Images' in value &&
    typeof value.Images === 'object' &&
    value.Images !== null
  );
}
