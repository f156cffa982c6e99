import { parseTime, unixNanoseconds } from '../../daemon/clock.ts';
import { EngineError } from '../../errors.ts';
import type { Sys } from '../../sys/sys.ts';
import { logPath, type Container } from '../container.ts';
import { forget, once, type Context } from '../context.ts';
import { frame, STDERR, STDOUT } from '../frames.ts';
import { logAttributes, readable } from './config.ts';
import { LogReader, type Entry } from './reader.ts';

export interface LogOptions {
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly timestamps: boolean;
  /** Labels and variables that the log's options name, before each line. */
  readonly details: boolean;
  readonly follow: boolean;
  /** Lines from the end; null for all. */
  readonly tail: number | null;
  /** Seconds or RFC 3339, '' for none. */
  readonly since: string;
  readonly until: string;
}

/**
 * The log of a container, in pieces ready for a client: frames, or plain bytes when it has a
 * terminal. With `follow`, goes on until the container ends, `until` is past or `aborted` settles.
 */
export async function* logs(
  context: Context,
  container: Container,
  options: LogOptions,
  aborted: Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  const { sys } = context;
  if (!readable(container)) {
    throw new EngineError(501, 'configured logging driver does not support reading');
  }
  const since = timeOf(options.since);
  const until = timeOf(options.until);
  const wanted = filter(options, since, until);
  const render = renderer(sys, container, options);
  const path = logPath(container.id);
  const reader = new LogReader(sys, path);
  const wake = new Wake(context, container, until, aborted);
  try {
    if (options.tail !== null) reader.toTail(options.tail);
    else reader.toStart();
    for (;;) {
      // Whether it still ran is asked first: what it wrote before its end is read behind that.
      const last = !options.follow || !container.state.Running || wake.over;
      const changed = options.follow && !last && sys.stat(path) ? sys.changed(path) : null;
      for (let entries = reader.read(); entries.length > 0; entries = reader.read()) {
        const piece = render(entries.filter(wanted));
        if (piece.length > 0) yield piece;
      }
      if (last) return;
      await wake.wait(changed);
    }
  } finally {
    wake.free();
    reader.close();
  }
}

/** What ends the wait of a follower, beside a new line: the container, the time, the client. */
class Wake {
  readonly #context: Context;
  readonly #id: string;
  readonly #timer: number | undefined;
  #wake: () => void = () => undefined;
  /** Nothing will come any more. */
  over = false;

  constructor(
    context: Context,
    container: Container,
    until: bigint | null,
    aborted: Promise<unknown>,
  ) {
    const { sys, exits } = context;
    this.#context = context;
    this.#id = container.id;
    once(exits, container.id, this.#ended);
    void aborted.then(this.#end);
    if (until !== null) {
      const left = Number((until - BigInt(unixNanoseconds(sys.timestamp()))) / 1_000_000n);
      this.#timer = sys.setTimer(Math.max(0, left), this.#end);
    }
  }

  readonly #ended = (): void => {
    this.#end();
  };

  readonly #end = (): void => {
    this.over = true;
    this.#wake();
  };

  async wait(changed: Promise<void> | null): Promise<void> {
    if (this.over) return;
    const woken = new Promise<void>((resolve) => (this.#wake = resolve));
    await (changed ? Promise.race([changed, woken]) : woken);
  }

  free(): void {
    forget(this.#context.exits, this.#id, this.#ended);
    if (this.#timer !== undefined) this.#context.sys.clearTimer(this.#timer);
  }
}

function timeOf(text: string): bigint | null {
  if (text === '' || text === '0') return null;
  const parsed = parseTime(text);
  if (parsed === null) throw new EngineError(400, `invalid value for time: ${text}`);
  return parsed;
}

function filter(
  options: LogOptions,
  since: bigint | null,
  until: bigint | null,
): (entry: Entry) => boolean {
  return ({ stream, time: stamp }) => {
    if (stream === 'stdout' ? !options.stdout : !options.stderr) return false;
    if (since === null && until === null) return true;
    const at = BigInt(unixNanoseconds(stamp));
    return (since === null || at >= since) && (until === null || at <= until);
  };
}

/** Entries as bytes for the client: one frame for lines of the same stream that stand together. */
function renderer(
  sys: Sys,
  container: Container,
  { timestamps, details }: LogOptions,
): (entries: readonly Entry[]) => Uint8Array {
  const attributes = details ? `${attributeText(logAttributes(container))} ` : '';
  const text = ({ log, time }: Entry): string =>
    timestamps ? `${time} ${attributes}${log}` : `${attributes}${log}`;
  const encode = (lines: string): Uint8Array => new Uint8Array(sys.encode(lines));
  if (container.config.Tty) return (entries) => encode(entries.map(text).join(''));
  return (entries) => {
    const frames: Uint8Array[] = [];
    for (let from = 0; from < entries.length;) {
      const stream = entries[from]?.stream;
      let lines = '';
      for (let entry = entries[from]; entry?.stream === stream && entry; entry = entries[from]) {
        lines += text(entry);
        from++;
      }
      frames.push(frame(stream === 'stdout' ? STDOUT : STDERR, encode(lines)));
    }
    return join(frames);
  };
}

/** `a=1,b=2` by name, as in a query. */
function attributeText(attributes: Readonly<Record<string, string>>): string {
  return Object.keys(attributes)
    .sort()
    .map((name) => `${escape(name)}=${escape(attributes[name] ?? '')}`)
    .join(',');
}

function escape(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+');
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1 && parts[0]) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
