import { each, resource } from '../each.ts';
import { text } from '../flags.ts';
import type { Command } from '../command.ts';

/** Sends containers a signal, SIGKILL unless told another: `POST /containers/…/kill`. */
export const kill: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Kill one or more running containers',
  aliases: ['docker container kill', 'docker kill'],
  arity: { min: 1 },
  flags: () => [text('signal', 's', 'Signal to send to the container')],
  run: (cli, flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('POST', `${resource('containers', name)}/kill`, {
        query: { signal: flags.text('signal') },
      });
      return name;
    }),
};
