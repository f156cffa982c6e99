import { upperPath } from '../rootfs/overlay.ts';
import type { Container } from './container.ts';
import type { Context } from './context.ts';

/** Bytes that a container wrote itself, and those with its image's below them. */
export interface Sizes {
  readonly SizeRw: number;
  readonly SizeRootFs: number;
}

/** Walks the container's own layer: ask only when somebody wants to see it. */
export function sizesOf({ sys, images }: Context, container: Container): Sizes {
  const { overlay, imageId } = container;
  const SizeRw = sys.treeSize(upperPath(overlay));
  let below: number;
  try {
    below = images.get(imageId).layers.reduce((sum, { size }) => sum + size, 0);
  } catch {
    // Its image was removed by force; the layers are there as long as the container is.
    below = overlay.lower.reduce((sum, layer) => sum + sys.treeSize(layer), 0);
  }
  return { SizeRw, SizeRootFs: SizeRw + below };
}
