/**
 * Layers on disk: one directory a layer, shared by every image and container above it.
 *
 *     /var/lib/docker/overlay2/<chain id>/diff   the files, as overlayfs(5) wants a lower directory
 *                                        /link   short name of the layer
 *                                        /lower  the layers below, nearest first: l/<link>:l/<link>
 *                                        /size   bytes in files (only layers of images have it)
 *                                        /skeleton, /tar  what its archive is made of (layer-archive.ts)
 *     /var/lib/docker/overlay2/l/<link>          symbolic link to ../<chain id>/diff: mount(2) takes
 *                                                one page of options, full names would fill it
 *     /var/lib/docker/tmp/<random>               a layer that is being made; renamed when complete
 *
 * The chain ID names a layer together with all below it (OCI image-spec config.md, "Layer ChainID").
 *
 * See it: `ls /var/lib/docker/overlay2`, `bottle layers`.
 */
import type { LayerExtractor, Sys } from '../sys/sys.ts';
import { ImageError } from './errors.ts';
import { hexOf } from './reference.ts';

export interface Layer {
  /** `sha256:…` */
  readonly chainId: string;
  /** Directory of the layer. */
  readonly directory: string;
  /** Its files: what `lowerdir` names. */
  readonly diff: string;
  /** The same by its short name. */
  readonly link: string;
  /** Bytes in files. */
  readonly size: number;
}

/** Length of a layer's short name; 48 bits of the chain ID. */
const LINK_LENGTH = 12;

/** Chain IDs of a stack of layers, lowest first. */
export function chainIds(
  sys: Pick<Sys, 'sha256' | 'encode'>,
  diffIds: readonly string[],
): string[] {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    if (below === undefined) {
      chain.push(diffId);
      continue;
    }
    const hash = sys.sha256();
    hash.update(sys.encode(`${below} ${diffId}`));
    chain.push(`sha256:${hash.hex()}`);
  }
  return chain;
}

export class LayerStore {
  readonly #sys: Sys;
  readonly #overlay: string;
  readonly #temporary: string;
  /** Sizes that were read once: a layer never changes. */
  readonly #known = new Map<string, Layer>();

  /** Layers that are being made; the promises never reject. */
  readonly #making = new Map<string, Promise<void>>();

  /** `root` is `/var/lib/docker`. */
  constructor(sys: Sys, root: string) {
    this.#sys = sys;
    this.#overlay = `${root}/overlay2`;
    this.#temporary = `${root}/tmp`;
    sys.mkdir(`${this.#overlay}/l`, 0o710, true);
    // What a layer leaves here was not complete when the daemon ended.
    sys.removeTree(this.#temporary);
    sys.mkdir(this.#temporary, 0o700, true);
  }

  /** The layer, or null when it is not here (or not whole). */
  find(chainId: string): Layer | null {
    const known = this.#known.get(chainId);
    if (known !== undefined) return known;
    const directory = this.#directory(chainId);
    if (this.#sys.stat(`${directory}/size`) === null) return null;
    const layer = this.#describe(chainId, Number(this.#sys.readText(`${directory}/size`)));
    this.#linkUp(layer);
    this.#known.set(chainId, layer);
    return layer;
  }

  /** The layer; throws a 500 when it is not here. */
  get(chainId: string): Layer {
    const layer = this.find(chainId);
    if (layer === null) {
      throw new ImageError(
        500,
        `layer ${chainId} is missing below ${this.#overlay}: pull the image again`,
      );
    }
    return layer;
  }

  /**
   * Runs `work` when nobody else makes the layer; until then waits, through `wait` so that the caller
   * can give up. `work` looks for the layer first: the other may have made it, or failed.
   */
  async exclusive(
    chainId: string,
    wait: (work: Promise<void>) => Promise<void>,
    work: () => Promise<void>,
  ): Promise<void> {
    for (;;) {
      const other = this.#making.get(chainId);
      if (other === undefined) break;
      await wait(other);
    }
    const mine = work();
    const done = mine.catch(() => undefined).finally(() => this.#making.delete(chainId));
    this.#making.set(chainId, done);
    await mine;
  }

  /**
   * Begins a layer in a temporary directory. Feed the tar to `extractor`, then `commit` or `abandon`;
   * nothing is visible before `commit`.
   *
   * @param limit bytes that its files may hold; more is an error of the extractor
   * @param devices whether its entries may be devices: not those of a stranger's
   */
  begin(limit: number, devices = false): LayerDraft {
    const name = hex(this.#sys.random(8));
    const directory = `${this.#temporary}/${name}`;
    this.#sys.mkdir(`${directory}/diff`, 0o755, true);
    return new LayerDraft(this.#sys, directory, { bytes: limit, devices }, (chainId, below, size) =>
      this.#commit(directory, chainId, below, size),
    );
  }

  /**
   * Makes a layer of files that are there already: takes `files` away from where it is. Nothing is
   * visible before all is done.
   *
   * @param below the chain IDs under it, lowest first
   * @param size bytes in files; `archive` those of the tar that `tarWriter` makes of them
   */
  adopt(
    files: string,
    chainId: string,
    below: readonly string[],
    { size, archive }: { readonly size: number; readonly archive: number },
  ): Layer {
    const draft = `${this.#temporary}/${hex(this.#sys.random(8))}`;
    this.#sys.mkdir(draft, 0o755);
    this.#sys.rename(files, `${draft}/diff`);
    this.#sys.writeFile(`${draft}/tar`, String(archive), 0o644);
    return this.#commit(draft, chainId, below, size);
  }

  #commit(draft: string, chainId: string, below: readonly string[], size: number): Layer {
    const there = this.find(chainId);
    if (there !== null) {
      // Someone else made it meanwhile, and containers may stand on it already.
      this.#sys.removeTree(draft);
      return there;
    }
    const layer = this.#describe(chainId, size);
    this.#sys.writeFile(`${draft}/link`, linkName(chainId), 0o644);
    if (below.length > 0) {
      const names = below.map((id) => `l/${linkName(id)}`).reverse();
      this.#sys.writeFile(`${draft}/lower`, names.join(':'), 0o644);
    }
    this.#sys.writeFile(`${draft}/size`, String(size), 0o644);
    this.#sys.removeTree(layer.directory);
    this.#sys.rename(draft, layer.directory);
    this.#linkUp(layer);
    this.#known.set(chainId, layer);
    return layer;
  }

  /** Removes a layer that nothing uses. */
  remove(chainId: string): void {
    const layer = this.#describe(chainId, 0);
    this.#known.delete(chainId);
    if (this.#sys.lstat(layer.link) !== null) this.#sys.unlink(layer.link);
    // Out of sight first: a half-removed tree must never be taken for a layer.
    if (this.#sys.lstat(layer.directory) === null) return;
    const away = `${this.#temporary}/${hex(this.#sys.random(8))}`;
    this.#sys.rename(layer.directory, away);
    this.#sys.removeTree(away);
  }

  /** Chain IDs of all layers of images on disk (containers' directories have no `size`). */
  list(): string[] {
    return this.#sys
      .readdir(this.#overlay)
      .filter((entry) => entry.type === 'dir' && /^[a-f0-9]{64}$/.test(entry.name))
      .filter((entry) => this.#sys.stat(`${this.#overlay}/${entry.name}/size`) !== null)
      .map((entry) => `sha256:${entry.name}`);
  }

  #directory(chainId: string): string {
    return `${this.#overlay}/${hexOf(chainId)}`;
  }

  #describe(chainId: string, size: number): Layer {
    const directory = this.#directory(chainId);
    const link = `${this.#overlay}/l/${linkName(chainId)}`;
    return { chainId, directory, diff: `${directory}/diff`, link, size };
  }

  #linkUp(layer: Layer): void {
    const target = `../${hexOf(layer.chainId)}/diff`;
    const there = this.#sys.lstat(layer.link);
    if (there?.type === 'symlink' && this.#sys.readlink(layer.link) === target) return;
    if (there !== null) this.#sys.unlink(layer.link);
    this.#sys.symlink(target, layer.link);
  }
}

/** A layer that is not in the store yet. */
export class LayerDraft {
  readonly extractor: LayerExtractor;
  /** The files so far. */
  readonly diff: string;
  readonly #sys: Sys;
  readonly #directory: string;
  readonly #finish: (chainId: string, below: readonly string[], size: number) => Layer;

  constructor(
    sys: Sys,
    directory: string,
    limits: { readonly bytes: number; readonly devices: boolean },
    finish: (chainId: string, below: readonly string[], size: number) => Layer,
  ) {
    this.#sys = sys;
    this.#directory = directory;
    this.diff = `${directory}/diff`;
    this.#finish = finish;
    this.extractor = sys.layerExtractor(this.diff, {
      ...limits,
      skeleton: `${directory}/skeleton`,
    });
  }

  /** Makes it a layer. `below` are the chain IDs under it, lowest first; `size` bytes in files. */
  commit(chainId: string, below: readonly string[], size: number): Layer {
    return this.#finish(chainId, below, size);
  }

  /** Removes what there is of it. */
  abandon(): void {
    this.#sys.removeTree(this.#directory);
  }
}

function linkName(chainId: string): string {
  return hexOf(chainId).slice(0, LINK_LENGTH);
}

function hex(data: ArrayBuffer): string {
  return Array.from(new Uint8Array(data), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
