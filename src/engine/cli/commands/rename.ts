import { resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import type { Command } from '../command.ts';

/** Gives a container another name: `POST /containers/…/rename`. */
export const rename: Command = {
  usage: 'CONTAINER NEW_NAME',
  short: 'Rename a container',
  aliases: ['docker container rename', 'docker rename'],
  arity: { min: 2, max: 2 },
  async run(cli, _flags, [from = '', to = '']) {
    if (from.trim() === '' || to.trim() === '') {
      throw new Failure('Error: Neither old nor new names may be empty');
    }
    try {
      await cli.client.send('POST', `${resource('containers', from)}/rename`, {
        query: { name: to },
      });
    } catch (error) {
      throw new Failure(`${sentence(error)}\nError: failed to rename container named ${from}`);
    }
    return 0;
  },
};
