import type { Fd, Sys } from '../../sys/sys.ts';
import { address as addressBytes } from '../netlink.ts';
import {
  answerAddresses,
  answerName,
  answersQuestion,
  BadQuestion,
  DATAGRAM,
  RCODE,
  readQuestion,
  refuse,
  refuseBad,
  reverseAddress,
  TYPE,
  type Question,
} from './message.ts';

/** What a resolver knows by itself. */
export interface Names {
  /** Addresses of a name; null when it is not known here. */
  addresses(name: string): readonly string[] | null;
  /** The name of an address; null when it is not known here. */
  name(address: string): string | null;
  /** Servers to ask for everything else, in order. */
  servers(): readonly string[];
  /** In whose network namespace they are asked; 0 for the machine's. */
  readonly pid: number;
}

const PORT = 53;
/** How long a server has for its answer, in ms. */
const PATIENCE = 3000;
/** Questions that wait for other servers at a time: more are told to come again. */
const MOST_FORWARDED = 64;
const LONGEST = 65535;

/** Answers what one container asks, until {@link close}. Owns its two sockets. */
export class NameServer {
  readonly #sys: Sys;
  readonly #names: Names;
  readonly #sockets: readonly [datagrams: Fd, connections: Fd];
  #closed = false;
  #forwarded = 0;

  constructor(sys: Sys, sockets: readonly [datagrams: Fd, connections: Fd], names: Names) {
    this.#sys = sys;
    this.#sockets = sockets;
    this.#names = names;
    this.#run(this.#serveDatagrams());
    this.#run(this.#serveConnections());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const fd of this.#sockets) this.#sys.close(fd);
  }

  /** What waits on a socket ends with an error when that is closed: then it has done its work. */
  #run(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (!this.#closed) this.#sys.log(`names: ${String(error)}`);
    });
  }

  async #serveDatagrams(): Promise<void> {
    const [fd] = this.#sockets;
    while (!this.#closed) {
      const { data, address, port } = await this.#sys.receive(fd);
      const reply = async (): Promise<void> => {
        const answer = await this.#answer(new Uint8Array(data), DATAGRAM);
        if (answer && !this.#closed) this.#sys.sendTo(fd, answer, address, port);
      };
      this.#run(reply());
    }
  }

  async #serveConnections(): Promise<void> {
    const [, listener] = this.#sockets;
    while (!this.#closed) {
      const { fd } = await this.#sys.accept(listener);
      this.#run(
        this.#serveConnection(fd).finally(() => {
          this.#sys.close(fd);
        }),
      );
    }
  }

  /** Messages on a connection have their length before them (RFC 1035, 4.2.2). */
  async #serveConnection(fd: Fd): Promise<void> {
    let pending = new Uint8Array(0);
    for (;;) {
      const more = new Uint8Array(await this.#sys.read(fd, 4096));
      if (more.length === 0) return;
      pending = Uint8Array.from([...pending, ...more]);
      for (;;) {
        const length = ((pending[0] ?? 0) << 8) | (pending[1] ?? 0);
        if (pending.length < 2 || pending.length < 2 + length) break;
        const answer = await this.#answer(pending.subarray(2, 2 + length), LONGEST);
        pending = pending.slice(2 + length);
        if (answer) {
          await this.#sys.write(
            fd,
            Uint8Array.from([answer.length >>> 8, answer.length & 0xff, ...answer]),
          );
        }
      }
    }
  }

  async #answer(message: Uint8Array, limit: number): Promise<Uint8Array | null> {
    let question;
    try {
      question = readQuestion(message);
    } catch (error) {
      if (error instanceof BadQuestion) return refuseBad(error);
      throw error;
    }
    return this.#known(question, limit) ?? (await this.#forward(question, message));
  }

  #known(question: Question, limit: number): Uint8Array | null {
    const { name, type } = question;
    if (type === TYPE.PTR) {
      const address = reverseAddress(name);
      const found = address === null ? null : this.#names.name(address);
      return found === null ? null : answerName(question, found, limit);
    }
    const addresses = this.#names.addresses(name);
    if (!addresses) return null;
    // A name that is known has addresses of IPv4 and no other records.
    return answerAddresses(question, type === TYPE.A ? addresses.map(addressBytes) : [], limit);
  }

  async #forward(question: Question, message: Uint8Array): Promise<Uint8Array> {
    if (this.#forwarded >= MOST_FORWARDED) return refuse(question, RCODE.serverFailure);
    this.#forwarded++;
    try {
      for (const server of this.#names.servers()) {
        const answer = await this.#ask(server, question, message);
        if (answer) return answer;
      }
    } finally {
      this.#forwarded--;
    }
    return refuse(question, RCODE.noSuchName);
  }

  /** A server's answer; null when it has none to give. */
  async #ask(server: string, question: Question, message: Uint8Array): Promise<Uint8Array | null> {
    let fd: Fd;
    try {
      fd = this.#sys.connectUdp(server, PORT, this.#names.pid);
    } catch {
      return null; // no way there
    }
    let late = false;
    const timer = this.#sys.setTimer(PATIENCE, () => {
      late = true;
      this.#sys.close(fd);
    });
    try {
      await this.#sys.write(fd, message);
      for (;;) {
        const answer = new Uint8Array(await this.#sys.read(fd, LONGEST));
        if (answersQuestion(answer, question)) return answer;
      }
    } catch {
      return null; // nobody listens there, or it took too long
    } finally {
      this.#sys.clearTimer(timer);
      if (!late) this.#sys.close(fd);
    }
  }
}
