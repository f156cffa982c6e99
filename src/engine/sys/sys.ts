import type { Archives } from './archives.ts';

/**
 * The system calls that the engine needs, as one interface.
 *
 * Three implementations: `quickjs.ts` (the native module, in the guest), `fake.ts` (in memory and
 * recording, for unit tests), and whatever a test makes of it. Nothing else in the engine reaches
 * the kernel.
 *
 * A call that fails throws a {@link SysError}. A call that may have to wait returns a promise; it
 * is tried at once and waits on epoll(7) only when the kernel says EAGAIN.
 */
export interface Sys
  extends Files, Mounts, Archives, Sockets, Networking, Processes, Terminals, Bytes {}

/** What every failing call throws: errno(3) by name and number, with the call and its path. */
export interface SysError extends Error {
  /** Name of the error as in errno(3): `ENOENT`. */
  readonly code: string;
  readonly errno: number;
  readonly syscall: string;
  readonly path?: string;
}

/** A file descriptor of this process. */
export type Fd = number;

/** Kind of a file, from `st_mode`. */
export type FileType = 'file' | 'dir' | 'symlink' | 'char' | 'block' | 'fifo' | 'socket';

/** stat(2), times in milliseconds since the epoch. */
export interface Stat {
  readonly type: FileType;
  /** Permission bits only, `st_mode & 07777`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly mtime: number;
  readonly ino: number;
  readonly dev: number;
  readonly rdev: number;
  readonly nlink: number;
}

/** One name of a directory, from getdents(2). */
export interface DirEntry {
  readonly name: string;
  readonly type: FileType;
}

export interface Files {
  /** open(2); flags as in `fcntl.ts`, O_CLOEXEC is always added. */
  open(path: string, flags: number, mode?: number): Fd;
  close(fd: Fd): void;
  /** The whole file. */
  readFile(path: string): ArrayBuffer;
  /** The whole file as UTF-8 text (malformed bytes become U+FFFD). */
  readText(path: string): string;
  /** pread(2): up to `length` bytes at `offset`; short at the end of the file. */
  pread(fd: Fd, length: number, offset: number): ArrayBuffer;
  /** Creates or replaces the content: open(O_WRONLY|O_CREAT|O_TRUNC), one write, close. */
  writeFile(path: string, data: string | ArrayBuffer, mode?: number): void;
  /** Writes beside the file, then rename(2): readers see the old content or the new, never half. */
  writeAtomic(path: string, data: string | ArrayBuffer, mode?: number): void;
  /** stat(2), or null when nothing is there (ENOENT, ENOTDIR). */
  stat(path: string): Stat | null;
  /** lstat(2), or null when nothing is there. */
  lstat(path: string): Stat | null;
  /** Names in a directory without `.` and `..`, unsorted. */
  readdir(path: string): DirEntry[];
  /** mkdir(2); with `parents`, as `mkdir -p` (existing directories are success). */
  mkdir(path: string, mode: number, parents?: boolean): void;
  rmdir(path: string): void;
  unlink(path: string): void;
  /** Removes a tree without following symbolic links or crossing mounts; nothing there is success. */
  removeTree(path: string): void;
  rename(from: string, to: string): void;
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readlink(path: string): string;
  chmod(path: string, mode: number): void;
  lchown(path: string, uid: number, gid: number): void;
  /** Bytes that the regular files below `path` hold, hard links once. */
  treeSize(path: string): number;
  /** statfs(2): bytes in all and bytes free of the file system that holds `path`. */
  statfs(path: string): { readonly total: number; readonly free: number };
  /**
   * Opens `path` below `root` as if chrooted there (openat2(2) with RESOLVE_IN_ROOT and
   * RESOLVE_NO_MAGICLINKS); a symbolic link can never lead out.
   */
  openIn(root: string, path: string, flags: number, mode?: number): Fd;
  /** Resolves when the file was modified since the call (inotify(7) IN_MODIFY | IN_MOVE_SELF …). */
  changed(path: string): Promise<void>;
}

export interface Mounts {
  mount(source: string, target: string, fstype: string, flags: number, data: string): void;
  umount(target: string, flags: number): void;
}

/** A connection that was accepted. */
export interface Accepted {
  readonly fd: Fd;
  /** Dotted address of a TCP peer, or '' for a unix socket. */
  readonly address: string;
  /** SO_PEERCRED of a unix peer. */
  readonly uid: number;
  readonly pid: number;
}

export interface Sockets {
  listenUnix(path: string, mode: number, gid?: number): Fd;
  listenTcp(address: string, port: number): Fd;
  accept(listener: Fd): Promise<Accepted>;
  connectUnix(path: string, kind?: 'stream' | 'seqpacket'): Promise<Fd>;
  connectTcp(address: string, port: number): Promise<Fd>;
  /** Up to `max` bytes from a socket, pipe or terminal; empty at its end. */
  read(fd: Fd, max?: number): Promise<ArrayBuffer>;
  /** Writes all of `data`. */
  write(fd: Fd, data: string | ArrayBuffer | Uint8Array): Promise<void>;
  /** shutdown(fd, SHUT_WR): the peer reads an end, we go on reading. */
  shutdownWrite(fd: Fd): void;
  /** One datagram with descriptors (SCM_RIGHTS) on a unix socket. */
  sendWithFds(fd: Fd, data: ArrayBuffer | Uint8Array, fds: readonly Fd[]): Promise<void>;
  /**
   * Resolves when poll(2) reports the descriptor readable, or its peer gone; consumes nothing.
   * `'hangup'` only when the peer closed both directions (POLLHUP) or reset.
   */
  readable(fd: Fd): Promise<'readable' | 'hangup'>;
  /** Resolves when the peer is gone altogether (EPOLLHUP, EPOLLERR), however much is unread. */
  hungUp(fd: Fd): Promise<void>;
}

/** A datagram, with whoever sent it and the descriptors that came with it (SCM_RIGHTS). */
export interface Datagram {
  readonly data: ArrayBuffer;
  readonly fds: readonly Fd[];
  /** Dotted address and port of the sender, '' and 0 when it has none. */
  readonly address: string;
  readonly port: number;
}

/** `pid` names a process in whose network namespace the socket is made; absent or 0: this one's. */
export interface Networking {
  /** netlink(7): sends whole messages to a protocol of the kernel, gives all that it answers. */
  netlink(protocol: number, messages: Uint8Array, pid?: number): ArrayBuffer;
  bindUdp(address: string, port: number, pid?: number): Fd;
  /** Read and written like a stream; an unreachable peer is ECONNREFUSED. */
  connectUdp(address: string, port: number, pid?: number): Fd;
  /** The next datagram, up to 64 KiB. */
  receive(fd: Fd): Promise<Datagram>;
  sendTo(fd: Fd, data: ArrayBuffer | Uint8Array, address: string, port: number): void;
}

export interface Spawned {
  readonly pid: number;
  /** The daemon's end of the SEQPACKET pair that is descriptor 3 of the shim. */
  readonly control: Fd;
}

export interface Processes {
  pid(): number;
  uid(): number;
  /** Never returns. */
  exit(status: number): never;
  kill(pid: number, signal: number): void;
  pidfdOpen(pid: number): Fd;
  /**
   * Starts `/usr/lib/bottle/shim` detached from this process (double fork, its own session), with
   * one end of a SEQPACKET pair as descriptor 3 and no other descriptor.
   */
  spawnShim(): Spawned;
  /** Calls `handler` on a signal of this process instead of its default; null restores that. */
  onSignal(signal: number, handler: (() => void) | null): void;
  /** Calls `callback` once after `milliseconds`; the number cancels it. */
  setTimer(milliseconds: number, callback: () => void): number;
  clearTimer(timer: number): void;
  /** CLOCK_MONOTONIC in milliseconds, with a fraction. */
  monotonic(): number;
  /** CLOCK_REALTIME as RFC 3339 with nanoseconds in UTC: `2026-01-01T00:00:00.000000000Z`. */
  timestamp(): string;
  random(length: number): ArrayBuffer;
  uname(): {
    readonly sysname: string;
    readonly nodename: string;
    readonly release: string;
    readonly version: string;
    readonly machine: string;
  };
  /** sysinfo(2), in bytes and seconds. */
  sysinfo(): { readonly total: number; readonly free: number; readonly uptime: number };
  /** Lines to the standard error of the process, for the kernel log of the machine. */
  log(message: string): void;
}

export interface Terminals {
  isatty(fd: Fd): boolean;
  /** TIOCGWINSZ. */
  winsize(fd: Fd): { readonly rows: number; readonly cols: number };
  /** cfmakeraw(3) on a terminal; the number restores what was with {@link restoreTerminal}. */
  setRaw(fd: Fd): number;
  restoreTerminal(fd: Fd, saved: number): void;
}

/** sha256 in progress. */
export interface Sha256 {
  update(data: ArrayBuffer | Uint8Array): void;
  /** Lower-case hex; the object is spent. */
  hex(): string;
}

/** A layer's tar being unpacked into a directory, with its SHA-256 over every byte that went in. */
export interface LayerExtractor {
  /** Throws a {@link SysError} (ENOSPC …) or an Error that names the entry and what is wrong with it. */
  write(data: ArrayBuffer | Uint8Array): void;
  /**
   * Waits for bytes on a socket and takes them, at most `max`, without a way through JavaScript.
   * Resolves with how many came, after some time or when it has them all; 0 at the end of the stream.
   * Rejects as `write` throws, with a {@link SysError} of `read`, or with ECANCELED when `fd` is closed.
   */
  receive(fd: Fd, max: number): Promise<number>;
  /** Bytes that went in so far, however `receive` ended. */
  taken(): number;
  /**
   * Ends the archive. Throws when it was cut off. `size` counts the bytes written to files, `archive`
   * those of the archive.
   */
  end(): {
    readonly digest: string;
    readonly size: number;
    readonly entries: number;
    readonly archive: number;
  };
}

/** gzip (RFC 1952) being unpacked. */
export interface Inflater {
  /**
   * What comes out: up to a thousand times as much as goes in. Throws an Error with a sentence for what is
   * not gzip; the object is spent then.
   */
  write(data: ArrayBuffer | Uint8Array): ArrayBuffer;
  /** The rest. Throws when it was cut off. */
  end(): ArrayBuffer;
}

/** Something that an {@link HttpParser} found in the bytes it was given, in order. */
export type HttpEvent =
  | {
      readonly type: 'head';
      /** Requests: the method and the target; responses: ''. */
      readonly method: string;
      readonly url: string;
      /** Responses: status and reason; requests: 0 and ''. */
      readonly status: number;
      readonly reason: string;
      /** 0 or 1: the minor number of HTTP/1.x. */
      readonly minor: number;
      /** Name in lower case, value, name, value… as they came. */
      readonly headers: readonly string[];
      readonly keepAlive: boolean;
      /** An upgrade or CONNECT was asked for or granted: what follows is not HTTP. */
      readonly upgrade: boolean;
    }
  | { readonly type: 'body'; readonly data: ArrayBuffer }
  | { readonly type: 'end' };

/** RFC 9112 in C: heads, content-length and chunked bodies. */
export interface HttpParser {
  /**
   * Throws an Error with a sentence when the bytes are not HTTP (the parser is spent then).
   * After an upgrade the bytes behind the head are in `rest`, and the parser is spent.
   */
  feed(data: ArrayBuffer | Uint8Array): {
    readonly events: readonly HttpEvent[];
    readonly rest: ArrayBuffer | null;
  };
  /** The peer closed: ends a response body that was delimited by that; throws when one is cut off. */
  finish(): readonly HttpEvent[];
  free(): void;
}

export interface Bytes {
  encode(text: string): ArrayBuffer;
  /** UTF-8, malformed bytes as U+FFFD. */
  decode(data: ArrayBuffer | Uint8Array): string;
  base64(data: ArrayBuffer | Uint8Array): string;
  /** Throws on anything that is not base64 (standard or URL alphabet, padding optional). */
  fromBase64(text: string): ArrayBuffer;
  sha256(): Sha256;
  /**
   * Records as the plan interpreter reads them: `u32 count`, then each field as `u32 length` and its
   * bytes, little-endian; text as UTF-8.
   */
  packRecords(records: readonly (readonly (string | Uint8Array)[])[]): ArrayBuffer;
  /**
   * `limits.bytes` bounds what is written. Whiteouts (`.wh.`) become overlayfs character devices
   * 0/0 and `trusted.overlay.opaque`; paths cannot leave `root` (openat2 RESOLVE_BENEATH, no
   * symlinks), hard links only inside it, devices only when `devices` is true. At `skeleton` a file is
   * made that holds what {@link Archives.tarRebuilder} needs; it is empty when that cannot be done.
   */
  layerExtractor(
    root: string,
    limits: { readonly bytes: number; readonly devices: boolean; readonly skeleton?: string },
  ): LayerExtractor;
  inflater(): Inflater;
  httpParser(kind: 'request' | 'response'): HttpParser;
}
