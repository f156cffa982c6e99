import { ACK, FIN, PSH, RST, SYN } from './packet.ts';
import type { Address, Segment } from './packet.ts';
import type { Duplex } from '../duplex.ts';
import { MachineError } from '../errors.ts';

/** Who the two ends of a connection are, seen from the page. */
export interface Ends {
  readonly local: Address;
  readonly localPort: number;
  readonly remote: Address;
  readonly remotePort: number;
}

/** What a connection needs of the stack that carries it. */
export interface Carrier {
  send(segment: Segment): void;
  /** The largest payload of a segment, in bytes. */
  readonly mss: number;
  /** Whether the guest stands still: then its silence means nothing. */
  frozen(): boolean;
  /** The connection is over: no segment for it is expected any more. */
  released(connection: TcpConnection): void;
}

/** Bytes that the reader may leave unread before the guest has to wait. */
const RECEIVE_BUFFER = 512 * 1024;
/** Bytes that the writer may be ahead of the guest's acknowledgements. */
const SEND_BUFFER = 512 * 1024;
/** Our window scale: windows up to 4 MiB fit in 16 bits. */
const SCALE = 6;
/** The wire loses nothing, but the guest may drop a segment when its own memory is short. */
const RETRANSMIT_MS = 400;
const GIVE_UP_AFTER = 8;

const after = (a: number, b: number): boolean => ((a - b) | 0) > 0;

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
  #state: 'syn-sent' | 'syn-received' | 'open' | 'gone' = 'syn-sent';
  #accept: () => void = () => undefined;
  #refuse: (reason: MachineError) => void = () => undefined;
  #reader!: ReadableStreamDefaultController<Uint8Array>;
  #writer!: WritableStreamDefaultController;

  /** Unacknowledged starts at `#una`; `#next` is sent next; `#highest` is the end of what was ever sent. */
  #una: number;
  #next: number;
  #highest: number;
  #peerWindow = 0;
  #peerScale = 0;
  #mss: number;
  /** Chunks from `#una` on, the first of them from `#offset`. */
  #queue: Uint8Array[] = [];
  #offset = 0;
  #queued = 0;
  #room: (() => void) | null = null;
  #finQueued = false;
  #finSent = false;
  #finAcked = false;

  #expected = 0;
  #advertised = 0;
  #finReceived = false;
  #readable = true;
  #ackDue = false;

  #timer: ReturnType<typeof setTimeout> | null = null;
  #tries = 0;

  constructor(carrier: Carrier, ends: Ends) {
    this.#carrier = carrier;
    this.ends = ends;
    this.#mss = carrier.mss;
    this.#una = this.#next = this.#highest = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
    this.established = new Promise((resolve, reject) => {
      this.#accept = resolve;
      this.#refuse = reject;
    });
    this.established.catch(() => undefined); // who accepts connections does not ask for it
    this.readable = new ReadableStream(
      {
        start: (controller) => {
          this.#reader = controller;
        },
        pull: () => this.#windowOpened(),
        cancel: () => {
          this.#readable = false;
          this.#windowOpened();
        },
      },
      { highWaterMark: RECEIVE_BUFFER, size: (chunk) => chunk?.byteLength ?? 0 },
    );
    this.writable = new WritableStream<Uint8Array>({
      start: (controller) => {
        this.#writer = controller;
      },
      write: (chunk) => this.#write(chunk),
      close: () => this.#finish(),
      abort: () => this.reset(),
    });
  }

  /** Starts the handshake from our side. */
  connect(): void {
    this.#sendSyn(SYN);
  }

  /** Answers the guest's SYN. */
  accept(syn: Segment): void {
    this.#state = 'syn-received';
    this.#takeSyn(syn);
    this.#sendSyn(SYN | ACK);
  }

  /** Ends the connection at once, in both directions; the guest's program sees ECONNRESET. */
  reset(reason?: MachineError): void {
    if (this.#state === 'gone') return;
    this.#emit(RST | ACK, this.#next);
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
    if (segment.flags & RST) return this.#refused();
    if (this.#state === 'syn-sent') {
      if (!(segment.flags & SYN) || segment.acknowledgement !== this.#next) return;
      this.#takeSyn(segment);
      this.#una = this.#next;
      this.#opened(segment);
      this.#acknowledge();
      return;
    }
    if (segment.flags & SYN) {
      // our SYN-ACK was not seen, or an old duplicate
      if (this.#state === 'syn-received') this.#sendSyn(SYN | ACK);
      else this.#acknowledge();
      return;
    }
    if (!(segment.flags & ACK)) return;
    if (this.#state === 'syn-received') {
      if (segment.acknowledgement !== this.#next) return;
      this.#una = this.#next;
      this.#opened(segment);
    }
    this.#takeAck(segment);
    this.#takeData(segment);
    this.#pump();
    this.#finishWhenDone();
  }

  #takeSyn(segment: Segment): void {
    this.#expected = (segment.sequence + 1) >>> 0;
    this.#mss = Math.min(this.#carrier.mss, segment.mss ?? 536);
    this.#peerScale = segment.scale ?? 0;
    this.#peerWindow = segment.window;
  }

  #opened(segment: Segment): void {
    this.#state = 'open';
    this.#peerWindow = segment.flags & SYN ? segment.window : segment.window << this.#peerScale;
    this.#settleTimer();
    this.#accept();
  }

  #takeAck(segment: Segment): void {
    const ack = segment.acknowledgement;
    if (after(ack, this.#highest)) return this.#acknowledge();
    const moved = after(ack, this.#una);
    if (moved) {
      let bytes = (ack - this.#una) >>> 0;
      if (bytes > this.#queued) {
        this.#finSent = this.#finAcked = true;
        bytes = this.#queued;
      }
      this.#una = ack;
      // what was about to be sent again had arrived after all
      if (after(ack, this.#next)) this.#next = ack;
      this.#dequeue(bytes);
      this.#tries = 0;
    }
    this.#peerWindow = segment.window << this.#peerScale;
    if (moved) this.#settleTimer();
  }

  #takeData(segment: Segment): void {
    let data = segment.data;
    let sequence = segment.sequence;
    const fin = (segment.flags & FIN) !== 0;
    if (data.length === 0 && !fin) {
      if (sequence !== this.#expected) this.#acknowledge();
      return;
    }
    const seen = (this.#expected - sequence) | 0;
    if (seen > 0 && seen <= data.length) {
      data = data.subarray(seen);
      sequence = this.#expected;
    }
    if (sequence !== this.#expected || this.#finReceived) return this.#acknowledge();
    const window = (this.#advertised - this.#expected) | 0;
    const taken = data.length > window ? data.subarray(0, Math.max(0, window)) : data;
    this.#expected = (this.#expected + taken.length) >>> 0;
    if (taken.length > 0) {
      if (!this.#readable) return this.reset();
      this.#reader.enqueue(taken);
    }
    if (fin && taken.length === data.length) {
      this.#expected = (this.#expected + 1) >>> 0;
      this.#finReceived = true;
      if (this.#readable) this.#reader.close();
      this.#readable = false;
      this.#acknowledge();
    } else {
      this.#acknowledgeSoon();
    }
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
    this.#emit(ACK, this.#next);
  }

  #window(): number {
    if (!this.#readable) return RECEIVE_BUFFER;
    return Math.max(0, this.#reader.desiredSize ?? 0);
  }

  /** Tells the guest when the window that it knows has become much smaller than the real one. */
  #windowOpened(): void {
    if (this.#state !== 'open' || this.#finReceived) return;
    const known = (this.#advertised - this.#expected) | 0;
    if (known < RECEIVE_BUFFER / 2 && this.#window() - known >= RECEIVE_BUFFER / 4)
      this.#acknowledge();
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    if (this.#state === 'gone')
      throw new MachineError('connection-reset', 'The connection to the guest is over.');
    if (chunk.length === 0) return undefined;
    this.#queue.push(chunk);
    this.#queued += chunk.length;
    if (this.#state === 'open') this.#pump();
    else void this.established.then(() => this.#pump());
    if (this.#queued <= SEND_BUFFER) return undefined;
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  #finish(): void {
    this.#finQueued = true;
    if (this.#state === 'open') this.#pump();
    else void this.established.then(() => this.#pump());
  }

  #pump(): void {
    while (this.#state === 'open' && !this.#finSent) {
      const flying = (this.#next - this.#una) >>> 0;
      const unsent = this.#queued - flying;
      if (unsent === 0) {
        if (!this.#finQueued) return;
        this.#finSent = true;
        this.#emit(FIN | ACK, this.#next);
        this.#advance(1);
        return this.#startTimer();
      }
      const allowed = this.#peerWindow - flying;
      const size = Math.min(unsent, allowed, this.#mss);
      // a part of a segment waits for the window to open, unless nothing else would ask for it
      if (size <= 0 || (size < this.#mss && size < unsent && flying > 0)) return this.#startTimer();
      this.#emit(size === unsent ? PSH | ACK : ACK, this.#next, this.#peek(flying, size));
      this.#advance(size);
      this.#startTimer();
    }
  }

  #advance(bytes: number): void {
    this.#next = (this.#next + bytes) >>> 0;
    if (after(this.#next, this.#highest)) this.#highest = this.#next;
  }

  /** `size` bytes of the queue, `from` bytes after the first unacknowledged one. */
  #peek(from: number, size: number): Uint8Array {
    let skip = from + this.#offset;
    let index = 0;
    while (skip >= (this.#queue[index]?.length ?? Infinity))
      skip -= this.#queue[index++]?.length ?? 0;
    const first = this.#queue[index]?.subarray(skip, skip + size) ?? new Uint8Array();
    if (first.length === size) return first;
    const bytes = new Uint8Array(size);
    bytes.set(first);
    let filled = first.length;
    while (filled < size) {
      const part = this.#queue[++index]?.subarray(0, size - filled);
      if (!part) break;
      bytes.set(part, filled);
      filled += part.length;
    }
    return bytes;
  }

  #dequeue(bytes: number): void {
    this.#queued -= bytes;
    this.#offset += bytes;
    let first = this.#queue[0];
    while (first && this.#offset >= first.length) {
      this.#offset -= first.length;
      this.#queue.shift();
      first = this.#queue[0];
    }
    if (this.#queued <= SEND_BUFFER && this.#room) {
      this.#room();
      this.#room = null;
    }
  }

  #emit(flags: number, sequence: number, data: Uint8Array = new Uint8Array()): void {
    const acknowledges = (flags & ACK) !== 0;
    if (acknowledges) this.#ackDue = false;
    const syn = (flags & SYN) !== 0;
    // a window once offered must not shrink (RFC 9293, 3.8.6.2.2); SYN carries an unscaled one
    const limit = syn ? 0xffff : 0xffff << SCALE;
    let room = Math.min(this.#window(), limit);
    const known = (this.#advertised - this.#expected) | 0;
    if (!syn && known > room) room = known;
    const window = syn ? room : room >> SCALE;
    if (acknowledges) this.#advertised = (this.#expected + (syn ? window : window << SCALE)) >>> 0;
    this.#carrier.send({
      source: this.ends.local,
      destination: this.ends.remote,
      sourcePort: this.ends.localPort,
      destinationPort: this.ends.remotePort,
      sequence,
      acknowledgement: acknowledges ? this.#expected : 0,
      flags,
      window,
      ...(syn && { mss: this.#carrier.mss, scale: SCALE }),
      data,
    });
  }

  #sendSyn(flags: number): void {
    this.#emit(flags, this.#una);
    this.#next = this.#highest = (this.#una + 1) >>> 0;
    this.#startTimer();
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => this.#timeout(), RETRANSMIT_MS << Math.min(this.#tries, 5));
  }

  #settleTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#una !== this.#next) this.#startTimer();
  }

  #timeout(): void {
    this.#timer = null;
    if (this.#state === 'gone') return;
    if (this.#carrier.frozen()) return this.#startTimer();
    if (++this.#tries > GIVE_UP_AFTER) return this.#timedOut();
    if (this.#state === 'syn-sent') return this.#sendSyn(SYN);
    if (this.#state === 'syn-received') return this.#sendSyn(SYN | ACK);
    if (this.#queued > 0 && this.#peerWindow === 0) {
      // one byte asks whether the window is still closed; a guest may take its time
      this.#tries = Math.min(this.#tries, GIVE_UP_AFTER - 1);
      this.#emit(PSH | ACK, this.#una, this.#peek(0, 1));
      if (this.#highest === this.#una) this.#highest = (this.#una + 1) >>> 0;
      return this.#startTimer();
    }
    // everything from the first unacknowledged byte on goes out again
    this.#next = this.#una;
    this.#finSent = this.#finAcked;
    this.#pump();
  }

  #timedOut(): void {
    const { remotePort } = this.ends;
    this.reset(
      new MachineError(
        'connection-timeout',
        `The guest did not answer on port ${remotePort} within the time of ${GIVE_UP_AFTER} attempts; it may be busy or stopped.`,
      ),
    );
  }

  #refused(): void {
    const { remotePort } = this.ends;
    this.#end(
      this.#state === 'syn-sent'
        ? new MachineError(
            'connection-refused',
            `Nothing listens on port ${remotePort} of the guest.`,
          )
        : new MachineError(
            'connection-reset',
            `The guest cut the connection (port ${remotePort}).`,
          ),
    );
  }

  #finishWhenDone(): void {
    if (this.#finAcked && this.#finReceived) this.#end(null);
  }

  #end(reason: MachineError | null): void {
    if (this.#state === 'gone') return;
    const opened = this.#state === 'open';
    this.#state = 'gone';
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#carrier.released(this);
    if (reason) {
      if (!opened) this.#refuse(reason);
      if (this.#readable) this.#reader.error(reason);
      this.#readable = false;
      if (!this.#finAcked) this.#writer.error(reason);
    }
    this.#room?.();
    this.#room = null;
    this.#queue = [];
  }
}
