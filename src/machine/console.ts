import { Listeners } from './duplex.ts';
import type { Disposable } from './duplex.ts';
import type { Emulator } from './emulator.ts';

/** A buffer that Linux's virtio console driver offers is one page. */
const CHUNK = 4096;

/** Pieces of output that are kept while nobody listens. */
const EARLY = 1000;

interface Pending {
  bytes: Uint8Array;
  readonly taken: () => void;
  readonly failed: (reason: Error) => void;
}

/** In characters. */
interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** One terminal of the guest: /dev/hvc0 to /dev/hvc3. */
export class Console {
  /** The size that the terminal had when what it shows first was laid out; null when that does not matter. */
  was: Size | null = null;

  readonly #emulator: Emulator;
  readonly #port: number;
  readonly #listeners = new Listeners<Uint8Array>();
  readonly #pending: Pending[] = [];
  readonly #stirred: () => void;
  /** Output that nobody has seen yet; null once somebody listens. */
  #early: Uint8Array[] | null = [];
  #size: Size | null = null;
  #sizeDue = false;
  #spoken = false;
  #closed: Error | null = null;

  /** @param stirred Called when something is typed or printed. */
  constructor(emulator: Emulator, port: number, stirred: () => void = () => undefined) {
    this.#emulator = emulator;
    this.#port = port;
    this.#stirred = stirred;
    emulator.onConsole(port, (bytes) => this.#print(bytes));
    emulator.onBuffers('virtio_console', () => this.#flush());
  }

  /**
   * Whatever the guest prints, as it comes: a character may be split over two calls. The first caller also
   * gets what was printed before it came: in a restored machine, what the shell printed before it was saved.
   */
  onData(callback: (bytes: Uint8Array) => void): Disposable {
    const listener = this.#listeners.add(callback);
    for (const bytes of this.#early?.splice(0) ?? []) callback(bytes);
    this.#early = null;
    return listener;
  }

  /** What the terminal of a restored machine showed, and its size when that matters. */
  preload(shown: string, size: Size | null = null): void {
    this.was = size;
    if (shown !== '') this.#early?.unshift(new TextEncoder().encode(shown));
  }

  /** What was printed and nobody has seen. */
  get unseen(): string {
    const decoder = new TextDecoder();
    return (this.#early ?? []).map((bytes) => decoder.decode(bytes, { stream: true })).join('');
  }

  #print(bytes: Uint8Array): void {
    this.#stirred();
    if (!this.#spoken) {
      // a size that came before the guest had this port went unheard
      this.#spoken = true;
      this.#sizeDue = this.#size !== null;
      this.#flush();
    }
    if (this.#early) {
      this.#early.push(bytes);
      if (this.#early.length > EARLY) this.#early.shift();
    } else this.#listeners.emit(bytes);
  }

  /**
   * Types into the terminal. Resolves when the guest has taken all of it: a megabyte arrives whole, and what
   * is written meanwhile comes after it. Rejects when the machine is destroyed first.
   */
  write(data: string | Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    if (bytes.length === 0) return Promise.resolve();
    this.#stirred();
    return new Promise((taken, failed) => {
      this.#pending.push({ bytes, taken, failed });
      this.#flush();
    });
  }

  /** Tells the guest the size of the terminal, in characters; programs get SIGWINCH. */
  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#sizeDue = true;
    this.#flush();
  }

  close(reason: Error): void {
    this.#closed = reason;
    for (const { failed } of this.#pending.splice(0)) failed(reason);
  }

  #flush(): void {
    if (this.#sizeDue && this.#size && this.#emulator.resizeReady()) {
      this.#sizeDue = false;
      this.#emulator.consoleResize(this.#port, this.#size.columns, this.#size.rows);
    }
    for (;;) {
      const first = this.#pending[0];
      if (!first || !this.#emulator.consoleReady(this.#port)) return;
      const chunk = first.bytes.subarray(0, CHUNK);
      first.bytes = first.bytes.subarray(CHUNK);
      if (first.bytes.length === 0) this.#pending.shift();
      this.#emulator.consoleInput(this.#port, chunk);
      if (first.bytes.length === 0) first.taken();
    }
  }
}
