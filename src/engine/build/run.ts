import type { EndpointsConfig } from '../../protocol/network.ts';
import type { ContainerConfig, HostConfig } from '../../protocol/container.ts';
import { attach } from '../container/attach.ts';
import type { Container } from '../container/container.ts';
import { once, type Context } from '../container/context.ts';
import { create } from '../container/create.ts';
import { removeForced } from '../container/remove.ts';
import { ATTACH_FRAMED, ATTACH_STDERR, ATTACH_STDOUT } from '../container/shim.ts';
import { start } from '../container/start.ts';
import type { Cancellation } from '../distribution/index.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import type { Output } from './output.ts';

/** A body of `POST /containers/create`, every default filled in. */
export type ParseCreate = (body: string) => {
  readonly config: ContainerConfig;
  readonly host: HostConfig;
  readonly networking: EndpointsConfig;
};

/** A command of RUN that ended with another status than 0. */
export class CommandFailed extends Error {
  readonly code: number;

  constructor(words: readonly string[], code: number) {
    super(`The command '${words.join(' ')}' returned a non-zero code: ${code}`);
    this.code = code;
  }
}

/** Makes the container of a step. It is gone with the build, whatever becomes of the daemon. */
export function createStep(
  context: Context,
  parse: ParseCreate,
  body: Readonly<Record<string, unknown>>,
): Container {
  const { config, host, networking } = parse(JSON.stringify(body));
  return create(context, undefined, config, host, networking, { build: true }).container;
}

/**
 * Runs the container of a RUN to its end, its output going to the client.
 * @throws CommandFailed, the reason of the cancellation, or why it could not start
 */
export async function runStep(
  context: Context,
  container: Container,
  output: Output,
  signal: Cancellation,
): Promise<void> {
  const { sys } = context;
  const [ours, theirs] = await socketPair(sys, `/run/bottle/build-${container.id.slice(0, 12)}`);
  const ended = new Promise<number>((resolve) => {
    once(context.exits, container.id, resolve);
  });
  const forget = signal.onCancel(() => {
    context.shims.get(container.id)?.kill(9);
  });
  const shown = show(sys, ours, output);
  try {
    const flags = ATTACH_STDOUT | ATTACH_STDERR | ATTACH_FRAMED;
    await attach(context, container, {
      fd: theirs,
      flags,
      detachKeys: new Uint8Array(0),
      rest: new Uint8Array(0),
    });
    await start(context, container);
    // Cancelled while it started: the kill had nobody to go to.
    if (signal.cancelled) context.shims.get(container.id)?.kill(9);
    const status = await ended;
    await shown;
    signal.check();
    const { Entrypoint, Cmd } = container.config;
    if (status !== 0) throw new CommandFailed([...(Entrypoint ?? []), ...(Cmd ?? [])], status);
  } finally {
    forget();
    await closeQuietly(shown, sys, ours);
  }
}

/** Removes a step's container, running or not. */
export async function removeStep(context: Context, container: Container): Promise<void> {
  await removeForced(context, container, { force: true, volumes: true });
}

async function closeQuietly(shown: Promise<void>, sys: Sys, fd: Fd): Promise<void> {
  sys.close(fd);
  await shown.catch(() => undefined);
}

const CHUNK = 65536;
const HEAD = 8;
const STDERR = 2;

/** Passes frames on until the other side ends. */
async function show(sys: Sys, fd: Fd, output: Output): Promise<void> {
  let rest = new Uint8Array(0);
  for (;;) {
    const data = await sys.read(fd, CHUNK);
    if (data.byteLength === 0) return;
    const joined = new Uint8Array(rest.length + data.byteLength);
    joined.set(rest);
    joined.set(new Uint8Array(data), rest.length);
    let at = 0;
    while (joined.length - at >= HEAD) {
      const size = new DataView(joined.buffer).getUint32(at + 4);
      if (joined.length - at - HEAD < size) break;
      const text = sys.decode(joined.subarray(at + HEAD, at + HEAD + size));
      if (joined[at] === STDERR) output.complain(text);
      else output.say(text);
      at += HEAD + size;
    }
    rest = joined.slice(at);
  }
}

/** Two ends of a stream: one for the container's shim, one for us. */
async function socketPair(sys: Sys, path: string): Promise<readonly [Fd, Fd]> {
  const listener = sys.listenUnix(path, 0o600);
  try {
    const [ours, { fd }] = await Promise.all([sys.connectUnix(path), sys.accept(listener)]);
    return [ours, fd];
  } finally {
    sys.close(listener);
    sys.unlink(path);
  }
}
