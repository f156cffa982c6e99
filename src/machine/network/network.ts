import type { Disposable, Duplex } from '../duplex.ts';
import type { Emulator } from '../emulator.ts';
import { MTU } from '../emulator.ts';
import type { MachineError } from '../errors.ts';
import type { LostConnection } from '../session/store.ts';
import { NET_UNREACHABLE, PORT_UNREACHABLE, answerEcho, unreachable } from './icmp.ts';
import {
  ACK,
  ETHERNET,
  IPV4,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
  RST,
  SYN,
  TYPE_ARP,
  TYPE_IPV4,
  addressOf,
  answerArp,
  readSegment,
  writeSegment,
} from './packet.ts';
import type { Segment } from './packet.ts';
import { TcpConnection } from './tcp.ts';
import type { Ends } from './tcp.ts';

/** The page's own address in the guest's network. */
const PAGE = addressOf('192.168.86.1');
const GUEST = addressOf('192.168.86.100');
const PAGE_MAC = Uint8Array.of(0x52, 0x54, 0x00, 0x01, 0x02, 0x03);

const FIRST_EPHEMERAL = 32_768;
const EPHEMERAL = 28_000;

/** The wire between the page (192.168.86.1) and the guest (192.168.86.100), with TCP in both directions. */
export class Network {
  readonly #emulator: Emulator;
  readonly #connections = new Map<string, TcpConnection>();
  readonly #servers = new Map<number, (connection: Duplex) => void>();
  readonly #waiting: Uint8Array[] = [];
  readonly #sent: (port: number) => void;
  #nextPort = Math.floor(Math.random() * EPHEMERAL);
  #closed: MachineError | null = null;

  /** @param sent Called when data goes to a port of the guest. */
  constructor(emulator: Emulator, sent: (port: number) => void = () => undefined) {
    this.#emulator = emulator;
    this.#sent = sent;
    emulator.onFrame((frame) => this.#receive(frame));
    emulator.onBuffers('virtio_net', () => this.#flush());
  }

  /** Answers the guest's connections to `port` of 192.168.86.1. One server a port. */
  serve(port: number, handler: (connection: Duplex) => void): Disposable {
    if (this.#servers.has(port)) throw new Error(`port ${port} of the page is already served`);
    this.#servers.set(port, handler);
    return { dispose: () => void this.#servers.delete(port) };
  }

  /** Connects to `port` of the guest. Throws `connection-refused` or `connection-timeout`. */
  async connect(port: number): Promise<Duplex> {
    if (this.#closed) throw this.#closed;
    let localPort: number;
    do {
      this.#nextPort = (this.#nextPort + 1) % EPHEMERAL;
      localPort = FIRST_EPHEMERAL + this.#nextPort;
    } while (this.#connections.has(key(GUEST, port, localPort)));
    const connection = this.#add({ local: PAGE, localPort, remote: GUEST, remotePort: port });
    connection.connect();
    await connection.established;
    return connection;
  }

  /** Ends every connection without a word to the guest. */
  close(reason: MachineError): void {
    this.#closed = reason;
    this.#waiting.length = 0;
    for (const connection of [...this.#connections.values()]) connection.drop(reason);
  }

  /** Open connections, for whoever wants to save the machine without any. */
  get connections(): number {
    return this.#connections.size;
  }

  /** The open connections, as whoever restores the machine elsewhere has to `reset` them. */
  get lost(): readonly LostConnection[] {
    return [...this.#connections.values()].map(({ ends, next }) => ({
      localPort: ends.localPort,
      remotePort: ends.remotePort,
      sequence: next,
    }));
  }

  /** Tells the guest that the page's end of these is gone: it would wait for data for ever. */
  reset(lost: readonly LostConnection[]): void {
    for (const { localPort, remotePort, sequence } of lost) {
      this.#send(
        writeSegment(this.#link(), {
          source: PAGE,
          destination: GUEST,
          sourcePort: localPort,
          destinationPort: remotePort,
          sequence,
          acknowledgement: 0,
          flags: RST,
          window: 0,
          data: new Uint8Array(),
        }),
      );
    }
  }

  #add(ends: Ends): TcpConnection {
    const name = key(ends.remote, ends.remotePort, ends.localPort);
    const connection = new TcpConnection(
      {
        mss: MTU - 40,
        frozen: () => !this.#emulator.running,
        send: (segment) => {
          if (segment.data.length > 0) this.#sent(ends.remotePort);
          this.#send(writeSegment(this.#link(), segment));
        },
        released: (gone) => {
          if (this.#connections.get(name) === gone) this.#connections.delete(name);
        },
      },
      ends,
    );
    this.#connections.set(name, connection);
    return connection;
  }

  #link(): { from: Uint8Array; to: Uint8Array } {
    return { from: PAGE_MAC, to: this.#emulator.mac };
  }

  #send(frame: Uint8Array): void {
    if (this.#closed) return;
    if (this.#waiting.length > 0 || !this.#emulator.sendFrame(frame)) this.#waiting.push(frame);
  }

  #flush(): void {
    let sent = 0;
    for (const frame of this.#waiting) {
      if (!this.#emulator.sendFrame(frame)) break;
      sent++;
    }
    if (sent > 0) this.#waiting.splice(0, sent);
  }

  #receive(frame: Uint8Array): void {
    if (frame.length < ETHERNET + IPV4 || this.#closed) return;
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const type = view.getUint16(12);
    if (type === TYPE_ARP) {
      const reply = answerArp(frame, PAGE, PAGE_MAC);
      if (reply) this.#send(reply);
    }
    if (type !== TYPE_IPV4) return;
    const destination = view.getUint32(30);
    const protocol = view.getUint8(23);
    if (destination !== PAGE) {
      // the page is no way to the internet; broadcasts need no answer
      if (destination < addressOf('224.0.0.0') && (destination & 255) !== 255) {
        this.#send(unreachable(frame, this.#link(), PAGE, NET_UNREACHABLE));
      }
    } else if (protocol === PROTOCOL_TCP) {
      const segment = readSegment(frame);
      if (segment) this.#segment(segment);
    } else if (protocol === PROTOCOL_ICMP) {
      const reply = answerEcho(frame, this.#link(), PAGE);
      if (reply) this.#send(reply);
    } else {
      this.#send(unreachable(frame, this.#link(), PAGE, PORT_UNREACHABLE));
    }
  }

  #segment(segment: Segment): void {
    const name = key(segment.source, segment.sourcePort, segment.destinationPort);
    const known = this.#connections.get(name);
    if (known) return known.receive(segment);
    const handler = this.#servers.get(segment.destinationPort);
    if (handler && (segment.flags & (SYN | ACK | RST)) === SYN) {
      const connection = this.#add({
        local: PAGE,
        localPort: segment.destinationPort,
        remote: segment.source,
        remotePort: segment.sourcePort,
      });
      connection.accept(segment);
      connection.established.then(
        () => handler(connection),
        () => undefined, // the guest gave up before the handshake was done
      );
    } else if (!(segment.flags & RST)) {
      this.#refuse(segment);
    }
  }

  /** RST for a segment that belongs to no connection (RFC 9293, 3.10.7.1). */
  #refuse(segment: Segment): void {
    const acknowledged = (segment.flags & ACK) !== 0;
    const length = segment.data.length + (segment.flags & SYN ? 1 : 0);
    this.#send(
      writeSegment(this.#link(), {
        source: PAGE,
        destination: segment.source,
        sourcePort: segment.destinationPort,
        destinationPort: segment.sourcePort,
        sequence: acknowledged ? segment.acknowledgement : 0,
        acknowledgement: acknowledged ? 0 : (segment.sequence + length) >>> 0,
        flags: acknowledged ? RST : RST | ACK,
        window: 0,
        data: new Uint8Array(),
      }),
    );
  }
}

function key(remote: number, remotePort: number, localPort: number): string {
  return `${remote}:${remotePort}:${localPort}`;
}
