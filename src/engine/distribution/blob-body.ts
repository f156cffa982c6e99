/** The bytes of a blob on their way from an answer to whoever wants them, from some offset on. */
import type { Fd, Sys } from '../sys/sys.ts';
import type { Head, Receiver } from './answer.ts';

export class BlobBody implements Receiver {
  readonly #sys: Sys;
  readonly #to: Receiver;
  readonly #size: number;
  readonly #refuse: (received: number) => Error;
  /** Bytes that have been given on, those of answers before included. */
  #received: number;
  /** Bytes that come again and are left out. */
  #skip = 0;

  /**
   * @param from how many bytes `to` has already
   * @param size of the blob; `refuse` makes the error for a byte more
   */
  constructor(
    sys: Sys,
    to: Receiver,
    from: number,
    size: number,
    refuse: (received: number) => Error,
  ) {
    this.#sys = sys;
    this.#to = to;
    this.#received = from;
    this.#size = size;
    this.#refuse = refuse;
  }

  get received(): number {
    return this.#received;
  }

  /** Looks whether the answer goes on where it was asked to; one that begins again is read and left out. */
  begin({ status, headers }: Head): Receiver {
    const range = /^bytes (\d+)-/.exec(headers.get('content-range') ?? '');
    // Other sites' answers may not show this header to a page; the digest tells in the end.
    const start = status === 206 ? Number(range?.[1] ?? this.#received) : 0;
    if (start > this.#received) {
      throw new Error(
        `bytes from ${this.#received} on were asked for, and the answer begins at ${start}`,
      );
    }
    this.#skip = this.#received - start;
    return this;
  }

  write = (data: ArrayBuffer): void => {
    const again = Math.min(this.#skip, data.byteLength);
    this.#skip -= again;
    const fresh = again === 0 ? data : data.slice(again);
    if (fresh.byteLength === 0) return;
    this.#received += fresh.byteLength;
    if (this.#received > this.#size) throw this.#refuse(this.#received);
    this.#to.write(fresh);
  };

  receive = async (fd: Fd, max: number): Promise<number> => {
    const room = Math.min(max, this.#size - this.#received);
    if (this.#skip > 0 || room === 0) {
      const data = await this.#sys.read(fd, max);
      this.write(data);
      return data.byteLength;
    }
    const count = await this.#to.receive(fd, room);
    this.#received += count;
    return count;
  };
}
