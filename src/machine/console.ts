import { Listeners } from './duplex.ts';
import type { Disposable } from './duplex.ts';
import type { Emulator } from './emulator.ts';

/** A buffer that Linux's virtio console driver offers is one page. */
const CHUNK = 4096;

interface Pending {
  bytes: Uint8Array;
  readonly taken: () => void;
  readonly failed: (reason: Error) => void;
}

/** One terminal of the guest: /dev/hvc0 to /dev/hvc3. */
export class Console {
  readonly #emulator: Emulator;
  readonly #port: number;
  readonly #listeners = new Listeners<Uint8Array>();
  readonly #pending: Pending[] = [];
  #size: { readonly columns: number; readonly rows: number } | null = null;
  #sizeDue = false;
  #closed: Error | null = null;

  constructor(emulator: Emulator, port: number) {
    this.#emulator = emulator;
    this.#port = port;
    emulator.onConsole(port, (bytes) => this.#listeners.emit(bytes));
    emulator.onBuffers('virtio_console', () => this.#flush());
  }

  /** Whatever the guest prints, as it comes: a character may be split over two calls. */
  onData(callback: (bytes: Uint8Array) => void): Disposable {
    return this.#listeners.add(callback);
  }

  /**
   * Types into the terminal. Resolves when the guest has taken all of it: a megabyte arrives whole, and what
   * is written meanwhile comes after it. Rejects when the machine is destroyed first.
   */
  write(data: string | Uint8Array): Promise<void> {
    if (this.#closed) return Promise.reject(this.#closed);
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    if (bytes.length === 0) return Promise.resolve();
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

  /** Sends the size once more: a restored guest knows only the one that it was saved with. */
  repeatSize(): void {
    if (this.#size) this.resize(this.#size.columns, this.#size.rows);
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
