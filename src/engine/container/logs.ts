import { parseTime, unixNanoseconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { logPath, type Container } from './container.ts';
import { frame, STDERR, STDOUT } from './frames.ts';

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: boolean;
  readonly follow: boolean;
  /** Lines from the end; null for all. */
  readonly tail: number | null;
  /** Seconds or RFC 3339, '' for none. */
  readonly since: string;
  readonly until: string;
}

/** A line of the json-file log; the shim writes them, and nobody else. */
interface Entry {
  readonly log: string;
  readonly stream: 'stdout' | 'stderr';
  readonly time: string;
}

/** How much is read at a time; the longest line is 16 KiB of bytes that JSON writes as six each. */
const CHUNK = 262144;

/**
 * The log of a container, in pieces ready for a client: frames, or plain bytes when it has a
 * terminal. With `follow`, goes on until the container ends or `aborted` settles.
 */
export async function* logs(
  sys: Sys,
  container: Container,
  options: LogOptions,
  aborted: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const { host, config, state, id } = container;
  if (host.LogConfig.Type === 'none') {
    throw new EngineError(501, 'configured logging driver does not support reading');
  }
  const path = logPath(id);
  const wanted = filter(options);
  const render = renderer(sys, config.Tty, options.timestamps);
  let gone = false;
  void aborted.then(() => (gone = true));
  const reader = new LineReader(sys, path);
  try {
    let lines = reader.read();
    if (options.tail !== null) lines = options.tail === 0 ? [] : lines.slice(-options.tail);
    for (;;) {
      const parts = lines.map(parseEntry).filter(wanted).map(render);
      if (parts.length > 0) yield join(parts);
      if (!options.follow || gone) return;
      const changed = sys.stat(path) ? sys.changed(path) : null;
      lines = reader.read();
      if (lines.length > 0) continue;
      if (!state.Running) return;
      await Promise.race([changed ?? tick(sys), tick(sys), aborted]);
      lines = reader.read();
    }
  } finally {
    reader.close();
  }
}

/** The end of a container changes nothing in its log: look again now and then. */
function tick(sys: Sys): Promise<void> {
  return new Promise((resolve) => {
    sys.setTimer(250, resolve);
  });
}

function parseEntry(line: string): Entry {
  return JSON.parse(line) as Entry;
}

function filter(options: LogOptions): (entry: Entry) => boolean {
  const time = (text: string): bigint | null => {
    if (text === '' || text === '0') return null;
    const parsed = parseTime(text);
    if (parsed === null) throw new EngineError(400, `invalid value for time: ${text}`);
    return parsed;
  };
  const since = time(options.since);
  const until = time(options.until);
  return ({ stream, time: stamp }) => {
    if (stream === 'stdout' ? !options.stdout : !options.stderr) return false;
    if (since === null && until === null) return true;
    const at = BigInt(unixNanoseconds(stamp));
    return (since === null || at >= since) && (until === null || at <= until);
  };
}

function renderer(sys: Sys, tty: boolean, timestamps: boolean): (entry: Entry) => Uint8Array {
  return ({ log, stream, time }) => {
    const text = new Uint8Array(sys.encode(timestamps ? `${time} ${log}` : log));
    return tty ? text : frame(stream === 'stdout' ? STDOUT : STDERR, text);
  };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const O_RDONLY = 0;

/** Whole lines of a growing file; a rotated one (another inode) is begun from its start. */
class LineReader {
  readonly #sys: Sys;
  readonly #path: string;
  #fd = -1;
  #inode = -1;
  #offset = 0;

  constructor(sys: Sys, path: string) {
    this.#sys = sys;
    this.#path = path;
  }

  /** Lines that came since the last call. */
  read(): string[] {
    const stat = this.#sys.stat(this.#path);
    if (!stat) return [];
    if (stat.ino !== this.#inode) {
      this.close();
      this.#fd = this.#sys.open(this.#path, O_RDONLY);
      this.#inode = stat.ino;
      this.#offset = 0;
    }
    const lines: string[] = [];
    for (;;) {
      const chunk = new Uint8Array(this.#sys.pread(this.#fd, CHUNK, this.#offset));
      const end = chunk.lastIndexOf(10) + 1;
      if (end === 0) return lines;
      lines.push(...this.#sys.decode(chunk.subarray(0, end - 1)).split('\n'));
      this.#offset += end;
    }
  }

  close(): void {
    if (this.#fd >= 0) this.#sys.close(this.#fd);
    this.#fd = -1;
  }
}
