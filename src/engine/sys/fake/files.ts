/** The file calls of the fake over a tree in memory. */
import type { DirEntry, Fd, Files, Stat } from '../sys.ts';
import { buffer, decode, encode, view } from './bytes.ts';
import type { Data } from './bytes.ts';
import { sysError } from './errors.ts';
import { Tree } from './tree.ts';
import type { Node } from './tree.ts';
import { O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_TRUNC } from '../fcntl.ts';

const BLOCKS = 128 * 1024 * 1024;

/** Tells of a call before it happens; may throw instead. */
export type Before = (call: string, ...details: readonly (string | number)[]) => void;

export class FakeFiles implements Files {
  readonly tree = new Tree();
  /** Records a call, and throws the failure that a test asked for. */
  protected readonly before: Before;
  readonly #now: () => number;
  readonly #open = new Map<Fd, { node: Node; offset: number; append: boolean }>();
  readonly #nextFd: () => Fd;

  constructor(before: Before, now: () => number, nextFd: () => Fd) {
    this.before = before;
    this.#now = now;
    this.#nextFd = nextFd;
    for (const name of ['dev', 'etc', 'proc', 'run', 'sys', 'tmp', 'var'])
      this.mkdir(`/${name}`, 0o755);
  }

  open(path: string, flags: number, mode = 0o644): Fd {
    return this.openIn('/', path, flags, mode);
  }

  openIn(root: string, path: string, flags: number, mode = 0o644): Fd {
    this.before('open', path, flags);
    const top = this.tree.node(root, 'open');
    const place = this.tree.resolve(path, 'open', true, top);
    if (place.node !== null && (flags & O_EXCL) !== 0) throw sysError('EEXIST', 'open', path);
    let node = place.node;
    if (node === null) {
      if ((flags & O_CREAT) === 0) throw sysError('ENOENT', 'open', path);
      node = this.tree.make('file', mode);
      place.parent.entries.set(place.name, node);
    }
    if ((flags & O_DIRECTORY) !== 0 && node.type !== 'dir') throw sysError('ENOTDIR', 'open', path);
    if (node.type === 'dir' && (flags & 3) !== 0) throw sysError('EISDIR', 'open', path);
    if ((flags & O_TRUNC) !== 0) this.tree.setData(node, new Uint8Array(0), this.#now());
    const fd = this.#nextFd();
    this.#open.set(fd, { node, offset: 0, append: (flags & O_APPEND) !== 0 });
    return fd;
  }

  close(fd: Fd): void {
    if (!this.#open.delete(fd)) throw sysError('EBADF', 'close');
  }

  isFile(fd: Fd): boolean {
    return this.#open.has(fd);
  }

  /** How many files are open: a test of leaks. */
  get openFiles(): number {
    return this.#open.size;
  }

  readNext(fd: Fd, length: number): ArrayBuffer {
    const file = this.#file(fd, 'read');
    const data = this.pread(fd, length, file.offset);
    file.offset += data.byteLength;
    return data;
  }

  writeNext(fd: Fd, data: Data): void {
    this.before('write', fd, data.byteLength);
    const file = this.#file(fd, 'write');
    const at = file.append ? file.node.data.length : file.offset;
    const all = new Uint8Array(Math.max(file.node.data.length, at + data.byteLength));
    all.set(file.node.data);
    all.set(view(data), at);
    file.offset = at + data.byteLength;
    this.tree.setData(file.node, all, this.#now());
  }

  readFile(path: string): ArrayBuffer {
    const node = this.tree.node(path, 'open');
    if (node.type === 'dir') throw sysError('EISDIR', 'read', path);
    return buffer(node.data);
  }

  readText(path: string): string {
    return decode(this.readFile(path));
  }

  pread(fd: Fd, length: number, offset: number): ArrayBuffer {
    return buffer(this.#file(fd, 'pread').node.data.subarray(offset, offset + length));
  }

  writeFile(path: string, data: string | Data, mode = 0o644): void {
    this.before('writeFile', path);
    this.#write(path, data, mode);
  }

  writeAtomic(path: string, data: string | Data, mode = 0o644): void {
    this.before('writeAtomic', path);
    const place = this.tree.resolve(path, 'rename');
    if (place.node?.type === 'dir') throw sysError('EISDIR', 'rename', path);
    place.node?.watchers.splice(0).forEach((watcher) => watcher());
    place.parent.entries.delete(place.name);
    this.#write(path, data, mode);
  }

  stat(path: string): Stat | null {
    return this.#stat(path, true);
  }

  lstat(path: string): Stat | null {
    return this.#stat(path, false);
  }

  readdir(path: string): DirEntry[] {
    const node = this.tree.node(path, 'open');
    if (node.type !== 'dir') throw sysError('ENOTDIR', 'open', path);
    return [...node.entries].map(([name, { type }]) => ({ name, type }));
  }

  mkdir(path: string, mode: number, parents = false): void {
    this.before('mkdir', path, mode);
    if (parents) {
      const names = path.split('/').filter((name) => name !== '');
      for (let count = 1; count < names.length; count++) {
        const above = `/${names.slice(0, count).join('/')}`;
        if (this.tree.resolve(above, 'mkdir').node === null) this.#mkdir(above, 0o755);
      }
      const there = this.tree.resolve(path, 'mkdir').node;
      if (there?.type === 'dir') return;
    }
    this.#mkdir(path, mode);
  }

  rmdir(path: string): void {
    this.before('rmdir', path);
    const { node, parent, name } = this.tree.resolve(path, 'rmdir', false);
    if (node === null) throw sysError('ENOENT', 'rmdir', path);
    if (node.type !== 'dir') throw sysError('ENOTDIR', 'rmdir', path);
    if (node.entries.size > 0) throw sysError('ENOTEMPTY', 'rmdir', path);
    parent.entries.delete(name);
  }

  unlink(path: string): void {
    this.before('unlink', path);
    const { node, parent, name } = this.tree.resolve(path, 'unlink', false);
    if (node === null) throw sysError('ENOENT', 'unlink', path);
    if (node.type === 'dir') throw sysError('EISDIR', 'unlink', path);
    node.nlink--;
    parent.entries.delete(name);
  }

  removeTree(path: string): void {
    this.before('removeTree', path);
    if (this.lstat(path) === null) return;
    const { parent, name } = this.tree.resolve(path, 'unlink', false);
    parent.entries.delete(name);
  }

  rename(from: string, to: string): void {
    this.before('rename', from, to);
    const source = this.tree.resolve(from, 'rename', false);
    const target = this.tree.resolve(to, 'rename', false);
    if (source.node === null) throw sysError('ENOENT', 'rename', from);
    if (target.node?.type === 'dir' && target.node.entries.size > 0) {
      throw sysError('ENOTEMPTY', 'rename', to);
    }
    source.parent.entries.delete(source.name);
    target.parent.entries.set(target.name, source.node);
  }

  link(existing: string, path: string): void {
    this.before('link', existing, path);
    const node = this.tree.node(existing, 'link', false);
    if (node.type === 'dir') throw sysError('EPERM', 'link', existing);
    this.tree.put(path, 'link', node);
    node.nlink++;
  }

  symlink(target: string, path: string): void {
    this.before('symlink', target, path);
    this.tree.put(path, 'symlink', this.tree.make('symlink', 0o777)).target = target;
  }

  readlink(path: string): string {
    const node = this.tree.node(path, 'readlink', false);
    if (node.type !== 'symlink') throw sysError('EINVAL', 'readlink', path);
    return node.target;
  }

  chmod(path: string, mode: number): void {
    this.before('chmod', path, mode);
    this.tree.node(path, 'chmod').mode = mode;
  }

  lchown(path: string, uid: number, gid: number): void {
    this.before('lchown', path, uid, gid);
    Object.assign(this.tree.node(path, 'lchown', false), { uid, gid });
  }

  treeSize(path: string): number {
    const files = new Set<Node>();
    const visit = (node: Node): void => {
      if (node.type === 'file') files.add(node);
      node.entries.forEach(visit);
    };
    visit(this.tree.node(path, 'open', false));
    return [...files].reduce((sum, file) => sum + file.data.length, 0);
  }

  statfs(path: string): { readonly total: number; readonly free: number } {
    this.tree.node(path, 'statfs');
    return { total: BLOCKS, free: Math.max(0, BLOCKS - this.treeSize('/')) };
  }

  changed(path: string): Promise<void> {
    const { watchers } = this.tree.node(path, 'inotify_add_watch');
    return new Promise((resolve) => watchers.push(resolve));
  }

  #mkdir(path: string, mode: number): void {
    this.tree.put(path, 'mkdir', this.tree.make('dir', mode));
  }

  #write(path: string, data: string | Data, mode: number): void {
    const bytes = view(typeof data === 'string' ? encode(data) : buffer(data));
    const place = this.tree.resolve(path, 'open');
    if (place.node?.type === 'dir') throw sysError('EISDIR', 'open', path);
    const node = place.node ?? this.tree.make('file', mode);
    place.parent.entries.set(place.name, node);
    this.tree.setData(node, bytes, this.#now());
  }

  #stat(path: string, follow: boolean): Stat | null {
    try {
      const { node } = this.tree.resolve(path, 'stat', follow);
      if (node === null) return null;
      const { type, mode, uid, gid, mtime, ino, rdev, nlink } = node;
      const size = type === 'symlink' ? node.target.length : node.data.length;
      return { type, mode, uid, gid, size, mtime, ino, dev: 1, rdev, nlink };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      if (code === 'ENOENT' || code === 'ENOTDIR') return null;
      throw error;
    }
  }

  #file(fd: Fd, syscall: string): { node: Node; offset: number; append: boolean } {
    const file = this.#open.get(fd);
    if (file === undefined) throw sysError('EBADF', syscall);
    return file;
  }
}
