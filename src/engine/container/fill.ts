import { EngineError } from '../errors.ts';
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import { dataPath } from '../volume/index.ts';
import type { Container } from './container.ts';
import type { Context } from './context.ts';
import { openImage, type Root } from './root.ts';

/** How much is copied at a time, in bytes. */
const PIECE = 256 * 1024;

/**
 * An empty volume takes what the image has at its place, owners and modes too: the first container of
 * a volume finds the files that the image's author put there.
 *
 * See it: `docker run --rm -v v:/etc busybox true`, `ls /var/lib/docker/volumes/v/_data`.
 */
export function fillVolumes({ sys, volumes }: Context, container: Container): void {
  let image: Root | null = null;
  try {
    for (const { Type, Name, Destination, copy } of container.mounts) {
      if (Type !== 'volume' || Name === undefined || copy !== true) continue;
      if (sys.readdir(dataPath(Name)).length > 0) continue;
      image ??= openImage(sys, container.overlay);
      const found = sys.statIn(image.fd, Destination, true);
      if (!found) continue;
      if (found.type !== 'dir') {
        throw new EngineError(
          400,
          `cannot mount volume over existing file, file exists ${container.overlay.directory}/merged${Destination}`,
        );
      }
      const { fd } = image;
      volumes.fill(Name, (directory) => {
        copyTree(sys, fd, Destination, directory);
        sys.lchown(directory, found.uid, found.gid);
        sys.chmod(directory, found.mode);
      });
    }
  } finally {
    image?.close();
  }
}

/** Copies the content of a directory below `from` into the directory `to`. */
function copyTree(sys: Sys, from: Fd, path: string, to: string): void {
  const tar = sys.tarWriter(from, `${path}/.`, { name: null, overlay: false, system: false });
  const root = sys.open(to, O_PATH | O_DIRECTORY);
  try {
    const extractor = sys.tarExtractor(root, { below: null, keepKinds: false });
    for (let piece = tar.read(PIECE); piece.byteLength > 0; piece = tar.read(PIECE)) {
      extractor.write(piece);
    }
    extractor.end();
  } finally {
    sys.close(root);
    tar.close();
  }
}
