import { mergedPath, upperPath } from '../rootfs/overlay.ts';
import { O_PATH, O_RDONLY } from '../sys/fcntl.ts';
import type { Sys } from '../sys/sys.ts';
import { isLive, type Container } from './container.ts';

/** Files of accounts are short; what is longer is read so far. */
const LONGEST = 1024 * 1024;

/** overlayfs marks a file that was removed by a character device 0/0. */
const WHITEOUT = 0;

/**
 * A small file of a container's root, '' when it has none.
 *
 * The container may have put anything in its place. Links are followed below the root only (openat2(2)),
 * and what is no regular file is not opened for reading: a pipe would hold the daemon up for ever, a
 * device would do whatever devices do.
 */
export function readSmall(sys: Sys, container: Container, path: string): string {
  const { overlay } = container;
  // While it runs the layers are mounted as one; before that they are gone through from the top.
  const roots = isLive(container) ? [mergedPath(overlay)] : [upperPath(overlay), ...overlay.lower];
  for (const root of roots) {
    let place;
    try {
      place = sys.openIn(root, path, O_PATH);
    } catch {
      continue; // not in this layer
    }
    try {
      const link = `/proc/self/fd/${String(place)}`;
      const found = sys.stat(link);
      if (found?.type === 'char' && found.rdev === WHITEOUT) return '';
      return found?.type === 'file' ? readStart(sys, link) : '';
    } finally {
      sys.close(place);
    }
  }
  return '';
}

function readStart(sys: Sys, path: string): string {
  const fd = sys.open(path, O_RDONLY);
  try {
    return sys.decode(sys.pread(fd, LONGEST, 0));
  } finally {
    sys.close(fd);
  }
}
