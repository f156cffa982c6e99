import { ACK, FIN, PSH } from './packet.ts';
import { SendQueue } from './queue.ts';

/** Whether sequence number `a` comes after `b`, in a circle of 2³². */
const after = (a: number, b: number): boolean => ((a - b) | 0) > 0;

/** Bytes that the writer may be ahead of the guest's acknowledgements. */
const SEND_BUFFER = 512 * 1024;
/** The wire loses nothing, but the guest may drop a segment when its own memory is short. */
const RETRANSMIT_MS = 400;
export const ATTEMPTS = 8;

/** What a sender needs of its connection. */
export interface Outlet {
  /** Sends a segment with this number. */
  emit(flags: number, sequence: number, data?: Uint8Array): void;
  /** Sends the handshake once more; false when it is done. */
  greet(): boolean;
  /** Whether the guest stands still: then its silence means nothing. */
  frozen(): boolean;
  /** The guest has not answered any attempt. */
  gaveUp(): void;
}

/** The sending half of a TCP connection: what is on its way, and when it goes out again (RFC 9293, 3.8). */
export class Sender {
  /** The largest payload of a segment. */
  mss: number;
  /** Bytes that the guest is ready to take, counted from the first unacknowledged one. */
  window = 0;

  readonly #outlet: Outlet;
  readonly #queue = new SendQueue(SEND_BUFFER);
  /** Unacknowledged starts at `#first`; `#next` is sent next; `#highest` is the end of what was ever sent. */
  #first: number;
  #next: number;
  #highest: number;
  #open = false;
  #finQueued = false;
  #finSent = false;
  #finAcked = false;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #tries = 0;

  constructor(outlet: Outlet, mss: number) {
    this.#outlet = outlet;
    this.mss = mss;
    this.#first = this.#next = this.#highest = crypto.getRandomValues(new Uint32Array(1))[0] ?? 1;
  }

  /** The number of the next byte. */
  get next(): number {
    return this.#next;
  }

  /** Whether the guest has everything, the end included. */
  get finished(): boolean {
    return this.#finAcked;
  }

  /** Sends the first segment of the handshake, or sends it again. */
  greet(flags: number): void {
    this.#outlet.emit(flags, this.#first);
    this.#next = this.#highest = (this.#first + 1) >>> 0;
    this.#startTimer();
  }

  /** The handshake is done: data may go. */
  open(): void {
    this.#first = this.#next;
    this.#open = true;
    this.#restartTimer();
    this.pump();
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    if (chunk.length === 0) return undefined;
    const room = this.#queue.push(chunk);
    this.pump();
    return room;
  }

  /** No more data: FIN follows what is queued. */
  finish(): void {
    this.#finQueued = true;
    this.pump();
  }

  /** Takes an acknowledgement; false when it is for something that was never sent. */
  acknowledged(number: number, window: number): boolean {
    if (after(number, this.#highest)) return false;
    this.window = window;
    if (!after(number, this.#first)) return true;
    let bytes = (number - this.#first) >>> 0;
    if (bytes > this.#queue.length) {
      this.#finSent = this.#finAcked = true;
      bytes = this.#queue.length;
    }
    this.#first = number;
    // what was about to be sent again had arrived after all
    if (after(number, this.#next)) this.#next = number;
    this.#queue.drop(bytes);
    this.#tries = 0;
    this.#restartTimer();
    return true;
  }

  /** Sends whatever the window allows. */
  pump(): void {
    while (this.#open && !this.#finSent) {
      const flying = (this.#next - this.#first) >>> 0;
      const unsent = this.#queue.length - flying;
      if (unsent === 0) {
        if (!this.#finQueued) return;
        this.#finSent = true;
        this.#outlet.emit(FIN | ACK, this.#next);
        this.#advance(1);
        return this.#startTimer();
      }
      const size = Math.min(unsent, this.window - flying, this.mss);
      // a part of a segment waits for the window to open, unless nothing else would ask for it
      if (size <= 0 || (size < this.mss && size < unsent && flying > 0)) return this.#startTimer();
      this.#outlet.emit(
        size === unsent ? PSH | ACK : ACK,
        this.#next,
        this.#queue.peek(flying, size),
      );
      this.#advance(size);
      this.#startTimer();
    }
  }

  stop(): void {
    this.#open = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue.clear();
  }

  #advance(bytes: number): void {
    this.#next = (this.#next + bytes) >>> 0;
    if (after(this.#next, this.#highest)) this.#highest = this.#next;
  }

  #startTimer(): void {
    this.#timer ??= setTimeout(() => this.#timeout(), RETRANSMIT_MS << Math.min(this.#tries, 5));
  }

  #restartTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#first !== this.#next) this.#startTimer();
  }

  #timeout(): void {
    this.#timer = null;
    if (this.#outlet.frozen()) return this.#startTimer();
    if (++this.#tries > ATTEMPTS) return this.#outlet.gaveUp();
    if (this.#outlet.greet()) return;
    if (this.#queue.length > 0 && this.window === 0) {
      // one byte asks whether the window is still closed; a guest may take its time
      this.#tries = Math.min(this.#tries, ATTEMPTS - 1);
      this.#outlet.emit(PSH | ACK, this.#first, this.#queue.peek(0, 1));
      if (this.#highest === this.#first) this.#highest = (this.#first + 1) >>> 0;
      return this.#startTimer();
    }
    // everything from the first unacknowledged byte on goes out again
    this.#next = this.#first;
    this.#finSent = this.#finAcked;
    this.pump();
  }
}
