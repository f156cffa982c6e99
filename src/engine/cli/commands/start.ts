import { each, resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { relay } from '../stream.ts';
import { type Undo, detachKeys, followSize, proxySignals } from '../terminal.ts';
import { awaitExit } from './wait.ts';
import type { ContainerDetails } from '../api.ts';
import type { Cli, Command } from '../command.ts';
import type { Flags } from '../flags.ts';

/** Starts containers that exist: `POST /containers/…/start`. */
export const start: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Start one or more stopped containers',
  aliases: ['docker container start', 'docker start'],
  arity: { min: 1 },
  flags: () => [
    bool('attach', 'a', 'Attach STDOUT/STDERR and forward signals'),
    text('detach-keys', '', 'Override the key sequence for detaching a container'),
    bool('interactive', 'i', "Attach container's STDIN"),
  ],
  async run(cli, flags, names) {
    if (flags.bool('attach') || flags.bool('interactive')) {
      const [name = '', ...more] = names;
      if (more.length > 0)
        throw new Failure('you cannot start and attach multiple containers at once');
      return await startAttached(cli, flags, name);
    }
    const failed: string[] = [];
    try {
      return await each(cli, names, async (name) => {
        try {
          await cli.client.send('POST', `${resource('containers', name)}/start`);
        } catch (error) {
          failed.push(name);
          throw error;
        }
        return name;
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const list = names.filter((name) => failed.includes(name)).join(', ');
      throw new Failure(`${sentence(error)}\nError: failed to start containers: ${list}`);
    }
  },
};

async function startAttached(cli: Cli, flags: Flags, name: string): Promise<number> {
  const keys = detachKeys(flags.text('detach-keys'));
  const path = resource('containers', name);
  const details = await cli.client.json<ContainerDetails>('GET', `${path}/json`);
  const { Tty: tty, OpenStdin: open } = details.Config;
  const stdin = flags.bool('interactive') && open;
  const undo: Undo[] = [];
  try {
    if (!tty) undo.push(proxySignals(cli, details.Id));
    const stream = await cli.client.hijack(`/containers/${details.Id}/attach`, {
      query: {
        stream: true,
        stdin,
        stdout: true,
        stderr: true,
        detachKeys: flags.text('detach-keys'),
      },
    });
    const exit = await awaitExit(
      cli,
      details.Id,
      details.HostConfig?.AutoRemove ? 'removed' : 'next-exit',
    );
    const started = cli.client.send('POST', `/containers/${details.Id}/start`);
    const ended = relay(cli, stream, { tty, stdin, detachKeys: keys, started });
    const sized = started.then(() => {
      if (tty) undo.push(followSize(cli, `/containers/${details.Id}`));
    });
    sized.catch(() => undefined); // The relay ends with the same error, and gives the terminal back.
    const end = await ended;
    await sized;
    if (end === 'detached') return 0;
    return await exit.status();
  } finally {
    for (const each of undo) each();
  }
}
