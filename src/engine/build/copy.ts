import { identify, UnknownUserError } from '../rootfs/users.ts';
import { O_RDONLY } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import { joinPath } from './config.ts';
import type { Transfer } from './dockerfile/index.ts';
import type { Source } from './sources.ts';
import { copyTree, makeDirectories, pathOf, type Owner } from './tree.ts';

/** Where COPY and ADD put their sources. */
export interface Destination {
  /** The root of the new image, over all layers below. */
  readonly root: Fd;
  readonly workingDirectory: string;
  /** ADD unpacks archives. */
  readonly unpack: boolean;
}

/** Carries out a COPY or an ADD. Throws Docker's sentences. */
export function copySources(
  sys: Sys,
  sources: readonly Source[],
  { destination, chown, chmod }: Transfer,
  { root, workingDirectory, unpack }: Destination,
): void {
  const path = joinPath(workingDirectory === '' ? '/' : workingDirectory, destination);
  const owner = ownerOf(sys, root, chown);
  const mode = modeOf(chmod);
  const slashed = /(^|\/)\.{0,2}$/.test(destination);
  for (const source of sources) {
    const into = { root, owner, mode };
    if (source.directory) {
      makeDirectories(sys, root, path, owner);
      copyTree(sys, { ...source, name: null }, { ...into, directory: path });
    } else if (unpack && !source.downloaded && isArchive(sys, source)) {
      makeDirectories(sys, root, path, owner);
      unpackArchive(sys, source, root, path);
    } else {
      const inside = slashed || sys.statIn(root, path, true)?.type === 'dir';
      const slash = path.lastIndexOf('/');
      const directory = inside ? path : path.slice(0, slash) || '/';
      makeDirectories(sys, root, directory, owner);
      const name = inside ? source.name : path.slice(slash + 1);
      copyTree(sys, { ...source, name }, { ...into, directory });
    }
  }
}

const LONGEST = 1024 * 1024;

/** `user:group`, by number or by the names that the image knows; root when nothing is said. */
function ownerOf(sys: Sys, root: Fd, chown: string): Owner {
  if (chown === '') return [0, 0];
  if (chown.split(':').length > 2) {
    throw new Error(
      `unable to convert uid/gid chown string to host mapping: invalid chown string format: ${chown}`,
    );
  }
  const small = (path: string): string => {
    if (sys.statIn(root, path, true)?.type !== 'file') return '';
    const fd = sys.openIn(pathOf(root), path, O_RDONLY);
    try {
      return sys.decode(sys.pread(fd, LONGEST, 0));
    } finally {
      sys.close(fd);
    }
  };
  // Without a group, the number of the user is the group's too.
  const [user = '', group = user] = chown.split(':');
  try {
    const { uid, gid } = identify(
      `${user}:${group}`,
      [],
      small('/etc/passwd'),
      small('/etc/group'),
    );
    return [uid, gid];
  } catch (error) {
    if (!(error instanceof UnknownUserError)) throw error;
    throw new Error(
      `unable to convert uid/gid chown string to host mapping: can't find uid for user ${user}: no such user: ${user}`,
      { cause: error },
    );
  }
}

function modeOf(chmod: string): number | null {
  if (chmod === '') return null;
  if (!/^[0-7]{1,5}$/.test(chmod) || Number.parseInt(chmod, 8) > 0o7777) {
    throw new Error(
      `invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`,
    );
  }
  return Number.parseInt(chmod, 8);
}

const BLOCK = 512;

/** Whether a file begins as a tar archive does. */
function isArchive(sys: Sys, { root, path }: Source): boolean {
  const fd = sys.openIn(pathOf(root), path, O_RDONLY);
  try {
    const head = new Uint8Array(sys.pread(fd, BLOCK, 0));
    return head.length === BLOCK && sys.decode(head.subarray(257, 262)) === 'ustar';
  } finally {
    sys.close(fd);
  }
}

const PIECE = 512 * 1024;

/** Archives keep their owners. */
function unpackArchive(sys: Sys, source: Source, root: Fd, directory: string): void {
  const fd = sys.openIn(pathOf(source.root), source.path, O_RDONLY);
  try {
    const extractor = sys.tarExtractor(root, { below: directory, keepKinds: false });
    for (let at = 0; ; at += PIECE) {
      const piece = sys.pread(fd, PIECE, at);
      if (piece.byteLength > 0) extractor.write(piece);
      if (piece.byteLength < PIECE) break;
    }
    extractor.end();
  } finally {
    sys.close(fd);
  }
}
