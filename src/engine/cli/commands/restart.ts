import { each, resource } from '../each.ts';
import { stopFlags, stopQuery } from './stop.ts';
import type { Command } from '../command.ts';

/** Stops and starts containers: `POST /containers/…/restart`. */
export const restart: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Restart one or more containers',
  aliases: ['docker container restart', 'docker restart'],
  arity: { min: 1 },
  flags: stopFlags,
  run: (cli, flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('POST', `${resource('containers', name)}/restart`, {
        query: stopQuery(flags),
      });
      return name;
    }),
};
