import { mergedPath, upperPath } from '../rootfs/overlay.ts';
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Change, TarWriter } from '../sys/archives.ts';
import type { Sys } from '../sys/sys.ts';
import type { Container } from './container.ts';
import { openImage, openLayers } from './root.ts';

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
  { overlay, state }: Container,
): { readonly tar: TarWriter; close(): void } {
  // That of a running container is mounted already; its volumes are mounted in its own namespace only.
  const fd = state.Running ? sys.open(mergedPath(overlay), O_PATH | O_DIRECTORY) : null;
  const root =
    fd === null
      ? openLayers(sys, overlay, 'read')
      : {
          fd,
          close: (): void => {
            sys.close(fd);
          },
        };
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

/** A container's own layer as the tar of an image's layer. */
export function layerTar(sys: Sys, { overlay }: Container): TarWriter {
  const root = sys.open(upperPath(overlay), O_PATH | O_DIRECTORY);
  try {
    return sys.tarWriter(root, '/', { name: null, overlay: true, system: false });
  } finally {
    sys.close(root);
  }
}
