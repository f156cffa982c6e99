import { createBody, badOptions, type CreateBody } from '../create/config.ts';
import { checkPullPolicy, createContainer, startStatus } from '../create/container.ts';
import { createFlags } from '../create/flags.ts';
import { Failure, sentence } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { relay } from '../stream.ts';
import { type Undo, detachKeys, followSize, proxySignals } from '../terminal.ts';
import { awaitExit } from './wait.ts';
import type { Cli, Command } from '../command.ts';
import type { Flags } from '../flags.ts';

/** Creates, attaches, waits, starts: in this order, so that no output and no exit is missed. */
export const run: Command = {
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create and run a new container from an image',
  aliases: ['docker container run', 'docker run'],
  arity: { min: 1 },
  interspersed: false,
  flags: () => [
    ...createFlags(),
    bool('detach', 'd', 'Run container in background and print container ID'),
    text('detach-keys', '', 'Override the key sequence for detaching a container'),
    bool('sig-proxy', '', 'Proxy received signals to the process', true),
  ],
  async run(cli, flags, args) {
    let body: CreateBody;
    let keys: readonly number[];
    try {
      checkPullPolicy(flags);
      body = createBody(cli, flags, args);
      keys = detachKeys(flags.text('detach-keys'));
    } catch (error) {
      throw badOptions(error, 'run');
    }
    if (flags.bool('detach')) return await detached(cli, flags, body);
    if (body.AttachStdin && body.Tty && !cli.sys.isatty(0)) {
      throw new Failure('the input device is not a TTY');
    }
    return await attached(cli, flags, body, keys);
  },
};

async function detached(cli: Cli, flags: Flags, body: CreateBody): Promise<number> {
  if (flags.list('attach').length > 0) {
    throw new Failure('conflicting options: cannot specify both --attach and --detach');
  }
  body.AttachStdin = body.AttachStdout = body.AttachStderr = false;
  delete body.StdinOnce;
  try {
    const id = await createContainer(cli, flags, body);
    await cli.out(`${id}\n`);
    await cli.client.send('POST', `/containers/${id}/start`);
  } catch (error) {
    throw startFailure(error);
  }
  return 0;
}

async function attached(
  cli: Cli,
  flags: Flags,
  body: CreateBody,
  keys: readonly number[],
): Promise<number> {
  const undo: Undo[] = [];
  try {
    const id = await createContainer(cli, flags, body);
    if (flags.bool('sig-proxy')) undo.push(proxySignals(cli, id));
    const stream = await cli.client.hijack(`/containers/${id}/attach`, {
      query: {
        stream: true,
        stdin: body.AttachStdin,
        stdout: body.AttachStdout,
        stderr: body.AttachStderr,
        detachKeys: flags.text('detach-keys'),
      },
    });
    const exit = await awaitExit(cli, id, flags.bool('rm') ? 'removed' : 'next-exit');
    const tty = body.Tty ?? false;
    // Listening comes first: the container may be done before its start is answered.
    const started = cli.client.send('POST', `/containers/${id}/start`);
    const ended = relay(cli, stream, {
      tty,
      stdin: body.AttachStdin,
      detachKeys: keys,
      proxied: flags.bool('sig-proxy'),
      started,
    });
    const sized = started.then(() => {
      if (tty) undo.push(followSize(cli, `/containers/${id}`));
    });
    sized.catch(() => undefined); // The relay ends with the same error, and gives the terminal back.
    const end = await ended;
    await sized;
    if (end === 'detached') return 0;
    return await exit.status();
  } catch (error) {
    throw startFailure(error);
  } finally {
    for (const each of undo) each();
  }
}

/** Docker's words around whatever kept the container from running. */
function startFailure(error: unknown): unknown {
  if (!(error instanceof Failure)) return error;
  const message = sentence(error);
  return new Failure(
    `docker: ${message}\n\nRun 'docker run --help' for more information`,
    startStatus(message),
  );
}
