/** A tree of files in memory, with paths resolved as path_resolution(7) says. */
import type { FileType } from '../sys.ts';
import { sysError } from './errors.ts';

export interface Node {
  readonly type: FileType;
  readonly ino: number;
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  nlink: number;
  rdev: number;
  /** Regular files. */
  data: Uint8Array;
  /** Symbolic links. */
  target: string;
  /** Directories. */
  readonly entries: Map<string, Node>;
  /** Called once at the next change of the content. */
  watchers: (() => void)[];
}

/** Where a path leads: the directory, the last name in it, and what is there. */
export interface Place {
  readonly parent: Node;
  readonly name: string;
  readonly node: Node | null;
}

const LINKS_MAX = 40;

export class Tree {
  readonly root: Node;
  #inodes = 0;

  constructor() {
    this.root = this.make('dir', 0o755);
  }

  make(type: FileType, mode: number): Node {
    return {
      type,
      ino: ++this.#inodes,
      mode,
      uid: 0,
      gid: 0,
      mtime: 0,
      nlink: 1,
      rdev: 0,
      data: new Uint8Array(0),
      target: '',
      entries: new Map(),
      watchers: [],
    };
  }

  /**
   * Resolves a path from `root`. Throws ENOENT, ENOTDIR or ELOOP for what is before the last name.
   *
   * @param follow whether a symbolic link as the last name is followed
   */
  resolve(path: string, syscall: string, follow = true, root = this.root): Place {
    let left = LINKS_MAX;
    const stack: Node[] = [root];
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    let place: Place = { parent: root, name: '', node: root };
    while (names.length > 0) {
      const name = names.shift() ?? '';
      const parent = stack.at(-1) ?? root;
      if (parent.type !== 'dir') throw sysError('ENOTDIR', syscall, path);
      if (name === '..') {
        if (stack.length > 1) stack.pop();
        const node = stack.at(-1) ?? root;
        place = { parent: stack.at(-2) ?? root, name, node };
        continue;
      }
      const node = parent.entries.get(name) ?? null;
      if (node?.type === 'symlink' && (follow || names.length > 0)) {
        if (left-- === 0) throw sysError('ELOOP', syscall, path);
        names.unshift(...node.target.split('/').filter((part) => part !== '' && part !== '.'));
        if (node.target.startsWith('/')) stack.length = 1;
        continue;
      }
      if (node === null && names.length > 0) throw sysError('ENOENT', syscall, path);
      place = { parent, name, node };
      if (node !== null) stack.push(node);
    }
    return place;
  }

  /** What is at the path; throws ENOENT when nothing is. */
  node(path: string, syscall: string, follow = true): Node {
    const { node } = this.resolve(path, syscall, follow);
    if (node === null) throw sysError('ENOENT', syscall, path);
    return node;
  }

  /** Puts a node at a path where nothing is; throws EEXIST. */
  put(path: string, syscall: string, node: Node): Node {
    const place = this.resolve(path, syscall, false);
    if (place.node !== null) throw sysError('EEXIST', syscall, path);
    place.parent.entries.set(place.name, node);
    return node;
  }

  setData(node: Node, data: Uint8Array, now: number): void {
    node.data = data;
    node.mtime = now;
    const { watchers } = node;
    node.watchers = [];
    watchers.forEach((watcher) => watcher());
  }
}
