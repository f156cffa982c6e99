import { each, resource } from '../each.ts';
import type { Command } from '../command.ts';

/** Freezes the processes of containers: `POST /containers/…/pause`. */
export const pause: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Pause all processes within one or more containers',
  aliases: ['docker container pause', 'docker pause'],
  arity: { min: 1 },
  run: (cli, _flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('POST', `${resource('containers', name)}/pause`);
      return name;
    }),
};
