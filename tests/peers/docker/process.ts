/** A command at work: what it prints can be waited for, what it reads can be written. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const TERMINAL = fileURLToPath(new URL('./terminal.py', import.meta.url));
/** Milliseconds within which what is waited for has to come, also on a busy computer. */
const PATIENCE = 60_000;

export interface Ended {
  /** Exit status; -1 when a signal ended it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that did what was asked of it, and printed this. */
export function printed(stdout: string): Ended {
  return { status: 0, stdout, stderr: '' };
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
}

export class Process {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #words: string;
  readonly #printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  /** How much of the standard output `until` has looked at. */
  #seen = 0;
  #over = false;
  #news: () => void = () => undefined;

  constructor(argv: readonly string[], env: NodeJS.ProcessEnv = process.env, size?: Size) {
    this.#words = argv.join(' ');
    const [command = '', ...args] = size
      ? ['python3', TERMINAL, String(size.rows), String(size.columns), ...argv]
      : argv;
    const stdio = ['pipe', 'pipe', 'pipe', ...(size ? (['pipe'] as const) : [])] as const;
    this.#child = spawn(command, args, { env, stdio: [...stdio] });
    // A command that has ended reads no more: what it did not want is not an error of the test.
    this.#child.stdin?.on('error', () => undefined);
    for (const stream of ['stdout', 'stderr'] as const) {
      this.#child[stream]?.on('data', (data: Buffer) => {
        this.#printed[stream].push(data);
        this.#news();
      });
    }
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (status) => {
        this.#over = true;
        this.#news();
        resolve({ status: status ?? -1, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get stdout(): string {
    return this.bytes.toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#printed.stderr).toString();
  }

  /** The standard output so far. */
  get bytes(): Buffer {
    return Buffer.concat(this.#printed.stdout);
  }

  /** What has been printed so far, then the rest as it comes. */
  onData(callback: (bytes: Uint8Array) => void): void {
    callback(this.bytes);
    this.#child.stdout?.on('data', callback);
  }

  write(data: string | Uint8Array): this {
    this.#child.stdin?.write(data);
    return this;
  }

  /** Writes the last of the standard input. */
  end(data: string | Uint8Array = ''): this {
    this.#child.stdin?.end(data);
    return this;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  resize({ rows, columns }: Size): void {
    const resizes = this.#child.stdio[3];
    if (!(resizes instanceof Writable)) throw new Error(`"${this.#words}" has no terminal`);
    resizes.write(`${rows} ${columns}\n`);
  }

  /** Waits until the words stand in what has been printed since the last wait. */
  async until(words: string): Promise<void> {
    let late = false;
    const clock = setTimeout(() => {
      late = true;
      this.#news();
    }, PATIENCE);
    try {
      while (!this.#found(words, late)) {
        await new Promise<void>((resolve) => {
          this.#news = resolve;
        });
      }
    } finally {
      clearTimeout(clock);
    }
  }

  #found(words: string, late: boolean): boolean {
    const { stdout } = this;
    const at = stdout.indexOf(words, this.#seen);
    if (at >= 0) {
      this.#seen = at + words.length;
      return true;
    }
    if (!late && !this.#over) return false;
    const what = this.#over ? 'ended' : `ran for ${PATIENCE / 1000} s`;
    const rest = JSON.stringify(stdout.slice(this.#seen));
    throw new Error(
      `"${this.#words}" ${what} without printing ${JSON.stringify(words)}; it printed ${rest}, and as errors: ${this.stderr}`,
    );
  }
}
