/** What other repositories of a registry are known to have of the layers that are here. */
import type { Reference } from '../image/reference.ts';
import type { ImageStore } from '../image/store.ts';
import type { Descriptor } from './manifest.ts';
import { keptManifest } from './outgoing.ts';

export interface KnownBlob {
  /** The layer as it is there: bare, or packed by whoever pushed it. */
  readonly descriptor: Descriptor;
  /** Of the repository. */
  readonly path: string;
}

/**
 * By the digest of the bare archive. Images that were pulled from a registry, or pushed there, tell it.
 *
 * @param isHere whether a name is one of the registry's
 */
export function knownBlobs(
  images: ImageStore,
  isHere: (name: Reference) => boolean,
): ReadonlyMap<string, readonly KnownBlob[]> {
  const known = new Map<string, KnownBlob[]>();
  for (const image of images.list()) {
    const names = images
      .references(image.id)
      .filter((name) => name.digest !== null && isHere(name));
    const paths = new Set(names.map(({ path }) => path));
    const kept = paths.size === 0 ? null : keptManifest(images, image);
    image.configuration.rootfs.diff_ids.forEach((diffId, index) => {
      const descriptor = kept?.manifest.layers[index];
      if (descriptor === undefined) return;
      const blobs = [...paths].map((path) => ({ descriptor, path }));
      known.set(diffId, [...(known.get(diffId) ?? []), ...blobs]);
    });
  }
  return known;
}
