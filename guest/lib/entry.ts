/**
 * What a file system image is made of, before it becomes a cpio archive (the base) or a tar layer
 * (an image). Nothing here depends on who builds or when: owners are numbers that the recipe chose,
 * the time is {@link SOURCE_TIME}, and {@link sortEntries} fixes the order.
 */

/** Modification time of every file in every artifact: 2026-01-01T00:00:00Z, in seconds. */
export const SOURCE_TIME = 1_767_225_600;

interface EntryBase {
  /** Relative to the root of the image, no leading or trailing slash: `etc/passwd`. */
  readonly path: string;
  /** Permission bits with setuid, setgid and sticky: `0o4755`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface DirectoryEntry extends EntryBase {
  readonly kind: 'directory';
}

export interface FileEntry extends EntryBase {
  readonly kind: 'file';
  readonly data: Uint8Array;
}

export interface SymlinkEntry extends EntryBase {
  readonly kind: 'symlink';
  readonly target: string;
}

/** Another name of a file in the same image; `target` is that file's path. */
export interface HardlinkEntry extends EntryBase {
  readonly kind: 'hardlink';
  readonly target: string;
}

export interface CharacterEntry extends EntryBase {
  readonly kind: 'character';
  readonly major: number;
  readonly minor: number;
}

export type Entry = DirectoryEntry | FileEntry | SymlinkEntry | HardlinkEntry | CharacterEntry;

/** Byte order of the paths' UTF-8, the order of `LC_ALL=C sort`. */
function comparePaths(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * The entries in the order they are archived: hard links last, so that the file they name exists, and
 * otherwise by path, so that a directory comes before what it holds. Directories that an entry needs
 * and nobody named are added (root's, 0755).
 *
 * @throws Error when two entries claim one path, or a hard link names no file of the image.
 */
export function sortEntries(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) {
    if (
      !/^[^/]/.test(entry.path) ||
      entry.path.split('/').some((part) => part === '..' || part === '')
    ) {
      throw new Error(
        `image entry "${entry.path}": paths are relative, without ".." or empty parts`,
      );
    }
    if (byPath.has(entry.path)) throw new Error(`image entry "${entry.path}" is given twice`);
    byPath.set(entry.path, entry);
  }
  for (const entry of entries) {
    const parts = entry.path.split('/');
    for (let depth = 1; depth < parts.length; depth++) {
      const path = parts.slice(0, depth).join('/');
      if (!byPath.has(path))
        byPath.set(path, { kind: 'directory', path, mode: 0o755, uid: 0, gid: 0 });
    }
    if (entry.kind === 'hardlink' && byPath.get(entry.target)?.kind !== 'file') {
      throw new Error(
        `hard link "${entry.path}" names "${entry.target}", which is no file of the image`,
      );
    }
  }
  const rank = (entry: Entry): number => (entry.kind === 'hardlink' ? 1 : 0);
  return [...byPath.values()].sort((a, b) => rank(a) - rank(b) || comparePaths(a.path, b.path));
}
