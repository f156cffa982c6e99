import { fromNanoseconds } from '../daemon/clock.ts';
import type { StepResult } from '../sys/step.ts';
import type { Fd, Sys } from '../sys/sys.ts';

/**
 * The daemon's line to a shim: the small native process beside each container (and each exec) that
 * owns its terminal or pipes, its log and its exit status, and outlives the daemon.
 *
 * Datagrams on a SEQPACKET socket, their first byte the type; `native/shim` is the other end.
 * See them: `ps | grep shim`; `kill -9` the daemon and the shims stay.
 */
export interface ShimConfig {
  readonly id: string;
  readonly directory: string;
  readonly kind: 'container' | 'exec';
  /** '' for none. */
  readonly log: string;
  readonly logMaxBytes: number;
  readonly logFiles: number;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly rows: number;
  readonly cols: number;
}

/** How the process of a shim ended. */
export interface Exit {
  /** The exit code, or 128 and the signal. */
  readonly status: number;
  readonly oomKilled: boolean;
  /** RFC 3339 with nanoseconds. */
  readonly finished: string;
}

/** What became of the plan: the process runs, or a step of the list failed. */
export type Started =
  | { readonly ok: true; readonly pid: number }
  | { readonly ok: false; readonly step: number; readonly errno: number };

/** Bits of an attachment. */
export const ATTACH_STDIN = 1;
export const ATTACH_STDOUT = 2;
export const ATTACH_STDERR = 4;
export const ATTACH_FRAMED = 8;
export const ATTACH_RAW = 16;
const ATTACH_KEYS = 32;

const TYPE = (letter: string): number => letter.charCodeAt(0);

/** Exit code from the status of wait(2). */
function exitStatus(wait: number): number {
  const signal = wait & 0x7f;
  return signal === 0 ? (wait >> 8) & 0xff : 128 + signal;
}

export class ShimLink {
  readonly #sys: Sys;
  readonly #fd: Fd;
  #trace: ArrayBuffer = new ArrayBuffer(0);
  readonly #onDetach: () => void;
  #settleStart: (started: Started) => void = () => undefined;
  #settleExit: (exit: Exit | null) => void = () => undefined;
  /** The outcome of the plan. */
  readonly started: Promise<Started>;
  /** How the process ended; null when the shim went away without a word. */
  readonly exited: Promise<Exit | null>;

  private constructor(sys: Sys, fd: Fd, onDetach: () => void) {
    this.#sys = sys;
    this.#fd = fd;
    this.#onDetach = onDetach;
    this.started = new Promise((resolve) => (this.#settleStart = resolve));
    this.exited = new Promise((resolve) => (this.#settleExit = resolve));
    void this.#listen();
  }

  /** Starts a shim; it waits for {@link go}. */
  static spawn(sys: Sys, config: ShimConfig, onDetach: () => void): ShimLink {
    const { control } = sys.spawnShim();
    const link = new ShimLink(sys, control, onDetach);
    const text = [
      `id=${config.id}`,
      `dir=${config.directory}`,
      `sock=${socketPath(config.directory)}`,
      `log=${config.log}`,
      `log_max=${String(config.logMaxBytes)}`,
      `log_files=${String(config.logFiles)}`,
      `tty=${config.tty ? '1' : '0'}`,
      `stdin=${config.stdin ? '1' : '0'}`,
      `stdin_once=${config.stdinOnce ? '1' : '0'}`,
      `rows=${String(config.rows)}`,
      `cols=${String(config.cols)}`,
      `kind=${config.kind}`,
    ].join('\0');
    link.#send('C', sys.encode(text));
    return link;
  }

  /** Finds the shim of a container that an earlier daemon started. */
  static async connect(sys: Sys, directory: string, onDetach: () => void): Promise<ShimLink> {
    const fd = await sys.connectUnix(socketPath(directory), 'seqpacket');
    const link = new ShimLink(sys, fd, onDetach);
    link.#send('S');
    return link;
  }

  /** What the shim told of each step; {@link parseTrace} reads it. */
  get trace(): ArrayBuffer {
    return this.#trace;
  }

  /** Carries the plan out; `<directory>/plan` holds it. */
  go(): void {
    this.#send('G');
  }

  resize(rows: number, cols: number): void {
    this.#send('R', new Uint8Array([rows, rows >>> 8, cols, cols >>> 8]).buffer);
  }

  kill(signal: number): void {
    this.#send('K', new Uint8Array([signal, 0, 0, 0]).buffer);
  }

  /** Gives the shim a client's socket. The caller keeps its own copy, and closes it. */
  async attach(client: Fd, flags: number, keys: Uint8Array, rest: Uint8Array): Promise<void> {
    const head = keys.length > 0 ? [flags | ATTACH_KEYS, keys.length, ...keys] : [flags];
    const message = new Uint8Array(1 + head.length + rest.length);
    message.set([TYPE('A'), ...head]);
    message.set(rest, 1 + head.length);
    await this.#sys.sendWithFds(this.#fd, message, [client]);
  }

  #send(type: string, body: ArrayBuffer = new ArrayBuffer(0)): void {
    const message = new Uint8Array(1 + body.byteLength);
    message[0] = TYPE(type);
    message.set(new Uint8Array(body), 1);
    // A shim that is gone has said so, or says so by the end of its socket: #listen sees it.
    this.#sys.write(this.#fd, message).catch(() => undefined);
  }

  async #listen(): Promise<void> {
    try {
      for (;;) {
        const message = await this.#sys.read(this.#fd, 65536);
        if (message.byteLength === 0) break;
        this.#receive(message);
      }
    } catch (error) {
      this.#sys.log(`shim: lost its socket: ${String(error)}`);
    }
    this.#sys.close(this.#fd);
    this.#settleStart({ ok: false, step: -1, errno: 0 });
    this.#settleExit(null);
  }

  #receive(message: ArrayBuffer): void {
    const view = new DataView(message);
    switch (String.fromCharCode(view.getUint8(0))) {
      case 'T':
        this.#trace = message;
        break;
      case 'P':
      case 's':
        this.#settleStart({ ok: true, pid: view.getUint32(1, true) });
        break;
      case 'F':
        this.#settleStart({
          ok: false,
          step: view.getUint32(1, true),
          errno: view.getInt32(5, true),
        });
        break;
      case 'D':
        this.#onDetach();
        break;
      case 'X':
        this.#settleExit({
          status: exitStatus(view.getInt32(1, true)),
          oomKilled: view.getUint8(5) !== 0,
          finished: fromNanoseconds(view.getBigInt64(6, true)),
        });
        break;
    }
  }
}

/** Where a shim listens for a later daemon. */
function socketPath(directory: string): string {
  return `${directory}/shim.sock`;
}

/** Results of the steps, in the plan's order, out of a shim's report. */
export function parseTrace(trace: ArrayBuffer): StepResult[] {
  if (trace.byteLength === 0) return [];
  const view = new DataView(trace);
  return Array.from({ length: view.getUint32(1, true) }, (_, i) => ({
    errno: view.getInt32(5 + i * 12, true),
    nanoseconds: Number(view.getBigUint64(9 + i * 12, true)),
  }));
}
