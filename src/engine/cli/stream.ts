import { DetachWatch, rawTerminal } from './terminal.ts';
import type { Cli } from './command.ts';
import type { Hijacked } from './http/client.ts';

/** How much is read at once, in bytes. */
const CHUNK = 65536;
/** Length of a frame's head: stream, three zeros, length big-endian. */
const HEAD = 8;

export interface RelayOptions {
  /** The container's stream is a terminal's: raw bytes, no frames. */
  readonly tty: boolean;
  /** Our standard input goes to the container. */
  readonly stdin: boolean;
  /** Bytes that end the attachment when typed; only looked for on a terminal. */
  readonly detachKeys: readonly number[];
  /** Signals go to the container (`--sig-proxy`). */
  readonly proxied?: boolean;
  /** Ends the relay with its error: what would have written the stream could not start. */
  readonly started?: Promise<unknown>;
}

/**
 * Connects the user's descriptors with a container's stream until the container's side ends or
 * the user detaches. The end of our input is passed on as a half-close; output goes on.
 */
export async function relay(
  cli: Cli,
  stream: Hijacked,
  options: RelayOptions,
): Promise<'ended' | 'detached'> {
  const { sys } = cli;
  const undo =
    options.tty && options.stdin
      ? rawTerminal(cli, 0, options.proxied ?? false)
      : (): void => undefined;
  const watch = options.tty && sys.isatty(0) ? new DetachWatch(options.detachKeys) : null;
  try {
    if (options.stdin) void pumpInput(cli, stream.fd, watch);
    const ended = pumpOutput(cli, stream, options.tty);
    const failed = options.started?.then(() => new Promise<never>(() => undefined));
    await (failed ? Promise.race([ended, failed]) : ended);
    return watch?.complete ? 'detached' : 'ended';
  } finally {
    undo();
    sys.close(stream.fd);
  }
}

async function pumpOutput(cli: Cli, stream: Hijacked, tty: boolean): Promise<void> {
  const { sys } = cli;
  const show = tty
    ? (data: Uint8Array): Promise<void> => sys.write(1, data)
    : demultiplexer((fd, data) => sys.write(fd, data));
  if (stream.rest && stream.rest.byteLength > 0) await show(new Uint8Array(stream.rest));
  for (;;) {
    const data = await sys.read(stream.fd, CHUNK);
    if (data.byteLength === 0) return;
    await show(new Uint8Array(data));
  }
}

async function pumpInput(cli: Cli, fd: number, watch: DetachWatch | null): Promise<void> {
  const { sys } = cli;
  try {
    for (;;) {
      const data = await sys.read(0, CHUNK);
      if (data.byteLength === 0) break;
      watch?.feed(new Uint8Array(data));
      await sys.write(fd, data);
    }
    sys.shutdownWrite(fd);
  } catch {
    // The container has stopped reading; what it still writes is not over.
  }
}

/** Takes frames apart, however they are cut into pieces, and hands their content on. */
export function demultiplexer(
  write: (fd: 1 | 2, data: Uint8Array) => Promise<void>,
): (data: Uint8Array) => Promise<void> {
  const head = new Uint8Array(HEAD);
  let filled = 0;
  let left = 0;
  return async (data) => {
    let at = 0;
    while (at < data.length) {
      if (left === 0) {
        const taken = Math.min(HEAD - filled, data.length - at);
        head.set(data.subarray(at, at + taken), filled);
        filled += taken;
        at += taken;
        if (filled < HEAD) return;
        filled = 0;
        left = new DataView(head.buffer).getUint32(4);
        continue;
      }
      const piece = data.subarray(at, at + left);
      at += piece.length;
      left -= piece.length;
      await write(head[0] === 2 ? 2 : 1, piece);
    }
  };
}
