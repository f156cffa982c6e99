import { mergedPath, upperPath, type Overlay } from '../rootfs/overlay.ts';
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Change, TarWriter } from '../sys/archives.ts';
import type { Sys } from '../sys/sys.ts';
import { isLive, type Container } from './container.ts';
import { openImage, openLayers, type Root } from './root.ts';

/** `docker diff`: what a container changed of its image. */
export function changes(sys: Sys, { overlay }: Container): Change[] {
  const image = openImage(sys, overlay);
  try {
    return sys.changes(upperPath(overlay), image.fd);
  } finally {
    image.close();
  }
}

/** `docker export`: all files of a container without its volumes, as a tar. */
export function exportTar(
  sys: Sys,
  container: Container,
): { readonly tar: TarWriter; close(): void } {
  const { overlay } = container;
  const root =
    (isLive(container) ? openMerged(sys, overlay) : null) ?? openLayers(sys, overlay, 'read');
  try {
    const tar = sys.tarWriter(root.fd, '/', { name: null, overlay: false, system: true });
    return {
      tar,
      close: () => {
        tar.close();
        root.close();
      },
    };
  } catch (error) {
    root.close();
    throw error;
  }
}

/**
 * What is mounted already for a container that runs; its volumes are mounted in its own namespace only. Null when its
 * process has just ended and the mount went with it: the directory is then its parent's file system's.
 */
function openMerged(sys: Sys, overlay: Overlay): Root | null {
  const fd = sys.open(mergedPath(overlay), O_PATH | O_DIRECTORY);
  const close = (): void => {
    sys.close(fd);
  };
  if (sys.stat(`/proc/self/fd/${String(fd)}`)?.dev !== sys.stat(overlay.directory)?.dev) {
    return { fd, close };
  }
  close();
  return null;
}

/** A container's own layer as the tar of an image's layer. */
export function layerTar(sys: Sys, { overlay }: Container): TarWriter {
  const root = sys.open(upperPath(overlay), O_PATH | O_DIRECTORY);
  try {
    return sys.tarWriter(root, '/', { name: null, overlay: true, system: false });
  } finally {
    sys.close(root);
  }
}
