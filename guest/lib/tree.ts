import { lstatSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Entry } from './entry.ts';

/**
 * A folder on disk as entries of an image: permission bits as they are there, everything owned by
 * root. Files that share an inode become hard links of the one that sorts first.
 *
 * @throws Error for what a build has no business making: sockets, pipes, devices.
 */
export function readTree(folder: string): Entry[] {
  const entries: Entry[] = [];
  const firstNames = new Map<string, string>();
  const visit = (path: string): void => {
    for (const name of readdirSync(join(folder, path)).sort()) {
      const inside = path === '' ? name : `${path}/${name}`;
      const onDisk = join(folder, inside);
      const status = lstatSync(onDisk);
      const base = { path: inside, mode: status.mode & 0o7777, uid: 0, gid: 0 };
      if (status.isDirectory()) {
        entries.push({ ...base, kind: 'directory' });
        visit(inside);
      } else if (status.isSymbolicLink()) {
        entries.push({ ...base, kind: 'symlink', mode: 0o777, target: readlinkSync(onDisk) });
      } else if (status.isFile()) {
        const inode = `${String(status.dev)}:${String(status.ino)}`;
        const first = status.nlink > 1 ? firstNames.get(inode) : undefined;
        if (first === undefined) {
          firstNames.set(inode, inside);
          entries.push({ ...base, kind: 'file', data: readFileSync(onDisk) });
        } else {
          entries.push({ ...base, kind: 'hardlink', target: first });
        }
      } else {
        throw new Error(
          `${onDisk} is neither a file, a directory nor a symbolic link; declare devices in the recipe instead`,
        );
      }
    }
  };
  visit('');
  return entries;
}
