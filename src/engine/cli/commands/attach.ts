import { resource } from '../each.ts';
import { Failure } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { relay } from '../stream.ts';
import { type Undo, detachKeys, followSize, proxySignals } from '../terminal.ts';
import { awaitExit } from './wait.ts';
import type { ContainerDetails } from '../api.ts';
import type { Command } from '../command.ts';

/** Joins a running container's streams: `POST /containers/…/attach`. */
export const attach: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: 'Attach local standard input, output, and error streams to a running container',
  aliases: ['docker container attach', 'docker attach'],
  arity: { min: 1, max: 1 },
  flags: () => [
    text('detach-keys', '', 'Override the key sequence for detaching a container'),
    bool('no-stdin', '', 'Do not attach STDIN'),
    bool('sig-proxy', '', 'Proxy all received signals to the process', true),
  ],
  async run(cli, flags, [name = '']) {
    const keys = detachKeys(flags.text('detach-keys'));
    const details = await cli.client.json<ContainerDetails>(
      'GET',
      `${resource('containers', name)}/json`,
    );
    const { Id: id, State: state } = details;
    if (!state.Running)
      throw new Failure('You cannot attach to a stopped container, start it first');
    if (state.Paused)
      throw new Failure('You cannot attach to a paused container, unpause it first');
    if (state.Restarting) {
      throw new Failure('You cannot attach to a restarting container, wait until it is running');
    }
    const { Tty: tty, OpenStdin: open } = details.Config;
    const stdin = open && !flags.bool('no-stdin');
    if (tty && stdin && !cli.sys.isatty(0)) throw new Failure('the input device is not a TTY');
    const undo: Undo[] = [];
    try {
      if (flags.bool('sig-proxy') && !tty) undo.push(proxySignals(cli, id));
      const exit = await awaitExit(cli, id);
      const stream = await cli.client.hijack(`/containers/${id}/attach`, {
        query: {
          stream: true,
          stdin,
          stdout: true,
          stderr: true,
          detachKeys: flags.text('detach-keys'),
        },
      });
      if (tty) undo.push(followSize(cli, `/containers/${id}`));
      const end = await relay(cli, stream, { tty, stdin, detachKeys: keys });
      if (end === 'detached') throw new Failure('read escape sequence');
      return await exit.status();
    } finally {
      for (const each of undo) each();
    }
  },
};
