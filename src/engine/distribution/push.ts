/**
 * `docker push`: gives a registry an image that is here. Each layer is looked for in the repository, bare or as
 * the registry is known to have it packed, then mounted from another one of the same registry that it is known
 * to be in, else sent, its archive made as it goes; then the configuration, and the manifest last: whoever sees
 * the tag can pull all of it.
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
import type { Descriptor } from './manifest.ts';
import { ByteProgress } from './progress.ts';
import type { Progress } from './progress.ts';
import { knownBlobs } from './elsewhere.ts';
import type { KnownBlob } from './elsewhere.ts';
import { endpoints } from './endpoints.ts';
import type { Registries } from './endpoints.ts';
import { Upload, textBody } from './upload.ts';

export interface PushDependencies {
  readonly sys: Sys;
  readonly images: ImageStore;
  readonly registries: Registries;
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
  const [base] = endpoints(reference, deps.registries);
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
  readonly #known: ReadonlyMap<string, readonly KnownBlob[]>;
  readonly #upload: Upload;
  readonly #progress: Progress;
  /** Digests that the repository is known to have. */
  readonly #there = new Set<string>();

  constructor(deps: PushDependencies, base: string, upload: Upload, progress: Progress) {
    this.#sys = deps.sys;
    this.#images = deps.images;
    this.#known = knownBlobs(deps.images, (name) => endpoints(name, deps.registries)[0] === base);
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
    const blobs: Descriptor[] = [];
    // One after another: what takes the time is to make the archives, and there is one processor for that.
    for (const layer of layers) blobs.push(await this.#layer(reference, layer));
    const { descriptor: config, text } = image.config;
    if (!(await this.#upload.has(config.digest))) {
      await this.#upload.blob(config, textBody(this.#sys, text));
    }
    const tag = reference.tag ?? '';
    const { manifest, descriptor } = image.seal(blobs.reverse());
    await this.#upload.manifest(tag, descriptor, manifest);
    const { digest, size } = descriptor;
    this.#images.add(text, [{ ...reference, tag: null, digest }], { manifest });
    this.#progress({ status: `${tag}: digest: ${digest} size: ${size}` });
    this.#progress({ progressDetail: {}, aux: { Tag: tag, Digest: digest, Size: size } });
  }

  /** Sees to it that the repository has the layer; resolves with the blob that it has it as. */
  async #layer(reference: Reference, layer: OutgoingLayer): Promise<Descriptor> {
    const known = this.#known.get(layer.diffId) ?? [];
    const forms = new Map(
      [...known, layer].map(({ descriptor }) => [descriptor.digest, descriptor]),
    );
    for (const form of forms.values()) {
      if (!(await this.#has(form.digest))) continue;
      this.#tell(layer, 'Layer already exists');
      return form;
    }
    for (const { descriptor, path } of known) {
      if (path === reference.path || !(await this.#upload.mount(descriptor.digest, path))) continue;
      this.#there.add(descriptor.digest);
      this.#tell(layer, `Mounted from ${path}`);
      return descriptor;
    }
    await this.#send(layer);
    this.#there.add(layer.descriptor.digest);
    this.#tell(layer, 'Pushed');
    return layer.descriptor;
  }

  async #has(digest: string): Promise<boolean> {
    if (!this.#there.has(digest) && !(await this.#upload.has(digest))) return false;
    this.#there.add(digest);
    return true;
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
