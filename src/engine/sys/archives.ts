import type { Fd, LayerExtractor, Stat } from './sys.ts';

/** Trees into archives and back, and trees that are mounted for this process alone. */
export interface Archives {
  /**
   * Packs `path` below `root` (resolved as if chrooted there, a link at its end packed as a link) as a
   * tar: entries by name, the same tree always as the same bytes.
   */
  tarWriter(root: Fd, path: string, options: PackOptions): TarWriter;
  /**
   * The archive that a layer was unpacked from, byte for byte, of the tree and of the skeleton that its
   * extractor kept: the length of the archive (8 bytes, little-endian) and what only `lib/skeleton` reads.
   */
  tarRebuilder(root: Fd, skeleton: string): TarWriter;
  /**
   * Unpacks a tar of plain files into `root`. Nothing in it leads out; a {@link LayerExtractor} whose
   * digest is of no use.
   */
  tarExtractor(root: Fd, options: UnpackOptions): LayerExtractor;
  /**
   * stat(2) of `path` below `root`, as if chrooted there; null when nothing is there. Of a symbolic
   * link (with `follow` false) `target` is where it ends, or what it says when that is nowhere.
   */
  statIn(root: Fd, path: string, follow: boolean): (Stat & { readonly target: string }) | null;
  /**
   * Mounts an overlay (`data` is its options) at the directory `at` and then each source at its
   * target below it, in a mount namespace where nobody lives. All is gone when both descriptors are closed.
   */
  openView(
    at: string,
    data: string,
    binds: readonly string[],
  ): { readonly root: Fd; readonly namespace: Fd };
  /** What the upper directory of an overlay changed of the merged tree `lower`, by path. */
  changes(upper: string, lower: Fd): Change[];
}

export interface PackOptions {
  /** What the entry is called; '' for a directory whose content stands right at `/`; null for its bare content. */
  readonly name: string | null;
  /** Overlayfs's marks become an image layer's whiteouts. */
  readonly overlay: boolean;
  /** A container's root: `/dev` and what the kernel mounts are packed as empty directories. */
  readonly system: boolean;
  /** Everything was made at the epoch: the archive tells of names, modes, owners and contents only. */
  readonly timeless?: boolean;
  /** Whose everything is; the files' own owners when absent. */
  readonly owner?: readonly [uid: number, gid: number];
  /** Entries that are left out, with all below them. */
  readonly skip?: readonly string[];
}

export interface UnpackOptions {
  /**
   * Where below the root, as if chrooted there: links are followed inside the root. Null: right at the
   * root, and a link on the way is an error.
   */
  readonly below: string | null;
  /** Stands before every name, or in the place of its first part with `strip`. */
  readonly prefix?: string;
  readonly strip?: boolean;
  /** A directory is not replaced by another kind of file, nor the other way. */
  readonly keepKinds: boolean;
  /** Who gets the files: as the archive says when absent, the caller when null. */
  readonly owner?: readonly [uid: number, gid: number] | null;
  /** Permission bits of all files and directories; the archive's when absent. */
  readonly mode?: number;
}

/** A tree being packed. */
export interface TarWriter {
  /** The next bytes; fewer than `max` only at the end. Throws a SysError. */
  read(max: number): ArrayBuffer;
  /** Bytes in files so far. */
  readonly bytes: number;
  close(): void;
}

/** A line of `docker diff`. */
export interface Change {
  readonly Path: string;
  /** 0 modified, 1 added, 2 deleted. */
  readonly Kind: number;
}
