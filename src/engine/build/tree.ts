/**
 * Trees by the descriptor of their root: whatever is looked for below it is resolved as if chrooted
 * there, so that no link of a context or of an image leads out of it.
 */
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { Fd, Sys } from '../sys/sys.ts';

/** Large pieces keep the number of steps in JavaScript small. */
const PIECE = 512 * 1024;

/** Owner of files and directories. */
export type Owner = readonly [uid: number, gid: number];

export function openDirectory(sys: Sys, path: string): Fd {
  return sys.open(path, O_PATH | O_DIRECTORY);
}

/** A name of a descriptor for calls that take paths. */
export function pathOf(fd: Fd): string {
  return `/proc/self/fd/${fd}`;
}

/** Makes a directory and those above it that are missing; links on the way are followed inside. */
export function makeDirectories(sys: Sys, root: Fd, path: string, [uid, gid]: Owner): void {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  let made = '';
  for (const part of parts) {
    const above = made === '' ? '/' : made;
    made = `${made}/${part}`;
    if (sys.statIn(root, made, true) !== null) continue;
    const parent = sys.openIn(pathOf(root), above, O_PATH | O_DIRECTORY);
    try {
      const there = `${pathOf(parent)}/${part}`;
      sys.mkdir(there, 0o755);
      if (uid !== 0 || gid !== 0) sys.lchown(there, uid, gid);
    } finally {
      sys.close(parent);
    }
  }
}

/** What a tree is packed as. */
export interface Packing {
  /** The name of its entry; null for the bare content of a directory. */
  readonly name: string | null;
}

/** A sum over names, kinds, modes and contents of a tree, not over its times. */
export function digestOf(sys: Sys, root: Fd, path: string, { name }: Packing): string {
  const writer = sys.tarWriter(root, path, {
    name,
    overlay: false,
    system: false,
    timeless: true,
  });
  const hash = sys.sha256();
  for (const piece of piecesOf(writer)) hash.update(piece);
  return hash.hex();
}

/** Copies a tree: packed here, unpacked there, the bytes never touched by JavaScript. */
export function copyTree(
  sys: Sys,
  from: { readonly root: Fd; readonly path: string } & Packing,
  to: {
    readonly root: Fd;
    readonly directory: string;
    readonly owner: Owner;
    /** Permission bits of all; null keeps them. */
    readonly mode: number | null;
  },
): void {
  const writer = sys.tarWriter(from.root, from.path, {
    name: from.name,
    overlay: false,
    system: false,
  });
  const extractor = sys.tarExtractor(to.root, {
    below: to.directory,
    keepKinds: false,
    owner: to.owner,
    ...(to.mode === null ? {} : { mode: to.mode }),
  });
  for (const piece of piecesOf(writer)) extractor.write(piece);
  extractor.end();
}

interface PieceReader {
  read(max: number): ArrayBuffer;
  close(): void;
}

/** What a writer gives, to its end; the writer is closed then. */
export function* piecesOf(writer: PieceReader): Generator<ArrayBuffer> {
  try {
    for (;;) {
      const piece = writer.read(PIECE);
      if (piece.byteLength > 0) yield piece;
      if (piece.byteLength < PIECE) return;
    }
  } finally {
    writer.close();
  }
}
