/**
 * Repositories out of an OCI image layout: `index.json` names each image by an annotation, and what a
 * repository holds is what can be reached from its images. Blobs never change, so what was read of
 * them is kept; `index.json` is read anew each time.
 */
import { inLargePieces } from './chunks.ts';
import type { Catalog, Content, Referrer } from './catalog.ts';
import {
  INDEX_TYPE,
  REF_NAME,
  blobPath,
  indexDocument,
  isManifestType,
  manifestDocument,
} from './documents.ts';
import type { Descriptor, ManifestDocument } from './documents.ts';
import { isName, isTag } from './names.ts';
import { readText } from './storage/storage.ts';
import type { Storage } from './storage/storage.ts';

interface Repository {
  readonly name: string;
  /** Tag → manifest or index. */
  readonly tags: ReadonlyMap<string, Descriptor>;
}

interface StoredManifest {
  readonly text: string;
  readonly document: ManifestDocument;
}

export class Layout implements Catalog {
  readonly #storage: Storage;
  readonly #mayBeEmpty: boolean;
  readonly #manifests = new Map<string, Promise<StoredManifest>>();

  /** @param mayBeEmpty whether a store without `index.json` is one without images, and not broken */
  constructor(storage: Storage, mayBeEmpty = false) {
    this.#storage = storage;
    this.#mayBeEmpty = mayBeEmpty;
  }

  async repositories(): Promise<string[]> {
    return [...(await this.#repositories()).keys()];
  }

  async tags(name: string): Promise<string[] | null> {
    const repository = (await this.#repositories()).get(name);
    return repository === undefined ? null : [...repository.tags.keys()];
  }

  async manifest(name: string, reference: string): Promise<Content | null> {
    const repository = (await this.#repositories()).get(name);
    if (repository === undefined) return null;
    const found = isTag(reference)
      ? repository.tags.get(reference)
      : await this.#find(repository, reference);
    if (found === undefined || found === null || !isManifestType(found.mediaType)) return null;
    // What is handed out is what was read and understood.
    const { text } = await this.#manifest(found);
    return { ...found, open: async () => new Blob([text]).stream() };
  }

  async blob(name: string, digest: string): Promise<Content | null> {
    const repository = (await this.#repositories()).get(name);
    const found = repository === undefined ? null : await this.#find(repository, digest);
    return found === null ? null : { ...found, open: () => this.content(found) };
  }

  async referrers(name: string, digest: string): Promise<Referrer[]> {
    const repository = (await this.#repositories()).get(name);
    if (repository === undefined) return [];
    const found: Referrer[] = [];
    for await (const descriptor of this.#reachable(repository)) {
      if (!isManifestType(descriptor.mediaType)) continue;
      const { document } = await this.#manifest(descriptor);
      if (document.subject?.digest !== digest) continue;
      const artifactType = document.artifactType ?? document.config?.mediaType;
      found.push({
        mediaType: descriptor.mediaType,
        digest: descriptor.digest,
        size: descriptor.size,
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
      });
    }
    return found;
  }

  /** All repositories by name. Rejects when `index.json` is missing or not an index. */
  async #repositories(): Promise<Map<string, Repository>> {
    const text = await readText(this.#storage, 'index.json');
    if (text === null && this.#mayBeEmpty) return new Map();
    if (text === null) throw new Error('the image store has no index.json: build the images first');
    const index = indexDocument.parse(JSON.parse(text));
    const repositories = new Map<string, { name: string; tags: Map<string, Descriptor> }>();
    for (const entry of index.manifests) {
      const [name, tag] = splitName(entry.annotations?.[REF_NAME] ?? '');
      if (name === null || tag === null) continue;
      const repository = repositories.get(name) ?? { name, tags: new Map() };
      repository.tags.set(tag, entry);
      repositories.set(name, repository);
    }
    return repositories;
  }

  async #find(repository: Repository, digest: string): Promise<Descriptor | null> {
    for await (const descriptor of this.#reachable(repository)) {
      if (descriptor.digest === digest) return descriptor;
    }
    return null;
  }

  /** A manifest or index. Rejects when the store does not hold what it promises. */
  #manifest(descriptor: Descriptor): Promise<StoredManifest> {
    const known = this.#manifests.get(descriptor.digest);
    if (known !== undefined) return known;
    const reading = this.#readManifest(descriptor);
    this.#manifests.set(descriptor.digest, reading);
    reading.catch(() => this.#manifests.delete(descriptor.digest));
    return reading;
  }

  /** Content as its digest names it: a compressed layer comes decompressed. */
  async content(descriptor: Descriptor): Promise<ReadableStream<Uint8Array>> {
    const path = blobPath(descriptor.digest);
    const compressed = `${path}.gz`;
    // Asking in the likelier order spares a page a request that fails.
    const order = descriptor.mediaType.endsWith('.tar') ? [compressed, path] : [path, compressed];
    for (const candidate of order) {
      const file = await this.#storage.read(candidate);
      if (file !== null) return candidate === compressed ? decompress(file.stream) : file.stream;
    }
    throw new Error(`the image store promises ${descriptor.digest} but has no ${path}`);
  }

  async #readManifest(descriptor: Descriptor): Promise<StoredManifest> {
    const text = await new Response(await this.content(descriptor)).text();
    return { text, document: manifestDocument.parse(JSON.parse(text)) };
  }

  async *#reachable(repository: Repository): AsyncGenerator<Descriptor> {
    const seen = new Set<string>();
    const open = [...repository.tags.values()];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next.digest)) continue;
      seen.add(next.digest);
      yield next;
      if (!isManifestType(next.mediaType)) continue;
      const { document } = await this.#manifest(next);
      open.push(...(document.manifests ?? []), ...(document.layers ?? []));
      if (document.config !== undefined) open.push(document.config);
    }
  }
}

/** The answer to a question for referrers. */
export function referrersIndex(manifests: readonly Referrer[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests });
}

function splitName(text: string): [string, string] | [null, null] {
  const colon = text.lastIndexOf(':');
  const name = text.slice(0, colon);
  const tag = text.slice(colon + 1);
  return colon > 0 && isName(name) && isTag(tag) ? [name, tag] : [null, null];
}

/**
 * Decompresses, unless it is not compressed (any more): some hosts label a `.gz` file as an encoding,
 * and the browser has decoded it then.
 */
async function decompress(stream: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = stream.getReader();
  const first = await reader.read();
  const rest = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (first.value !== undefined) controller.enqueue(first.value);
        if (first.done) controller.close();
      },
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const isGzip = first.value?.[0] === 0x1f && first.value[1] === 0x8b;
  if (!isGzip) return rest;
  // DecompressionStream's type asks for more than any stream of bytes must be (TypeScript's DOM library).
  const gunzip = new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>;
  return inLargePieces(rest.pipeThrough(gunzip));
}
