/**
 * The images of this engine: their configurations and manifests by digest, their names, their layers.
 *
 *     /var/lib/docker/image/blobs/sha256/<hex>   configurations and manifests
 *     /var/lib/docker/image/repositories.json    names, and which blobs are images
 *     /var/lib/docker/overlay2/…                 layers (layers.ts)
 *
 * The order of writing makes a kill at any moment harmless: layers first, then blobs, then the one
 * document that makes them an image. What no image and no container uses is removed by `collect`.
 *
 * See it: `docker images --digests`, `docker image inspect busybox`.
 */
import type { Sys } from '../sys/sys.ts';
import { BlobStore } from './blobs.ts';
import { parseConfiguration } from './configuration.ts';
import type { ImageConfiguration } from './configuration.ts';
import { ImageError, noSuchImage } from './errors.ts';
import { seconds } from './history.ts';
import { LayerStore, chainIds } from './layers.ts';
import type { Layer } from './layers.ts';
import { familiar, hexOf, isSha256, parseReference, withDefaultTag } from './reference.ts';
import type { Reference } from './reference.ts';
import { Repositories } from './repositories.ts';
import type { ImageRecord } from './repositories.ts';

export interface Image {
  /** `sha256:…` of the configuration. */
  readonly id: string;
  readonly configuration: ImageConfiguration;
  /** Familiar references with tags, sorted: `busybox:latest`. */
  readonly tags: readonly string[];
  /** Familiar references with digests, sorted: `busybox@sha256:…`. */
  readonly digests: readonly string[];
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** Bytes in files of all layers. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly record: ImageRecord;
}

/** Something that happened to an image, for `GET /events`. */
export interface ImageEvent {
  readonly action: 'pull' | 'push' | 'tag' | 'untag' | 'delete' | 'import' | 'load' | 'save';
  /** Image ID; the reference for `pull` and `push`. */
  readonly id: string;
  readonly name: string;
}

export interface ImageStoreOptions {
  readonly sys: Sys;
  /** Default `/var/lib/docker`. */
  readonly root?: string;
  readonly onEvent?: (event: ImageEvent) => void;
}

export class ImageStore {
  readonly layers: LayerStore;
  readonly #sys: Sys;
  readonly #blobs: BlobStore;
  readonly #repositories: Repositories;
  readonly #configurations = new Map<string, ImageConfiguration>();
  /** Chain IDs of each image: hashing them again for every list would be felt. */
  readonly #chains = new Map<string, readonly string[]>();
  /** Chain IDs that someone besides the images stands on: containers, pulls under way. */
  readonly #retained = new Map<string, readonly string[]>();
  readonly #onEvent: (event: ImageEvent) => void;

  /** Opens what is on disk; leftovers stay until {@link collect}. */
  constructor(options: ImageStoreOptions) {
    const root = options.root ?? '/var/lib/docker';
    this.#sys = options.sys;
    this.#onEvent = options.onEvent ?? (() => undefined);
    this.#blobs = new BlobStore(options.sys, root);
    this.layers = new LayerStore(options.sys, root);
    this.#repositories = new Repositories(options.sys, `${root}/image/repositories.json`);
    for (const id of this.#repositories.images()) this.#load(id);
  }

  /** All images, newest first. */
  list(): Image[] {
    return [...this.#configurations.keys()]
      .map((id) => this.#describe(id))
      .sort((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1));
  }

  /**
   * The image that a name, an ID or the beginning of an ID means, names first; throws a 404 when there
   * is none or several, a 400 when `text` cannot be a name.
   */
  get(text: string): Image {
    const image = this.find(text);
    if (image !== null) return image;
    throw noSuchImage(isIdLike(text) ? text : familiar(withDefaultTag(parseReference(text))));
  }

  /** As {@link get}, with null when there is none. */
  find(text: string): Image | null {
    const whole = /^[a-f0-9]{64}$/.test(text) ? `sha256:${text}` : text;
    if (isSha256(whole)) return this.byId(whole);
    const named = this.#repositories.get(withDefaultTag(parseReference(text)));
    if (named !== null) return this.#describe(named);
    const prefix = text.startsWith('sha256:') ? text.slice(7) : text;
    if (!/^[a-f0-9]+$/.test(prefix)) return null;
    const ids = [...this.#configurations.keys()].filter((id) => hexOf(id).startsWith(prefix));
    if (ids.length > 1) {
      throw new ImageError(
        404,
        `ambiguous reference: ${ids.length} images have an ID that begins with "${prefix}": give more of it`,
      );
    }
    return ids[0] === undefined ? null : this.#describe(ids[0]);
  }

  byId(id: string): Image | null {
    return this.#configurations.has(id) ? this.#describe(id) : null;
  }

  /** Images that were built upon this one, in this engine. */
  children(id: string): string[] {
    return this.#repositories
      .images()
      .filter((child) => this.#repositories.record(child)?.parent === id);
  }

  /**
   * Makes an image of a configuration whose layers are all in the store.
   *
   * @param text the configuration, byte for byte as it was verified or written
   * @param names references with a tag or a digest that shall mean it
   */
  add(
    text: string,
    names: readonly Reference[] = [],
    origin: { readonly parent?: string; readonly manifest?: string } = {},
  ): Image {
    const configuration = parseConfiguration(text);
    for (const chainId of this.chain(configuration)) this.layers.get(chainId);
    const id = this.#blobs.write(text);
    const manifest =
      origin.manifest === undefined ? {} : { manifest: this.#blobs.write(origin.manifest) };
    const parent = origin.parent === undefined ? {} : { parent: origin.parent };
    this.#repositories.change((edit) => {
      const before = this.#repositories.record(id) ?? {};
      const tagged = names.length === 0 ? {} : { tagged: this.#sys.timestamp() };
      edit.setImage(id, { ...before, ...manifest, ...parent, ...tagged });
      for (const name of names) edit.setName(name, id);
    });
    this.#remember(id, configuration);
    return this.#describe(id);
  }

  /** Gives an image another name; the name's former image keeps its others. Throws a 400 for a digest. */
  tag(image: Image, name: Reference): void {
    if (name.digest !== null) {
      throw new ImageError(400, 'refusing to create a tag with a digest reference');
    }
    const tagged = withDefaultTag(name);
    this.#repositories.change((edit) => {
      edit.setImage(image.id, { ...image.record, tagged: this.#sys.timestamp() });
      edit.setName(tagged, image.id);
    });
    this.emit('tag', image.id, familiar(tagged));
  }

  /** The image that a reference with a tag or digest means by name (never by ID). */
  named(name: Reference): Image | null {
    const id = this.#repositories.get(name);
    return id === null ? null : this.byId(id);
  }

  /** All references to images of a repository, tags and digests. */
  referencesOf(name: Reference): Reference[] {
    return this.#repositories.ofRepository(name);
  }

  /** All references of an image. */
  references(id: string): Reference[] {
    return this.#repositories.references(id);
  }

  /** Takes names away; the image stays. */
  untag(id: string, names: readonly Reference[]): void {
    if (names.length === 0) return;
    this.#repositories.change((edit) => names.forEach((name) => edit.dropName(name)));
    names.forEach((name) => this.emit('untag', id, familiar(name)));
  }

  /**
   * Forgets an image that has no name, with its blobs and the layers that nothing uses any more.
   * Returns the chain IDs of removed layers, top first.
   */
  drop(id: string): string[] {
    const configuration = this.#configurations.get(id);
    if (configuration === undefined) return [];
    const { manifest } = this.#repositories.record(id) ?? {};
    this.#repositories.change((edit) => edit.dropImage(id));
    this.#configurations.delete(id);
    this.#chains.delete(id);
    this.#blobs.remove(id);
    if (manifest !== undefined && !this.#isBlobUsed(manifest)) this.#blobs.remove(manifest);
    this.emit('delete', id, id);
    return this.#removeUnused(this.chain(configuration));
  }

  /**
   * Keeps layers that no image may need any more, for as long as `owner` (a container's ID) stands on
   * them. Containers found at start must retain theirs before {@link collect}.
   */
  retain(owner: string, layers: readonly string[]): void {
    this.#retained.set(owner, layers);
  }

  /** The owner is gone: its layers go too unless someone else uses them. */
  release(owner: string): void {
    const layers = this.#retained.get(owner) ?? [];
    this.#retained.delete(owner);
    this.#removeUnused(layers);
  }

  /** Removes what a killed daemon left: layers and blobs that nothing names. Returns how many. */
  collect(): number {
    const used = this.#layersInUse();
    const layers = this.layers.list().filter((chainId) => !used.has(chainId));
    layers.forEach((chainId) => this.layers.remove(chainId));
    const blobs = this.#blobs.list().filter((digest) => !this.#isBlobUsed(digest));
    blobs.forEach((digest) => this.#blobs.remove(digest));
    return layers.length + blobs.length;
  }

  /** Chain IDs of an image's layers, lowest first. */
  chain(configuration: ImageConfiguration): string[] {
    return chainIds(this.#sys, configuration.rootfs.diff_ids);
  }

  /** Text of a configuration or manifest; throws ENOENT when it is not here. */
  readBlob(digest: string): string {
    return this.#blobs.read(digest);
  }

  emit(action: ImageEvent['action'], id: string, name: string): void {
    this.#onEvent({ action, id, name });
  }

  /** An image that is damaged on disk is forgotten: the others must not fail with it. */
  #load(id: string): void {
    try {
      const configuration = parseConfiguration(this.readBlob(id));
      this.chain(configuration).forEach((chainId) => this.layers.get(chainId));
      this.#remember(id, configuration);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#sys.log(`image ${id} is damaged and was forgotten: ${reason}`);
      this.#repositories.change((edit) => {
        this.#repositories.references(id).forEach((name) => edit.dropName(name));
        edit.dropImage(id);
      });
    }
  }

  #remember(id: string, configuration: ImageConfiguration): void {
    this.#configurations.set(id, configuration);
    this.#chains.set(id, this.chain(configuration));
  }

  #describe(id: string): Image {
    const configuration = this.#configurations.get(id);
    if (configuration === undefined) throw noSuchImage(id);
    const references = this.#repositories.references(id);
    const layers = (this.#chains.get(id) ?? []).map((chainId) => this.layers.get(chainId));
    return {
      id,
      configuration,
      tags: references.filter((name) => name.digest === null).map(familiar),
      digests: references.filter((name) => name.digest !== null).map(familiar),
      layers,
      size: layers.reduce((sum, layer) => sum + layer.size, 0),
      created: seconds(configuration.created),
      record: this.#repositories.record(id) ?? {},
    };
  }

  #layersInUse(): Set<string> {
    const used = new Set<string>();
    for (const layers of [...this.#chains.values(), ...this.#retained.values()]) {
      layers.forEach((chainId) => used.add(chainId));
    }
    return used;
  }

  #removeUnused(chain: readonly string[]): string[] {
    const used = this.#layersInUse();
    const gone = chain
      .filter((chainId) => !used.has(chainId) && this.layers.find(chainId) !== null)
      .reverse();
    gone.forEach((chainId) => this.layers.remove(chainId));
    return gone;
  }

  #isBlobUsed(digest: string): boolean {
    return this.#repositories
      .images()
      .some((id) => id === digest || this.#repositories.record(id)?.manifest === digest);
  }
}

function isIdLike(text: string): boolean {
  return /^(?:sha256:)?[a-f0-9]{64}$/.test(text);
}
