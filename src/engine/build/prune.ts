import type { Context } from '../container/context.ts';
import type { Image } from '../image/store.ts';

/** The answer to `POST /build/prune`. */
export interface Pruned {
  readonly CachesDeleted: readonly string[];
  /** Bytes in files of layers that went. */
  readonly SpaceReclaimed: number;
}

/**
 * Removes what builds left beside the images that they were asked for: steps without a name that no
 * image stands on; with `all` also the steps of images that have names, which then only lose what
 * the next build would have found.
 *
 * @param until only what is older, in seconds since the epoch
 */
export function pruneCache({ images, containers }: Context, all: boolean, until: number): Pruned {
  const used = new Set(containers.list().map(({ imageId }) => imageId));
  const deleted: string[] = [];
  const before = bytesOf(images.list());
  for (let found = true; found;) {
    const gone = images.list().filter(({ id, tags, digests, record, created }) => {
      const step = record.parent !== undefined && tags.length + digests.length === 0;
      return step && !used.has(id) && created < until && (all || images.children(id).length === 0);
    });
    for (const { id } of gone) {
      images.drop(id);
      deleted.push(id.replace(/^sha256:/, ''));
    }
    found = gone.length > 0;
  }
  return { CachesDeleted: deleted, SpaceReclaimed: before - bytesOf(images.list()) };
}

/** Bytes of all layers, each once. */
function bytesOf(images: readonly Image[]): number {
  const sizes = new Map(
    images.flatMap(({ layers }) => layers.map(({ chainId, size }) => [chainId, size])),
  );
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
