/**
 * `docker load`: the images of an archive that `docker save`, skopeo, Podman or a builder wrote, bare or
 * compressed with gzip. Layers are unpacked while they come; an image appears when all of it was checked
 * against its digests, or not at all.
 *
 * See it: `docker save busybox | docker load`.
 */
import { EngineError } from '../../errors.ts';
import { parseConfiguration } from '../../image/configuration.ts';
import { familiar, fullName, hexOf, parseReference, shortId } from '../../image/index.ts';
import type { Image, ImageStore, Reference } from '../../image/index.ts';
import { archiveOf, piecesOf } from '../../image/layer-archive.ts';
import type { Sys } from '../../sys/sys.ts';
import { ByteProgress } from '../progress.ts';
import type { ProgressMessage } from '../progress.ts';
import { Contents, invalid } from './contents.ts';
import type { LayerContent } from './contents.ts';
import { listing } from './listing.ts';
import type { ListedImage } from './listing.ts';

/** As many layers as Docker puts on top of each other. */
const DEEPEST = 125;

export type LoadMessage = ProgressMessage | { readonly stream: string };

let loads = 0;

/** A load under way: give it the archive piece by piece, then finish or abandon it. */
export class Load {
  readonly #sys: Sys;
  readonly #images: ImageStore;
  readonly #tell: (message: LoadMessage) => void;
  readonly #contents: Contents;
  readonly #progress = new Map<string, ByteProgress>();
  /** What became of a layer of the archive. */
  readonly #committed = new Map<LayerContent, string>();
  /** Layers by name whose every image has them in the store; null until somebody asks. */
  #known: Set<string> | null = null;

  /** @param quiet no progress of layers */
  constructor(sys: Sys, images: ImageStore, tell: (message: LoadMessage) => void, quiet: boolean) {
    this.#sys = sys;
    this.#images = images;
    this.#tell = tell;
    this.#contents = new Contents(sys, images.layers, {
      isKnown: (name) => (this.#known ??= this.#knownLayers()).has(name),
      progress: (name, bytes, total) => {
        if (!quiet) this.#show(name, bytes, total);
      },
    });
  }

  /** @throws EngineError 400 */
  write(piece: ArrayBuffer): void {
    this.#contents.write(piece);
  }

  /**
   * Makes the images.
   * @throws EngineError 400 in Docker's words; the images before it stay
   */
  finish(): void {
    this.#contents.end();
    const listed = listing((name) => this.#contents.text(name));
    for (const image of listed) this.#load(image);
    this.#contents.abandon();
  }

  /** Removes what came. */
  abandon(): void {
    this.#contents.abandon();
  }

  #load(listed: ListedImage): void {
    const text = this.#contents.text(listed.config);
    if (text === null) throw invalid(`it has no ${listed.config}`);
    const configuration = parseConfiguration(text);
    const diffIds = configuration.rootfs.diff_ids;
    if (diffIds.length !== listed.layers.length) {
      throw new EngineError(
        400,
        `invalid manifest, layers length mismatch: expected ${diffIds.length}, got ${listed.layers.length}`,
      );
    }
    if (diffIds.length > DEEPEST) throw new EngineError(400, 'max depth exceeded');
    const names = listed.tags.map(tagOf);
    const chain = this.#images.chain(configuration);
    const owner = `load ${++loads}`;
    this.#images.retain(owner, chain);
    try {
      chain.forEach((chainId, index) => {
        const name = listed.layers[index] ?? '';
        this.#layer(name, diffIds[index] ?? '', chainId, chain.slice(0, index), index);
      });
      const manifest = listed.manifest === undefined ? {} : { manifest: listed.manifest };
      this.#add(text, names, manifest);
    } finally {
      // Removes what came, unless it belongs to an image by now.
      this.#images.release(owner);
    }
  }

  #add(text: string, names: readonly Reference[], origin: { readonly manifest?: string }): void {
    for (const name of names) {
      const before = this.#images.named(name);
      if (before !== null && !this.#isText(before, text)) {
        this.#tell({
          stream: `The image ${familiar(name)} already exists, renaming the old one with ID ${before.id} to empty string\n`,
        });
      }
    }
    const image = this.#images.add(text, names, origin);
    this.#images.emit('load', image.id, image.id);
    for (const name of names) this.#tell({ stream: `Loaded image: ${familiar(name)}\n` });
    if (names.length === 0) this.#tell({ stream: `Loaded image ID: ${image.id}\n` });
  }

  #isText(image: Image, text: string): boolean {
    return this.#images.readBlob(image.id) === text;
  }

  #layer(
    name: string,
    diffId: string,
    chainId: string,
    below: readonly string[],
    index: number,
  ): void {
    const { layers } = this.#images;
    const content = this.#contents.layer(name);
    if (content.kind === 'layer' && content.diffId !== diffId) {
      throw new EngineError(
        400,
        `invalid diffID for layer ${index}: expected "${diffId}", got "${content.diffId}"`,
      );
    }
    if (layers.find(chainId) !== null) return;
    if (content.kind === 'known')
      throw invalid(`layer ${diffId} was removed meanwhile: load it again`);
    const there = this.#committed.get(content);
    if (there !== undefined) {
      this.#copy(there, diffId, chainId, below);
      return;
    }
    content.draft.commit(chainId, below, content.size);
    this.#contents.taken(content.draft);
    this.#committed.set(content, chainId);
  }

  /** The same files once more, on top of other layers. */
  #copy(from: string, diffId: string, chainId: string, below: readonly string[]): void {
    const { layers } = this.#images;
    const archive = archiveOf(this.#sys, layers.get(from));
    if (archive === null)
      throw invalid(`layer ${diffId} stands on two others and replaces files of its own`);
    const draft = layers.begin(archive.size, true);
    try {
      for (const piece of piecesOf(this.#sys, archive, diffId)) draft.extractor.write(piece);
      draft.commit(chainId, below, draft.extractor.end().size);
    } catch (error) {
      draft.abandon();
      throw error;
    }
  }

  /**
   * Of an archive whose documents come first, as ours do, the layers that need not be unpacked. What the
   * documents say is believed only so far: in the end it is the store's own layer that counts.
   */
  #knownLayers(): Set<string> {
    const missing = new Set<string>();
    const known = new Set<string>();
    let listed: ListedImage[];
    try {
      listed = listing((name) => this.#contents.text(name));
    } catch {
      // The documents are still to come, or no good: `finish` says so.
      return known;
    }
    for (const image of listed) {
      const text = this.#contents.text(image.config);
      const chain = text === null ? [] : this.#images.chain(parseConfiguration(text));
      image.layers.forEach((name, index) => {
        const chainId = chain[index];
        const there = chainId !== undefined && this.#images.layers.find(chainId) !== null;
        (there ? known : missing).add(name);
      });
    }
    for (const name of missing) known.delete(name);
    return known;
  }

  #show(name: string, bytes: number, total: number): void {
    const id = /[a-f0-9]{64}/.exec(name)?.[0] ?? name;
    let shown = this.#progress.get(name);
    if (shown === undefined) {
      const now = (): number => this.#sys.monotonic();
      shown = new ByteProgress(now, this.#tell, shortId(hexOf(id)), total, 'Loading layer');
      this.#progress.set(name, shown);
    }
    shown.reach(bytes);
  }
}

/** @throws EngineError 400 for what is no name with a tag */
function tagOf(text: string): Reference {
  const reference = parseReference(text);
  if (reference.tag === null || reference.digest !== null) {
    throw new EngineError(400, `invalid tag "${text}"`);
  }
  return { ...parseReference(fullName(reference)), tag: reference.tag };
}
