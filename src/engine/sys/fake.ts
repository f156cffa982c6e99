/**
 * The system calls as a second implementation, in memory: for unit tests, which need no kernel then.
 *
 * Files are a tree, sockets are queues whose other end a test holds, the clock moves when a test says
 * so, and every call that changes something is recorded in `calls`, in order.
 */
import { base64, decode, encode, FakeSha256, fromBase64, packRecords } from './fake/bytes.ts';
import type { Data } from './fake/bytes.ts';
import { sysError } from './fake/errors.ts';
import type { ErrorName } from './fake/errors.ts';
import { FakeFiles } from './fake/files.ts';
import { FakeHttpParser } from './fake/http.ts';
import { FakeSockets } from './fake/sockets.ts';
import type { Peer } from './fake/sockets.ts';
import { FakeExtractor, FakeRebuilder } from './fake/tar.ts';
import type { Change, TarWriter } from './archives.ts';
import type {
  Accepted,
  Datagram,
  Fd,
  HttpParser,
  Inflater,
  LayerExtractor,
  Sha256,
  Spawned,
  Sys,
} from './sys.ts';

export type { Peer } from './fake/sockets.ts';

/** A call that was made: its name, then what it was about. */
export type Call = readonly [name: string, ...details: readonly (string | number)[]];

/** Milliseconds since the epoch at which the clock of the fake starts: 2026-01-01. */
const START = Date.UTC(2026, 0, 1);

/** Thrown by `exit`, which must not return. */
export class Exited extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.status = status;
  }
}

export class FakeSys extends FakeFiles implements Sys {
  /** Everything that was changed or started, in order. */
  readonly calls: Call[];
  readonly sockets: FakeSockets;
  readonly logged: string[] = [];
  readonly shims: { readonly pid: number; readonly peer: Peer }[] = [];
  readonly signals = new Map<number, () => void>();
  /** Terminals, by descriptor. */
  readonly terminals = new Map<Fd, { rows: number; cols: number; raw: boolean }>();
  /** What {@link Processes.uid} says. */
  user = 0;
  readonly #failures: { call: string; about: string; code: ErrorName }[];
  readonly #clock: { now: number };
  readonly #fds: { next: number };
  readonly #timers = new Map<number, { at: number; callback: () => void }>();
  #timer = 0;
  #pid = 100;
  #random = 1;

  constructor() {
    const calls: Call[] = [];
    const failures: { call: string; about: string; code: ErrorName }[] = [];
    const clock = { now: 0 };
    const fds = { next: 3 };
    super(
      (name, ...details) => {
        calls.push([name, ...details]);
        const index = failures.findIndex(
          ({ call, about }) => call === name && String(details[0] ?? '').includes(about),
        );
        const failure = index < 0 ? undefined : failures.splice(index, 1)[0];
        if (failure !== undefined) throw sysError(failure.code, name, String(details[0] ?? ''));
      },
      () => START + clock.now,
      () => fds.next++,
    );
    this.calls = calls;
    this.#failures = failures;
    this.#clock = clock;
    this.#fds = fds;
    this.sockets = new FakeSockets(() => this.#fds.next++);
  }

  /** Makes the next such call, whose first detail contains `about`, fail. */
  failNext(call: string, code: ErrorName, about = ''): void {
    this.#failures.push({ call, about, code });
  }

  /** Moves the clock, calling the timers that come due. */
  advance(milliseconds: number): void {
    const end = this.#clock.now + milliseconds;
    for (;;) {
      const due = [...this.#timers]
        .filter(([, { at }]) => at <= end)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#clock.now = due[1].at;
      due[1].callback();
    }
    this.#clock.now = end;
  }

  /** Timers that wait. */
  get timers(): number {
    return this.#timers.size;
  }

  override close(fd: Fd): void {
    if (this.isFile(fd)) super.close(fd);
    else if (this.sockets.isSocket(fd)) this.sockets.close(fd);
    else throw sysError('EBADF', 'close');
  }

  mount(source: string, target: string, fstype: string, flags: number, data: string): void {
    this.before('mount', source, target, fstype, flags, data);
  }

  umount(target: string, flags: number): void {
    this.before('umount', target, flags);
  }

  listenUnix(path: string, mode: number, gid = 0): Fd {
    this.before('listenUnix', path, mode, gid);
    return this.sockets.listen(path);
  }

  listenTcp(address: string, port: number): Fd {
    this.before('listenTcp', address, port);
    return this.sockets.listen(`${address}:${port}`);
  }

  accept(listener: Fd): Promise<Accepted> {
    return this.sockets.accept(listener);
  }

  async connectUnix(path: string, kind: 'stream' | 'seqpacket' = 'stream'): Promise<Fd> {
    this.before('connectUnix', path, kind);
    return this.sockets.connect(path, path);
  }

  async connectTcp(address: string, port: number): Promise<Fd> {
    this.before('connectTcp', address, port);
    return this.sockets.connect(`${address}:${port}`, `${address}:${port}`);
  }

  async read(fd: Fd, max = 65_536): Promise<ArrayBuffer> {
    return this.isFile(fd) ? this.readNext(fd, max) : this.sockets.read(fd, max);
  }

  async write(fd: Fd, data: string | Data): Promise<void> {
    const bytes = typeof data === 'string' ? encode(data) : data;
    if (this.isFile(fd)) this.writeNext(fd, bytes);
    else this.sockets.write(fd, bytes);
  }

  shutdownWrite(fd: Fd): void {
    this.sockets.shutdownWrite(fd);
  }

  async sendWithFds(fd: Fd, data: Data, fds: readonly Fd[]): Promise<void> {
    this.sockets.write(fd, data, fds);
  }

  readable(fd: Fd): Promise<'readable' | 'hangup'> {
    return this.sockets.readable(fd);
  }

  hungUp(fd: Fd): Promise<void> {
    return this.sockets.hungUp(fd);
  }

  netlink(protocol: number, messages: Uint8Array, pid = 0): ArrayBuffer {
    this.before('netlink', protocol, messages.length, pid);
    return new ArrayBuffer(0);
  }

  bindUdp(address: string, port: number, pid = 0): Fd {
    this.before('bindUdp', address, port, pid);
    return this.sockets.pair().fd;
  }

  connectUdp(address: string, port: number, pid = 0): Fd {
    this.before('connectUdp', address, port, pid);
    return this.sockets.pair().fd;
  }

  async receive(fd: Fd): Promise<Datagram> {
    return { data: await this.sockets.read(fd, 65_536), fds: [], address: '', port: 0 };
  }

  sendTo(fd: Fd, data: Data): void {
    this.sockets.write(fd, data);
  }

  pid(): number {
    return 1;
  }

  uid(): number {
    return this.user;
  }

  exit(status: number): never {
    this.before('exit', status);
    throw new Exited(status);
  }

  kill(pid: number, signal: number): void {
    this.before('kill', pid, signal);
  }

  pidfdOpen(pid: number): Fd {
    this.before('pidfdOpen', pid);
    return this.sockets.pair().fd;
  }

  spawnShim(): Spawned {
    const pid = ++this.#pid;
    this.before('spawnShim', pid);
    const { fd, peer } = this.sockets.pair();
    this.shims.push({ pid, peer });
    return { pid, control: fd };
  }

  onSignal(signal: number, handler: (() => void) | null): void {
    if (handler === null) this.signals.delete(signal);
    else this.signals.set(signal, handler);
  }

  setTimer(milliseconds: number, callback: () => void): number {
    this.#timers.set(++this.#timer, { at: this.#clock.now + milliseconds, callback });
    return this.#timer;
  }

  clearTimer(timer: number): void {
    this.#timers.delete(timer);
  }

  monotonic(): number {
    return this.#clock.now;
  }

  timestamp(): string {
    return new Date(START + this.#clock.now).toISOString().replace('Z', '000000Z');
  }

  /** Not random: the same in every run. */
  random(length: number): ArrayBuffer {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) {
      this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) | 0;
      bytes[index] = this.#random >>> 24;
    }
    return bytes.buffer;
  }

  uname(): ReturnType<Sys['uname']> {
    return {
      sysname: 'Linux',
      nodename: 'bottle',
      release: '6.12.0',
      version: '#1',
      machine: 'i686',
    };
  }

  sysinfo(): ReturnType<Sys['sysinfo']> {
    return { total: 128 * 1024 * 1024, free: 64 * 1024 * 1024, uptime: this.#clock.now / 1000 };
  }

  log(message: string): void {
    this.logged.push(message);
  }

  isatty(fd: Fd): boolean {
    return this.terminals.has(fd);
  }

  winsize(fd: Fd): { readonly rows: number; readonly cols: number } {
    const terminal = this.terminals.get(fd);
    if (terminal === undefined) throw sysError('EINVAL', 'ioctl');
    return { rows: terminal.rows, cols: terminal.cols };
  }

  setRaw(fd: Fd): number {
    this.before('setRaw', fd);
    const terminal = this.terminals.get(fd);
    if (terminal === undefined) throw sysError('EINVAL', 'ioctl');
    terminal.raw = true;
    return fd;
  }

  restoreTerminal(fd: Fd, saved: number): void {
    this.before('restoreTerminal', fd, saved);
    const terminal = this.terminals.get(fd);
    if (terminal !== undefined) terminal.raw = false;
  }

  encode(text: string): ArrayBuffer {
    return encode(text);
  }

  decode(data: Data): string {
    return decode(data);
  }

  base64(data: Data): string {
    return base64(data);
  }

  fromBase64(text: string): ArrayBuffer {
    return fromBase64(text);
  }

  packRecords(records: readonly (readonly (string | Uint8Array)[])[]): ArrayBuffer {
    return packRecords(records);
  }

  sha256(): Sha256 {
    return new FakeSha256();
  }

  layerExtractor(
    root: string,
    limits: { readonly bytes: number; readonly devices: boolean; readonly skeleton?: string },
  ): LayerExtractor {
    return new FakeExtractor(this, this.sockets, root, limits.bytes, limits.skeleton);
  }

  inflater(): Inflater {
    throw sysError('ENOSYS', 'inflater');
  }

  tarRebuilder(_root: Fd, skeleton: string): TarWriter {
    return new FakeRebuilder(this.readFile(skeleton));
  }

  tarWriter(): TarWriter {
    throw sysError('ENOSYS', 'tarWriter');
  }

  tarExtractor(): LayerExtractor {
    throw sysError('ENOSYS', 'tarExtractor');
  }

  statIn(): null {
    throw sysError('ENOSYS', 'statIn');
  }

  openView(): { root: Fd; namespace: Fd } {
    throw sysError('ENOSYS', 'openView');
  }

  changes(): Change[] {
    throw sysError('ENOSYS', 'changes');
  }

  httpParser(kind: 'request' | 'response'): HttpParser {
    return new FakeHttpParser(kind);
  }
}
