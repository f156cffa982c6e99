import { createBody, badOptions, type CreateBody } from '../create/config.ts';
import { checkPullPolicy, createContainer } from '../create/container.ts';
import { createFlags } from '../create/flags.ts';
import type { Command } from '../command.ts';

/** Makes a container and leaves it: `POST /containers/create`. */
export const create: Command = {
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create a new container',
  aliases: ['docker container create', 'docker create'],
  arity: { min: 1 },
  interspersed: false,
  flags: createFlags,
  async run(cli, flags, args) {
    let body: CreateBody;
    try {
      checkPullPolicy(flags);
      body = createBody(cli, flags, args);
    } catch (error) {
      throw badOptions(error, 'create');
    }
    await cli.out(`${await createContainer(cli, flags, body)}\n`);
    return 0;
  },
};
