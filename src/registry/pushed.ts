/**
 * What was pushed: content by digest, and which repository holds what of it.
 *
 *     blobs/sha256/<hex>                           the bytes, once, however many hold them
 *     repositories/<name>/_blobs/sha256/<hex>      that the repository holds a blob, and its size
 *     repositories/<name>/_manifests/sha256/<hex>  that it holds a manifest, and of which type
 *     repositories/<name>/_tags/<tag>              the digest that a tag names
 *
 * Each is written whole or not at all, and in that order, so that a registry that dies in between has
 * content that nobody names, and never a name without its content.
 */
import * as z from 'zod/mini';
import type { Catalog, Content, Referrer } from './catalog.ts';
import { blobPath, descriptorSchema } from './documents.ts';
import type { Descriptor, ManifestDocument } from './documents.ts';
import { verifying } from './digest.ts';
import { Mutex } from './mutex.ts';
import { isName, isTag } from './names.ts';
import { readText } from './storage/storage.ts';
import { writeJson } from './storage/store.ts';
import type { Store } from './storage/store.ts';

const tagNote = z.object({ digest: z.string() });
const blobNote = z.object({ size: z.number() });
const manifestNote = z.object({ descriptor: descriptorSchema, subject: z.optional(z.string()) });

/** Finds bytes that were not pushed, of a blob mounted from a repository that cannot be written. */
export type Elsewhere = (descriptor: Descriptor) => Promise<ReadableStream<Uint8Array>>;

export class Pushed implements Catalog {
  readonly store: Store;
  readonly #elsewhere: Elsewhere;
  /** Taking content away must not cross with somebody who just found it there. */
  readonly #mutex = new Mutex();
  /** Digests of blobs that are being written, and that nobody holds yet. */
  readonly #coming = new Set<string>();

  constructor(store: Store, elsewhere: Elsewhere) {
    this.store = store;
    this.#elsewhere = elsewhere;
  }

  async repositories(): Promise<string[]> {
    const names = new Set<string>();
    for (const path of await this.store.list('repositories/')) {
      const name = /^repositories\/(.+?)\/_/.exec(path)?.[1];
      if (name !== undefined && isName(name)) names.add(name);
    }
    return [...names];
  }

  async tags(name: string): Promise<string[] | null> {
    const paths = await this.store.list(`${home(name)}/`);
    if (paths.length === 0) return null;
    const start = `${home(name)}/_tags/`;
    return paths.filter((path) => path.startsWith(start)).map((path) => path.slice(start.length));
  }

  async manifest(name: string, reference: string): Promise<Content | null> {
    const digest = isTag(reference) ? await this.#tagged(name, reference) : reference;
    if (digest === null) return null;
    const note = await this.#read(manifestNote, notePath(name, '_manifests', digest));
    return note === null ? null : this.#content(note.descriptor);
  }

  async blob(name: string, digest: string): Promise<Content | null> {
    const note = await this.#read(blobNote, notePath(name, '_blobs', digest));
    if (note === null) return this.manifest(name, digest);
    return this.#content({ mediaType: 'application/octet-stream', digest, size: note.size });
  }

  async referrers(name: string, digest: string): Promise<Referrer[]> {
    const found: Referrer[] = [];
    for (const path of await this.store.list(`${home(name)}/_manifests/`)) {
      const note = await this.#read(manifestNote, path);
      if (note?.subject === digest) found.push(note.descriptor);
    }
    return found;
  }

  /**
   * Keeps a blob, and notes that the repository holds it.
   * @throws RegistryError DIGEST_INVALID when the content is not what the digest names; nothing is kept then.
   */
  async putBlob(name: string, digest: string, content: ReadableStream<Uint8Array>): Promise<void> {
    const verifier = verifying(digest);
    this.#coming.add(digest);
    try {
      await this.store.write(blobPath(digest), content.pipeThrough(verifier.stream));
      await this.#hold(name, digest, verifier.size());
    } finally {
      this.#coming.delete(digest);
    }
  }

  /** The repository holds a blob that another one holds; false when that one does not. */
  async mountBlob(name: string, digest: string, from: Catalog, source: string): Promise<boolean> {
    return this.#mutex.run(async () => {
      const found = await from.blob(source, digest);
      if (found === null) return false;
      await this.#hold(name, digest, found.size);
      return true;
    });
  }

  #hold(name: string, digest: string, size: number): Promise<void> {
    return writeJson(this.store, notePath(name, '_blobs', digest), { size });
  }

  async putManifest(
    name: string,
    descriptor: Descriptor,
    document: ManifestDocument,
    bytes: Uint8Array<ArrayBuffer>,
    tag: string | null,
  ): Promise<void> {
    const { digest } = descriptor;
    const artifactType = document.artifactType ?? document.config?.mediaType;
    const subject = document.subject?.digest;
    await this.#mutex.run(async () => {
      await this.store.write(blobPath(digest), new Blob([bytes]).stream());
      await writeJson(this.store, notePath(name, '_manifests', digest), {
        descriptor: {
          ...descriptor,
          ...(artifactType === undefined ? {} : { artifactType }),
          ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
        },
        ...(subject === undefined ? {} : { subject }),
      });
      if (tag !== null) await writeJson(this.store, `${home(name)}/_tags/${tag}`, { digest });
    });
  }

  /** False when there is none. */
  async deleteTag(name: string, tag: string): Promise<boolean> {
    if ((await this.#tagged(name, tag)) === null) return false;
    await this.store.remove(`${home(name)}/_tags/${tag}`);
    return true;
  }

  /** With every tag that names it; false when there is none. */
  async deleteManifest(name: string, digest: string): Promise<boolean> {
    return this.#mutex.run(async () => {
      const path = notePath(name, '_manifests', digest);
      if ((await this.#read(manifestNote, path)) === null) return false;
      for (const tag of (await this.tags(name)) ?? []) {
        if ((await this.#tagged(name, tag)) === digest) {
          await this.store.remove(`${home(name)}/_tags/${tag}`);
        }
      }
      await this.store.remove(path);
      await this.#release(digest);
      return true;
    });
  }

  /** False when the repository does not hold it. */
  async deleteBlob(name: string, digest: string): Promise<boolean> {
    return this.#mutex.run(async () => {
      const path = notePath(name, '_blobs', digest);
      if ((await this.#read(blobNote, path)) === null) return false;
      await this.store.remove(path);
      await this.#release(digest);
      return true;
    });
  }

  /** Takes the bytes away once no repository holds them. */
  async #release(digest: string): Promise<void> {
    if (this.#coming.has(digest)) return;
    const ending = `/${digest.replace(':', '/')}`;
    const paths = await this.store.list('repositories/');
    if (!paths.some((path) => path.endsWith(ending))) await this.store.remove(blobPath(digest));
  }

  async #tagged(name: string, tag: string): Promise<string | null> {
    return (await this.#read(tagNote, `${home(name)}/_tags/${tag}`))?.digest ?? null;
  }

  #content(descriptor: Descriptor): Content {
    const open = async (): Promise<ReadableStream<Uint8Array>> => {
      const file = await this.store.read(blobPath(descriptor.digest));
      return file === null ? this.#elsewhere(descriptor) : file.stream;
    };
    return { ...descriptor, open };
  }

  async #read<S extends z.ZodMiniType>(schema: S, path: string): Promise<z.infer<S> | null> {
    const text = await readText(this.store, path);
    return text === null ? null : schema.parse(JSON.parse(text));
  }
}

const home = (name: string): string => `repositories/${name}`;
const notePath = (name: string, kind: '_blobs' | '_manifests', digest: string): string =>
  `${home(name)}/${kind}/${digest.replace(':', '/')}`;
