import type { Capturable } from '../../machine/session/session.ts';

/**
 * The emulated computer as the page uses it. `src/machine` has it; naming the few things needed here keeps
 * the emulator out of the page's first chunk and lets the state be tested without one.
 */
export interface GuestConsole {
  /** Calls back with what the guest writes; a character may be split over two calls. */
  onData(callback: (bytes: Uint8Array) => void): { dispose(): void };
  /** Resolves when the guest has taken all of it. */
  write(data: string | Uint8Array): Promise<void>;
  resize(columns: number, rows: number): void;
  /** Size of the terminal when what it shows first was laid out; null when that does not matter. */
  readonly was: { readonly columns: number; readonly rows: number } | null;
  /** What was printed and not yet given to anybody. */
  readonly unseen: string;
}

interface GuestConnection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

export interface Guest {
  readonly consoles: readonly GuestConsole[];
  readonly network: {
    /** TCP to a port of the guest, two byte streams. */
    connect(port: number): Promise<GuestConnection>;
  };
  /** HTTP to the engine inside. */
  request(path: string, options?: { signal?: AbortSignal }): Promise<Response>;
  on(event: 'crash', callback: (reason: Error) => void): { dispose(): void };
  /** Calls back whenever somebody does something with the machine, or it says something. */
  onDeed(callback: () => void): { dispose(): void };
  capture: Capturable['capture'];
  pause(): void;
  resume(): void;
  destroy(): Promise<void>;
}

/** The parts of a start that a reader is told about. */
export type Stage = 'code' | 'kernel' | 'state' | 'start';

export interface Progress {
  readonly stage: Stage;
  /** Bytes here, and bytes in all; 0 of 0 while that is unknown. */
  readonly loaded: number;
  readonly total: number;
}

export interface BootOptions {
  /** Start from power-on instead of the stored memory. */
  readonly cold: boolean;
  /** Another host name than the stored memory has; not for a cold start. */
  readonly hostname?: string;
  /** It is the page's own: its states are kept, in the browser or as long as the page is open. */
  readonly keep?: 'browser' | 'page';
  /** Go on from a state that was kept. */
  readonly from?: string;
  readonly onProgress: (progress: Progress) => void;
}

/** Starts the machine; rejects with an Error whose `code` says what went wrong. */
export type Boot = (options: BootOptions) => Promise<Guest>;
