import type { Call } from '../sys/step.ts';
import { MNT_DETACH } from './flags.ts';

/**
 * The layered root: overlayfs (Documentation/filesystems/overlayfs.rst).
 *
 * The image's layers lie below, read-only; the container's own directory lies on top and takes
 * every write. See it: `docker run -d --name a busybox sleep 99`, then `mount | grep overlay`.
 */
export interface Overlay {
  /** The container's directory: `diff` (upper), `work` and `merged` are made in it. */
  readonly directory: string;
  /** Directories of the image's layers, the uppermost first. */
  readonly lower: readonly string[];
  /** The same by short names: mount(2) takes one page of options, and the full ones would fill it. */
  readonly links: readonly string[];
}

/** Where the container's root appears. */
export function mergedPath(overlay: Overlay): string {
  return `${overlay.directory}/merged`;
}

/** Where the container's writes land. */
export function upperPath(overlay: Overlay): string {
  return `${overlay.directory}/diff`;
}

/** Options of the overlay's mount. */
export function overlayOptions({ links, directory }: Overlay): string {
  return `lowerdir=${links.join(':')},upperdir=${directory}/diff,workdir=${directory}/work`;
}

/**
 * Options of a mount that shows the same, to be read alone. It has no upper directory: a second mount with the same
 * one would empty the working directory under the first, and a container that starts meanwhile could copy nothing up
 * (Documentation/filesystems/overlayfs.rst, "Sharing and copying layers").
 */
export function readingOptions({ links, directory }: Overlay): string {
  return `lowerdir=${directory}/diff:${links.join(':')}`;
}

/** Mounts the merged view. */
export function mountOverlay(overlay: Overlay): Call {
  return {
    op: 'mount',
    source: 'overlay',
    target: mergedPath(overlay),
    fstype: 'overlay',
    flags: 0,
    data: overlayOptions(overlay),
  };
}

/** Takes the merged view away; what was written stays in the upper directory. */
export function unmountOverlay(overlay: Overlay): Call {
  return { op: 'umount', target: mergedPath(overlay), flags: MNT_DETACH };
}
