/** Sockets of the fake: pairs of queues, and listeners that a test plays the other side of. */
import type { Accepted, Fd } from '../sys.ts';
import { buffer, encode, view } from './bytes.ts';
import type { Data } from './bytes.ts';
import { sysError } from './errors.ts';

/** One direction of a connection. */
class Queue {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #waiting: (() => void)[] = [];

  push(data: Uint8Array): void {
    this.#chunks.push(data);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when there is data or the end. */
  async ready(): Promise<void> {
    while (this.#chunks.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Never more than one written piece, as a datagram or a short read; empty at the end. */
  async take(max: number): Promise<Uint8Array> {
    await this.ready();
    const first = this.#chunks.shift() ?? new Uint8Array(0);
    if (first.length > max) this.#chunks.unshift(first.subarray(max));
    return first.subarray(0, max);
  }

  #wake(): void {
    this.#waiting.splice(0).forEach((resolve) => resolve());
  }
}

/** What a test holds of a connection whose other end the code under test has. */
export class Peer {
  /** Descriptors that came with messages. */
  readonly received: Fd[] = [];
  readonly #inbound: Queue;
  readonly #outbound: Queue;

  constructor(inbound: Queue, outbound: Queue) {
    this.#inbound = inbound;
    this.#outbound = outbound;
  }

  /** The next piece that was written; empty at the end. */
  read(): Promise<Uint8Array> {
    return this.#inbound.take(Infinity);
  }

  write(data: string | Data): void {
    this.#outbound.push(view(typeof data === 'string' ? encode(data) : buffer(data)));
  }

  /** No more will be written. */
  end(): void {
    this.#outbound.end();
  }

  /** Whether the other side has closed or shut down its writing. */
  get ended(): boolean {
    return this.#inbound.ended;
  }
}

interface Connection {
  readonly inbound: Queue;
  readonly outbound: Queue;
  readonly peer: Peer;
  hungUp: (() => void)[];
}

type Serve = (peer: Peer) => void;

export class FakeSockets {
  readonly #nextFd: () => Fd;
  readonly #connections = new Map<Fd, Connection>();
  readonly #servers = new Map<string, Serve>();
  readonly #listeners = new Map<
    Fd,
    { queue: Accepted[]; waiting: ((accepted: Accepted) => void)[] }
  >();
  readonly #addresses = new Map<string, Fd>();

  constructor(nextFd: () => Fd) {
    this.#nextFd = nextFd;
  }

  /** Answers connections to `address` (`192.168.86.1:80`, or the path of a unix socket). */
  serve(address: string, serve: Serve): void {
    this.#servers.set(address, serve);
  }

  /** How many connections are open: a test of leaks. */
  get open(): number {
    return this.#connections.size;
  }

  pair(): { fd: Fd; peer: Peer } {
    const [inbound, outbound] = [new Queue(), new Queue()];
    const peer = new Peer(outbound, inbound);
    const fd = this.#nextFd();
    this.#connections.set(fd, { inbound, outbound, peer, hungUp: [] });
    return { fd, peer };
  }

  connect(address: string, shown: string): Fd {
    const serve = this.#servers.get(address);
    if (serve === undefined) throw sysError('ECONNREFUSED', 'connect', shown);
    const { fd, peer } = this.pair();
    serve(peer);
    return fd;
  }

  listen(address: string): Fd {
    if (this.#addresses.has(address)) throw sysError('EBUSY', 'bind', address);
    const fd = this.#nextFd();
    this.#listeners.set(fd, { queue: [], waiting: [] });
    this.#addresses.set(address, fd);
    return fd;
  }

  /** Connects as a client of the code under test would, to an address it listens on. */
  dial(address: string, from: Partial<Omit<Accepted, 'fd'>> = {}): Peer {
    const listener = this.#listeners.get(this.#addresses.get(address) ?? -1);
    if (listener === undefined) throw sysError('ECONNREFUSED', 'connect', address);
    const { fd, peer } = this.pair();
    const accepted = { fd, address: '', uid: 0, pid: 1, ...from };
    const waiting = listener.waiting.shift();
    if (waiting === undefined) listener.queue.push(accepted);
    else waiting(accepted);
    return peer;
  }

  accept(listener: Fd): Promise<Accepted> {
    const found = this.#listeners.get(listener);
    if (found === undefined) return Promise.reject(sysError('EBADF', 'accept'));
    const accepted = found.queue.shift();
    if (accepted !== undefined) return Promise.resolve(accepted);
    return new Promise((resolve) => found.waiting.push(resolve));
  }

  isSocket(fd: Fd): boolean {
    return this.#connections.has(fd) || this.#listeners.has(fd);
  }

  async read(fd: Fd, max: number): Promise<ArrayBuffer> {
    return buffer(await this.#get(fd, 'read').inbound.take(max));
  }

  write(fd: Fd, data: Data, fds: readonly Fd[] = []): void {
    const { outbound, peer } = this.#get(fd, 'write');
    if (outbound.ended) throw sysError('EPIPE', 'write');
    peer.received.push(...fds);
    outbound.push(view(buffer(data)));
  }

  shutdownWrite(fd: Fd): void {
    this.#get(fd, 'shutdown').outbound.end();
  }

  async readable(fd: Fd): Promise<'readable' | 'hangup'> {
    await this.#get(fd, 'poll').inbound.ready();
    return 'readable';
  }

  /** Resolves once the test has ended its side and ours is shut down. */
  hungUp(fd: Fd): Promise<void> {
    const connection = this.#get(fd, 'poll');
    return new Promise((resolve) => connection.hungUp.push(resolve));
  }

  /** The test's client goes away altogether. */
  hangUp(peer: Peer): void {
    peer.end();
    for (const connection of this.#connections.values()) {
      if (connection.peer === peer) connection.hungUp.splice(0).forEach((resolve) => resolve());
    }
  }

  close(fd: Fd): void {
    const connection = this.#connections.get(fd);
    if (connection !== undefined) {
      connection.outbound.end();
      this.#connections.delete(fd);
    }
    this.#listeners.delete(fd);
    for (const [address, listener] of this.#addresses) {
      if (listener === fd) this.#addresses.delete(address);
    }
  }

  #get(fd: Fd, syscall: string): Connection {
    const connection = this.#connections.get(fd);
    if (connection === undefined) throw sysError('EBADF', syscall);
    return connection;
  }
}
