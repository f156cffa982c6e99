/** Bytes that the reader may leave unread before the guest has to wait. */
const RECEIVE_BUFFER = 512 * 1024;
/** Our window scale: windows up to 4 MiB fit in 16 bits. */
export const SCALE = 6;

/** What became of a segment's data: `now` and `soon` ask for an acknowledgement. */
export type Taken = 'nothing' | 'soon' | 'now' | 'unwanted';

/** The receiving half of a TCP connection: what is expected next, and how much may come (RFC 9293, 3.10.7.4). */
export class Receiver {
  readonly readable: ReadableStream<Uint8Array>;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #reading = true;
  /** The number of the next byte, and the end of the window that the guest knows. */
  #expected = 0;
  #advertised = 0;
  #ended = false;

  /** `opened` is called when the guest should hear that the window is much wider than it knows. */
  constructor(opened: () => void) {
    const look = (): void => {
      const known = this.#known;
      if (this.#ended || known >= RECEIVE_BUFFER / 2) return;
      if (this.#room - known >= RECEIVE_BUFFER / 4) opened();
    };
    this.readable = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: look,
        cancel: () => {
          this.#reading = false;
          look();
        },
      },
      { highWaterMark: RECEIVE_BUFFER, size: (chunk) => chunk?.byteLength ?? 0 },
    );
  }

  get expected(): number {
    return this.#expected;
  }

  /** Whether the guest's FIN and all before it have come. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The guest's SYN had this number. */
  begin(sequence: number): void {
    this.#expected = this.#advertised = (sequence + 1) >>> 0;
  }

  /** The window to announce, as it goes into the header; the one in a SYN is not scaled. */
  announce(syn: boolean): number {
    // a window once offered must not shrink (RFC 9293, 3.8.6.2.2)
    const room = syn ? Math.min(this.#room, 0xffff) : Math.max(this.#known, this.#room);
    const window = syn ? room : Math.min(room >> SCALE, 0xffff);
    this.#advertised = (this.#expected + (syn ? window : window << SCALE)) >>> 0;
    return window;
  }

  /** Takes the data of a segment as far as it is next and fits. */
  take(number: number, segmentData: Uint8Array, fin: boolean): Taken {
    let data = segmentData;
    let sequence = number;
    if (data.length === 0 && !fin) return sequence === this.#expected ? 'nothing' : 'now';
    const seen = (this.#expected - sequence) | 0;
    if (seen > 0 && seen <= data.length) {
      data = data.subarray(seen);
      sequence = this.#expected;
    }
    if (sequence !== this.#expected || this.#ended) return 'now';
    const taken = data.subarray(0, Math.max(0, this.#known));
    this.#expected = (this.#expected + taken.length) >>> 0;
    if (taken.length > 0) {
      if (!this.#reading) return 'unwanted';
      this.#controller.enqueue(taken);
    }
    if (!fin || taken.length < data.length) return 'soon';
    this.#expected = (this.#expected + 1) >>> 0;
    this.#ended = true;
    if (this.#reading) this.#controller.close();
    this.#reading = false;
    return 'now';
  }

  fail(reason: Error): void {
    if (this.#reading) this.#controller.error(reason);
    this.#reading = false;
  }

  /** Bytes that the guest may still send, as far as it knows. */
  get #known(): number {
    return (this.#advertised - this.#expected) | 0;
  }

  get #room(): number {
    return this.#reading ? Math.max(0, this.#controller.desiredSize ?? 0) : RECEIVE_BUFFER;
  }
}
