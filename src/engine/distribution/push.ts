/**
 * `docker push`: gives a registry an image that is here. Each layer is looked for in the repository, then
 * mounted from another one of the same registry that it is known to be in, else sent, its archive made as it
 * goes; then the configuration, and the manifest last: whoever sees the tag can pull all of it.
 *
 * See it: `docker push alice/app`, a second time: every `Layer already exists`.
 */
import { familiar, familiarName, fullName, shortId } from '../image/reference.ts';
import { ImageError } from '../image/errors.ts';
import type { Reference } from '../image/reference.ts';
import type { ImageStore } from '../image/store.ts';
import type { Sys } from '../sys/sys.ts';
import { RegistryClient } from './auth.ts';
import type { Credentials } from './auth.ts';
import { Cancellation } from './cancellation.ts';
import { HttpClient } from './http.ts';
import { outgoing } from './outgoing.ts';
import type { OutgoingImage, OutgoingLayer } from './outgoing.ts';
import { ByteProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { endpoints } from './registry.ts';
import { Upload, textBody } from './upload.ts';

export interface PushDependencies {
  readonly sys: Sys;
  readonly images: ImageStore;
  /** `registry-mirrors` of daemon.json: base URLs that stand for docker.io. */
  readonly mirrors: readonly string[];
}

export interface PushOptions {
  readonly credentials?: Credentials;
  readonly progress: Progress;
  /** Cancelled when the client has gone. */
  readonly signal?: Cancellation;
}

/** Layers of which Docker works on this many at a time; the others are said to wait. */
const AT_ONCE = 5;

/** Names who holds on to layers while a push goes on. */
let pushes = 0;

/**
 * Pushes the image that `reference` means, or every tag of the repository when it has none.
 *
 * Throws an ImageError in Docker's words, or what cancelled it; the first progress message comes before.
 */
export async function push(
  deps: PushDependencies,
  reference: Reference,
  options: PushOptions,
): Promise<void> {
  const { sys, images } = deps;
  options.progress({ status: `The push refers to repository [${fullName(reference)}]` });
  const tags = tagsOf(images, reference);
  const [base = ''] = endpoints(reference, deps.mirrors);
  const http = new HttpClient(sys, options.signal ?? new Cancellation());
  const client = new RegistryClient(sys, http, options.credentials ?? null);
  const work = new Push(
    deps,
    base,
    new Upload(sys, client, base, reference.path),
    options.progress,
  );
  try {
    for (const tag of tags) await work.tag(tag);
  } finally {
    http.close();
  }
  images.emit('push', familiar(reference), familiarName(reference));
}

function tagsOf(images: ImageStore, reference: Reference): Reference[] {
  const tagged = images.referencesOf(reference).filter(({ digest }) => digest === null);
  if (tagged.length === 0) {
    const name = familiarName(reference);
    throw new ImageError(404, `An image does not exist locally with the tag: ${name}`);
  }
  if (reference.digest !== null) throw new ImageError(400, 'cannot push a digest reference');
  if (reference.tag === null) return tagged;
  const [one] = tagged.filter(({ tag }) => tag === reference.tag);
  if (one === undefined) throw new ImageError(404, `tag does not exist: ${familiar(reference)}`);
  return [one];
}

class Push {
  readonly #sys: Sys;
  readonly #images: ImageStore;
  readonly #base: string;
  readonly #mirrors: readonly string[];
  readonly #upload: Upload;
  readonly #progress: Progress;
  /** Digests that the repository is known to have. */
  readonly #there = new Set<string>();

  constructor(deps: PushDependencies, base: string, upload: Upload, progress: Progress) {
    this.#sys = deps.sys;
    this.#images = deps.images;
    this.#mirrors = deps.mirrors;
    this.#base = base;
    this.#upload = upload;
    this.#progress = progress;
  }

  async tag(reference: Reference): Promise<void> {
    const image = this.#images.named(reference);
    if (image === null) throw new ImageError(404, `tag does not exist: ${familiar(reference)}`);
    const owner = `push ${++pushes}`;
    this.#images.retain(
      owner,
      image.layers.map(({ chainId }) => chainId),
    );
    try {
      await this.#push(reference, outgoing(this.#sys, this.#images, image));
    } finally {
      this.#images.release(owner);
    }
  }

  async #push(reference: Reference, image: OutgoingImage): Promise<void> {
    // The top one first, as Docker does.
    const layers = [...image.layers].reverse();
    for (const layer of layers) this.#tell(layer, 'Preparing');
    for (const layer of layers.slice(AT_ONCE)) this.#tell(layer, 'Waiting');
    for (const layer of layers) await this.#layer(reference, layer);
    const { descriptor, text } = image.config;
    if (!(await this.#upload.has(descriptor.digest))) {
      await this.#upload.blob(descriptor, textBody(this.#sys, text));
    }
    const tag = reference.tag ?? '';
    await this.#upload.manifest(tag, image.descriptor, image.manifest);
    const { digest, size } = image.descriptor;
    this.#images.add(text, [{ ...reference, tag: null, digest }], { manifest: image.manifest });
    this.#progress({ status: `${tag}: digest: ${digest} size: ${size}` });
    this.#progress({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } });
  }

  async #layer(reference: Reference, layer: OutgoingLayer): Promise<void> {
    const { digest } = layer.descriptor;
    if (this.#there.has(digest) || (await this.#upload.has(digest))) {
      this.#tell(layer, 'Layer already exists');
    } else {
      const from = await this.#mount(reference, digest);
      if (from === null) await this.#send(layer);
      this.#tell(layer, from === null ? 'Pushed' : `Mounted from ${from}`);
    }
    this.#there.add(digest);
  }

  /** Another repository of the registry that gave the layer, or null. */
  async #mount(reference: Reference, digest: string): Promise<string | null> {
    for (const path of this.#repositoriesWith(reference, digest)) {
      if (await this.#upload.mount(digest, path)) return path;
    }
    return null;
  }

  /** Repositories of the same registry that images with this layer were pulled from or pushed to. */
  #repositoriesWith(reference: Reference, digest: string): Set<string> {
    const paths = new Set<string>();
    for (const { id, configuration } of this.#images.list()) {
      if (!configuration.rootfs.diff_ids.includes(digest)) continue;
      for (const name of this.#images.references(id)) {
        const known = name.digest !== null && fullName(name) !== fullName(reference);
        if (known && this.#isHere(name)) paths.add(name.path);
      }
    }
    return paths;
  }

  #isHere(name: Reference): boolean {
    return name.domain === 'docker.io' && this.#mirrors.length === 0
      ? false
      : endpoints(name, this.#mirrors)[0] === this.#base;
  }

  async #send(layer: OutgoingLayer): Promise<void> {
    const { descriptor } = layer;
    const bytes = new ByteProgress(
      () => this.#sys.monotonic(),
      this.#progress,
      shortId(descriptor.digest),
      descriptor.size,
      'Pushing',
    );
    await this.#upload.blob(descriptor, {
      length: descriptor.size,
      *pieces() {
        for (const piece of layer.pieces()) {
          yield piece;
          bytes.add(piece.byteLength);
        }
      },
    });
  }

  #tell(layer: OutgoingLayer, status: string): void {
    this.#progress({ status, progressDetail: {}, id: shortId(layer.descriptor.digest) });
  }
}
