import { each, resource } from '../each.ts';
import { type Flags, type FlagSpec, hidden, int, text } from '../flags.ts';
import type { Command } from '../command.ts';

/** Asks containers to end, and kills them when they do not: `POST /containers/…/stop`. */
export const stop: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Stop one or more running containers',
  aliases: ['docker container stop', 'docker stop'],
  arity: { min: 1 },
  flags: stopFlags,
  run: (cli, flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('POST', `${resource('containers', name)}/stop`, {
        query: stopQuery(flags),
      });
      return name;
    }),
};

/** Also restart's. */
export function stopFlags(): readonly FlagSpec[] {
  const timeout = int('timeout', 't', 'Seconds to wait before killing the container');
  return [text('signal', 's', 'Signal to send to the container'), timeout, hidden(timeout, 'time')];
}

/** What the flags ask for. */
export function stopQuery(flags: Flags): { signal: string; t: number | undefined } {
  return {
    signal: flags.text('signal'),
    t: flags.changed('timeout') ? flags.int('timeout') : undefined,
  };
}
