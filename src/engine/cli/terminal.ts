import type { Cli } from './command.ts';

const SIGNAL = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  USR1: 10,
  USR2: 12,
  TERM: 15,
  CONT: 18,
  WINCH: 28,
} as const;

/** The detach keys that Docker has unless it is told others: ctrl-p, ctrl-q. */
const DETACH = 'ctrl-p,ctrl-q';

/** Undoes something; calling it twice is harmless. */
export type Undo = () => void;

/**
 * Raw mode on the user's terminal until it is undone: every key goes to the container. A signal
 * that ends the command gives the terminal back first; `proxied` says that signals are the
 * container's, and end nothing here.
 */
export function rawTerminal(cli: Cli, fd: 0 | 1, proxied: boolean): Undo {
  const { sys } = cli;
  if (!sys.isatty(fd)) return () => undefined;
  const saved = sys.setRaw(fd);
  const deadly = proxied ? [] : [SIGNAL.HUP, SIGNAL.TERM];
  let raw = true;
  const undo = (): void => {
    if (raw) sys.restoreTerminal(fd, saved);
    raw = false;
    for (const signal of deadly) sys.onSignal(signal, null);
  };
  for (const signal of deadly) {
    sys.onSignal(signal, () => {
      undo();
      sys.exit(128 + signal);
    });
  }
  return undo;
}

/**
 * Tells the daemon the size of the terminal now and whenever it changes. `path` is the resource
 * that has a terminal: `/containers/ID`, `/exec/ID`.
 */
export function followSize(cli: Cli, path: string): Undo {
  const { sys } = cli;
  if (!sys.isatty(1)) return () => undefined;
  const resize = (): void => {
    const { rows: h, cols: w } = sys.winsize(1);
    if (h === 0 && w === 0) return;
    // A container that has ended in the meantime has no size to set: nothing to tell anyone.
    cli.client.send('POST', `${path}/resize`, { query: { h, w } }).catch(() => undefined);
  };
  resize();
  sys.onSignal(SIGNAL.WINCH, resize);
  return () => {
    sys.onSignal(SIGNAL.WINCH, null);
  };
}

/** How often ctrl-c must be pressed before a container that ignores it is given up. */
const PATIENCE = 3;

/** Passes the signals that this command gets on to the container's process. */
export function proxySignals(cli: Cli, id: string): Undo {
  const { sys } = cli;
  const names = Object.entries(SIGNAL).filter(([name]) => name !== 'WINCH');
  let asked = 0;
  for (const [name, number] of names) {
    sys.onSignal(number, () => {
      if ((name === 'INT' || name === 'TERM') && ++asked >= PATIENCE) {
        void cli.err('\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n').finally(() => sys.exit(1));
        return;
      }
      // The container may have ended, or not have started yet: then the signal has no one to go to.
      cli.client
        .send('POST', `/containers/${id}/kill`, { query: { signal: name } })
        .catch(() => undefined);
    });
  }
  return () => {
    for (const [, number] of names) sys.onSignal(number, null);
  };
}

/**
 * The bytes of `ctrl-p,ctrl-q`, `ctrl-x,x`, `ctrl-@`.
 * @throws Error that names the key
 */
export function detachKeys(text: string): readonly number[] {
  return (text || DETACH).split(',').map((key) => {
    if ([...key].length === 1) return key.charCodeAt(0);
    const code = key.startsWith('ctrl-')
      ? '@abcdefghijklmnopqrstuvwxyz[\\]^_'.indexOf(key.slice(5))
      : -1;
    if (code < 0 || key.length !== 6) throw new Error(`Unknown character: '${key}'`);
    return code;
  });
}

/**
 * Watches what is typed for the detach keys. They are passed on like all else: it is the daemon
 * that lets go of the client, which then knows why its stream has ended.
 */
export class DetachWatch {
  readonly #keys: readonly number[];
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** Whether the keys were typed to their last. */
  get complete(): boolean {
    return this.#matched === this.#keys.length;
  }

  feed(data: Uint8Array): void {
    for (const byte of data) {
      if (this.complete) return;
      if (byte === this.#keys[this.#matched]) this.#matched++;
      else this.#matched = byte === this.#keys[0] ? 1 : 0;
    }
  }
}
