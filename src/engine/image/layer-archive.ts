/**
 * A layer as the archive that its digest is of. Only its files are kept; the archive is made again when
 * somebody wants it:
 *
 * - A layer that came as an archive (pulled, loaded, imported, committed) has a `skeleton` beside its files:
 *   the archive's headers as they were, whoever's program wrote them (Docker's tar-split does the same).
 * - A layer that was built here is packed as it was when its digest was taken: entries by name, the same
 *   tree always as the same bytes. `tar` holds the length.
 *
 * An archive that cannot be made again is one that replaced a file of its own, or had something in it that
 * is not a file's content: no builder writes such, and its layer can be run but not be sent on.
 */
import { O_DIRECTORY, O_PATH } from '../sys/fcntl.ts';
import type { TarWriter } from '../sys/archives.ts';
import type { Sys } from '../sys/sys.ts';
import { ImageError } from './errors.ts';
import type { Layer } from './layers.ts';

/** Of a skeleton: the length of its archive, little-endian. */
const LENGTH = 8;
/** Large pieces keep the number of steps in JavaScript small. */
const PIECE = 256 * 1024;

export interface LayerArchive {
  /** Its length in bytes. */
  readonly size: number;
  /** Begins to make it. */
  open(): TarWriter;
}

/** The archive of a layer, or null when it cannot be made again. */
export function archiveOf(sys: Sys, { directory, diff }: Layer): LayerArchive | null {
  const skeleton = `${directory}/skeleton`;
  const below = (make: (root: number) => TarWriter): TarWriter => {
    const root = sys.open(diff, O_PATH | O_DIRECTORY);
    try {
      return make(root);
    } finally {
      sys.close(root);
    }
  };
  if (sys.stat(skeleton) !== null) {
    const size = lengthIn(sys, skeleton);
    if (size === null) return null;
    return { size, open: () => below((root) => sys.tarRebuilder(root, skeleton)) };
  }
  if (sys.stat(`${directory}/tar`) === null) return null;
  return {
    size: Number(sys.readText(`${directory}/tar`)),
    open: () =>
      below((root) => sys.tarWriter(root, '/', { name: null, overlay: true, system: false })),
  };
}

/**
 * The pieces of a layer's archive, made as they are taken. Throws after the last one when they are not what
 * the digest says: files of the layer were changed behind the engine's back.
 */
export function* piecesOf(
  sys: Sys,
  archive: LayerArchive,
  diffId: string,
): Generator<ArrayBuffer, void, undefined> {
  const writer = archive.open();
  const hash = sys.sha256();
  try {
    let piece = writer.read(PIECE);
    for (; piece.byteLength > 0; piece = writer.read(PIECE)) {
      hash.update(piece);
      yield piece;
    }
  } finally {
    writer.close();
  }
  const digest = `sha256:${hash.hex()}`;
  if (digest !== diffId) {
    throw new ImageError(
      500,
      `layer ${diffId} was changed on disk: its archive is ${digest} now; remove the image and pull it again`,
    );
  }
}

function lengthIn(sys: Sys, skeleton: string): number | null {
  const fd = sys.open(skeleton, 0);
  try {
    const head = sys.pread(fd, LENGTH, 0);
    if (head.byteLength < LENGTH) return null;
    const view = new DataView(head);
    return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  } finally {
    sys.close(fd);
  }
}
