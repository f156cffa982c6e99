import { each, resource } from '../each.ts';
import type { Command } from '../command.ts';

/** Lets the processes of paused containers go on: `POST /containers/…/unpause`. */
export const unpause: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Unpause all processes within one or more containers',
  aliases: ['docker container unpause', 'docker unpause'],
  arity: { min: 1 },
  run: (cli, _flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('POST', `${resource('containers', name)}/unpause`);
      return name;
    }),
};
