import type { Duplex } from '../duplex.ts';
import { MachineError } from '../errors.ts';
import { ACK, FIN, RST, SYN } from './packet.ts';
import type { Address, Segment } from './packet.ts';
import { Receiver, SCALE } from './receiver.ts';
import { ATTEMPTS, Sender } from './sender.ts';

/** Who the two ends of a connection are, seen from the page. */
export interface Ends {
  readonly local: Address;
  readonly localPort: number;
  readonly remote: Address;
  readonly remotePort: number;
}

/** What a connection needs of the network that carries it. */
export interface Carrier {
  send(segment: Segment): void;
  /** The largest payload of a segment, in bytes. */
  readonly mss: number;
  /** Whether the guest stands still: then its silence means nothing. */
  frozen(): boolean;
  /** The connection is over: no segment for it is expected any more. */
  released(connection: TcpConnection): void;
}

/**
 * One TCP connection of the page (RFC 9293), a byte stream with back-pressure in both directions and
 * half-close. The link below delivers in order; so whatever arrives out of order is left to the guest to
 * send again.
 */
export class TcpConnection implements Duplex {
  readonly ends: Ends;
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** Settles when the handshake is done; rejects with `connection-refused` or `connection-timeout`. */
  readonly established: Promise<void>;

  readonly #carrier: Carrier;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  #state: 'syn-sent' | 'syn-received' | 'open' | 'gone' = 'syn-sent';
  #accept: () => void = () => undefined;
  #refuse: (reason: MachineError) => void = () => undefined;
  #writer!: WritableStreamDefaultController;
  #scale = 0;
  #ackDue = false;

  constructor(carrier: Carrier, ends: Ends) {
    this.#carrier = carrier;
    this.ends = ends;
    this.established = new Promise((resolve, reject) => {
      this.#accept = resolve;
      this.#refuse = reject;
    });
    this.established.catch(() => undefined); // who accepts connections does not ask for it
    this.#receiver = new Receiver(() => {
      if (this.#state === 'open') this.#acknowledge();
    });
    this.#sender = new Sender(
      {
        emit: (flags, sequence, data) => this.#emit(flags, sequence, data),
        greet: () => this.#greetAgain(),
        frozen: () => carrier.frozen(),
        gaveUp: () => this.reset(this.#timedOut()),
      },
      carrier.mss,
    );
    this.readable = this.#receiver.readable;
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writer = controller;
      },
      write: (chunk) => this.#sender.write(chunk),
      close: () => this.#sender.finish(),
      abort: () => this.reset(),
    });
  }

  /** The sequence number of what is sent next. */
  get next(): number {
    return this.#sender.next;
  }

  /** Starts the handshake from our side. */
  connect(): void {
    this.#sender.greet(SYN);
  }

  /** Answers the guest's SYN. */
  accept(syn: Segment): void {
    this.#state = 'syn-received';
    this.#takeSyn(syn);
    this.#sender.greet(SYN | ACK);
  }

  /** Ends the connection at once, in both directions; the guest's program sees ECONNRESET. */
  reset(reason?: MachineError): void {
    if (this.#state === 'gone') return;
    this.#emit(RST | ACK, this.#sender.next);
    this.#end(
      reason ??
        new MachineError('connection-reset', 'The connection to the guest was cut by the page.'),
    );
  }

  /** Ends the connection without telling the guest: the machine is gone. */
  drop(reason: MachineError): void {
    this.#end(reason);
  }

  /** Takes a segment from the guest. */
  receive(segment: Segment): void {
    if (this.#state === 'gone') return;
    if (segment.flags & RST) return this.#end(this.#refused());
    if (this.#state === 'syn-sent') return this.#takeAnswer(segment);
    if (segment.flags & SYN) {
      // our answer was not seen, or this is an old duplicate
      if (!this.#greetAgain()) this.#acknowledge();
      return;
    }
    if (!(segment.flags & ACK)) return;
    if (this.#state === 'syn-received') {
      if (segment.acknowledgement !== this.#sender.next) return;
      this.#opened(segment.window << this.#scale);
    }
    const known = this.#sender.acknowledged(segment.acknowledgement, segment.window << this.#scale);
    if (!known) return this.#acknowledge();
    const taken = this.#receiver.take(segment.sequence, segment.data, (segment.flags & FIN) !== 0);
    if (taken === 'unwanted') return this.reset();
    if (taken === 'now') this.#acknowledge();
    else if (taken === 'soon') this.#acknowledgeSoon();
    this.#sender.pump();
    if (this.#sender.finished && this.#receiver.ended) this.#end(null);
  }

  /** The guest's answer to our SYN. */
  #takeAnswer(segment: Segment): void {
    if (!(segment.flags & SYN) || segment.acknowledgement !== this.#sender.next) return;
    this.#takeSyn(segment);
    this.#opened(segment.window);
    this.#acknowledge();
  }

  #takeSyn(segment: Segment): void {
    this.#receiver.begin(segment.sequence);
    this.#sender.mss = Math.min(this.#carrier.mss, segment.mss ?? 536);
    this.#scale = segment.scale ?? 0;
  }

  #opened(window: number): void {
    this.#state = 'open';
    this.#sender.window = window;
    this.#sender.open();
    this.#accept();
  }

  #greetAgain(): boolean {
    if (this.#state === 'open') return false;
    this.#sender.greet(this.#state === 'syn-sent' ? SYN : SYN | ACK);
    return true;
  }

  /** One acknowledgement answers all segments that the guest sent in one go. */
  #acknowledgeSoon(): void {
    if (this.#ackDue) return;
    this.#ackDue = true;
    queueMicrotask(() => {
      if (this.#ackDue && this.#state !== 'gone') this.#acknowledge();
    });
  }

  #acknowledge(): void {
    this.#emit(ACK, this.#sender.next);
  }

  #emit(flags: number, sequence: number, data: Uint8Array = new Uint8Array()): void {
    const acknowledges = (flags & ACK) !== 0;
    const syn = (flags & SYN) !== 0;
    if (acknowledges) this.#ackDue = false;
    const window = this.#receiver.announce(syn);
    this.#carrier.send({
      source: this.ends.local,
      destination: this.ends.remote,
      sourcePort: this.ends.localPort,
      destinationPort: this.ends.remotePort,
      sequence,
      acknowledgement: acknowledges ? this.#receiver.expected : 0,
      flags,
      window,
      ...(syn && { mss: this.#carrier.mss, scale: SCALE }),
      data,
    });
  }

  #timedOut(): MachineError {
    return new MachineError(
      'connection-timeout',
      `The guest did not answer ${ATTEMPTS} attempts on its port ${this.ends.remotePort}; it may be busy or stopped.`,
    );
  }

  #refused(): MachineError {
    const { remotePort } = this.ends;
    return this.#state === 'syn-sent'
      ? new MachineError(
          'connection-refused',
          `Nothing listens on port ${remotePort} of the guest.`,
        )
      : new MachineError('connection-reset', `The guest cut the connection (port ${remotePort}).`);
  }

  #end(reason: MachineError | null): void {
    if (this.#state === 'gone') return;
    const opened = this.#state === 'open';
    this.#state = 'gone';
    this.#carrier.released(this);
    if (reason) {
      if (!opened) this.#refuse(reason);
      this.#receiver.fail(reason);
      if (!this.#sender.finished) this.#writer.error(reason);
    }
    this.#sender.stop();
  }
}
