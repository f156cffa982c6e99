/**
 * `docker save`: images as one tar that `docker load`, skopeo and other engines read: an OCI image layout
 * (image-spec image-layout.md) with Docker's `manifest.json` and `repositories` beside it.
 *
 *     oci-layout, index.json      what the specification wants
 *     manifest.json               configuration, names and layers of each image
 *     repositories                name → tag → top layer, for very old readers
 *     blobs/sha256/<hex>          manifests, configurations, and last the layers, uncompressed
 *
 * The documents come first: whoever loads it knows of every layer that comes what it is for.
 *
 * See it: `docker save busybox | tar -t`.
 */
import { EngineError } from '../../errors.ts';
import {
  canonical,
  familiar,
  familiarName,
  hexOf,
  parseReference,
  withDefaultTag,
} from '../../image/index.ts';
import type { Image, ImageStore, Reference } from '../../image/index.ts';
import type { Sys } from '../../sys/sys.ts';
import { BLOCK, padding, tarHeader } from '../../tar/header.ts';
import { outgoing } from '../outgoing.ts';
import type { OutgoingImage, Sealed } from '../outgoing.ts';

const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
const ENDING = 2 * BLOCK;

/** An image to be saved, with the tags that go with it. */
export interface Saved {
  readonly image: Image;
  readonly tags: Reference[];
}

/**
 * What names mean: an ID no tag, `name:tag` this tag, a bare name all tags of the repository.
 * @throws EngineError 404 for what is not here
 */
export function toBeSaved(images: ImageStore, names: readonly string[]): Saved[] {
  const chosen = new Map<string, Saved>();
  const add = (image: Image, tag: Reference | null): void => {
    const saved = chosen.get(image.id) ?? { image, tags: [] };
    chosen.set(image.id, saved);
    const known = saved.tags.some((other) => tag !== null && familiar(other) === familiar(tag));
    if (tag !== null && tag.digest === null && !known) saved.tags.push(tag);
  };
  for (const name of names) {
    if (/^(?:sha256:)?[a-f0-9]{64}$/.test(name)) {
      add(images.get(name), null);
      continue;
    }
    const reference = parseReference(name);
    if (reference.tag !== null || reference.digest !== null) {
      const image = images.named(reference);
      if (image === null) throw new EngineError(404, 'reference does not exist');
      add(image, reference);
      continue;
    }
    const all = images.referencesOf(reference);
    for (const one of all) {
      const image = images.named(one);
      if (image !== null) add(image, one);
    }
    if (all.length === 0) {
      const image = images.find(name);
      if (image === null)
        throw new EngineError(404, `No such image: ${familiar(withDefaultTag(reference))}`);
      add(image, null);
    }
  }
  return [...chosen.values()];
}

/** The archive, piece by piece. */
export function* save(
  sys: Sys,
  images: ImageStore,
  saved: readonly Saved[],
): Generator<ArrayBuffer | Uint8Array, void, undefined> {
  const all = saved.map(({ image, tags }): Entry => {
    const out = outgoing(sys, images, image);
    return { tags, out, sealed: out.seal(out.layers.map(({ descriptor }) => descriptor)) };
  });
  const documents = new Map<string, string>();
  for (const { out, sealed } of all) {
    documents.set(sealed.descriptor.digest, sealed.manifest);
    documents.set(out.config.descriptor.digest, out.config.text);
  }
  yield* document(sys, 'oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  yield* document(sys, 'index.json', JSON.stringify(indexOf(all)));
  yield* document(sys, 'manifest.json', JSON.stringify(all.map(entryOf)));
  yield* document(sys, 'repositories', JSON.stringify(repositoriesOf(all)));
  for (const name of ['blobs/', 'blobs/sha256/']) {
    yield tarHeader(sys, { name, mode: 0o755, size: 0, directory: true });
  }
  for (const [digest, text] of documents) yield* document(sys, blobPath(digest), text);
  const written = new Set<string>();
  for (const layer of all.flatMap(({ out }) => out.layers)) {
    const { digest, size } = layer.descriptor;
    if (written.has(digest)) continue;
    written.add(digest);
    yield tarHeader(sys, { name: blobPath(digest), mode: 0o644, size });
    yield* layer.pieces();
    yield new Uint8Array(padding(size));
  }
  yield new Uint8Array(ENDING);
}

interface Entry {
  readonly tags: readonly Reference[];
  readonly out: OutgoingImage;
  readonly sealed: Sealed;
}

function* document(sys: Sys, name: string, text: string): Generator<ArrayBuffer | Uint8Array> {
  const data = sys.encode(text);
  yield tarHeader(sys, { name, mode: 0o644, size: data.byteLength });
  yield data;
  yield new Uint8Array(padding(data.byteLength));
}

function blobPath(digest: string): string {
  return `blobs/sha256/${hexOf(digest)}`;
}

/** `index.json`: every tag, and images without one; annotated as containerd does. */
function indexOf(all: readonly Entry[]): object {
  const manifests = all.flatMap(({ tags, sealed: { descriptor } }) =>
    tags.length === 0
      ? [descriptor]
      : tags.map((tag) => ({
          ...descriptor,
          annotations: {
            'io.containerd.image.name': canonical(tag),
            'org.opencontainers.image.ref.name': tag.tag ?? '',
          },
        })),
  );
  return { schemaVersion: 2, mediaType: INDEX_TYPE, manifests };
}

/** An element of Docker's `manifest.json`. */
function entryOf({ tags, out }: Entry): object {
  return {
    Config: blobPath(out.config.descriptor.digest),
    RepoTags: tags.length === 0 ? null : tags.map(familiar),
    Layers: out.layers.map(({ descriptor }) => blobPath(descriptor.digest)),
    LayerSources: Object.fromEntries(
      out.layers.map(({ descriptor }) => [descriptor.digest, descriptor]),
    ),
  };
}

function repositoriesOf(all: readonly Entry[]): Record<string, Record<string, string>> {
  const repositories: Record<string, Record<string, string>> = {};
  for (const { tags, out } of all) {
    const top = out.layers.at(-1)?.descriptor.digest ?? '';
    for (const tag of tags) (repositories[familiarName(tag)] ??= {})[tag.tag ?? ''] = hexOf(top);
  }
  return repositories;
}
