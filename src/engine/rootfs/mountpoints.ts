import type { Sys } from '../sys/sys.ts';

/**
 * The lowest layer of every container: the places at which the engine mounts something, for images that
 * do not have them. Without it they would be made in each container's own layer at its start, and
 * `docker diff` and `docker commit` would take them for the container's work.
 *
 * An image's own files are above it, so that it shows only where the image has nothing.
 */
const DIRECTORY = '/var/lib/docker/overlay2/mountpoints';
const LINK = '/var/lib/docker/overlay2/l/mountpoints';

const DIRECTORIES = ['dev/pts', 'dev/shm', 'dev/mqueue', 'proc', 'sys', 'etc'];
const FILES = ['.dockerenv', 'dev/console', 'etc/hostname', 'etc/hosts', 'etc/resolv.conf'];

/** The layer's files, and the same by a short name, as of every layer. */
export const MOUNTPOINTS = { diff: `${DIRECTORY}/diff`, link: LINK } as const;

/** Makes the layer; one that a killed daemon left half-made is made anew. */
export function makeMountpoints(sys: Sys): void {
  if (sys.lstat(LINK)) return;
  sys.removeTree(DIRECTORY);
  for (const name of DIRECTORIES) sys.mkdir(`${DIRECTORY}/diff/${name}`, 0o755, true);
  for (const name of FILES) sys.writeFile(`${DIRECTORY}/diff/${name}`, '', 0o755);
  sys.symlink('/proc/mounts', `${DIRECTORY}/diff/etc/mtab`);
  // The link last: with it the layer is whole.
  sys.symlink('../mountpoints/diff', LINK);
}
