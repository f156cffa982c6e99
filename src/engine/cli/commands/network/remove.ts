import { resource } from '../../each.ts';
import { ApiError, Failure, sentence } from '../../failure.ts';
import { bool } from '../../flags.ts';
import type { Command } from '../../command.ts';

/** Removes networks: `DELETE /networks/…`. */
export const rm: Command = {
  usage: 'NETWORK [NETWORK...]',
  short: 'Remove one or more networks',
  aliases: ['docker network rm', 'docker network remove'],
  arity: { min: 1 },
  flags: () => [bool('force', 'f', 'Do not error if the network does not exist')],
  async run(cli, flags, names) {
    let status = 0;
    for (const name of names) {
      try {
        await cli.client.send('DELETE', resource('networks', name));
        await cli.out(`${name}\n`);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        const absent = error instanceof ApiError && error.code === 404;
        if (absent && flags.bool('force')) continue;
        await cli.err(`${sentence(error)}\n`);
        status = 1;
      }
    }
    if (status !== 0) throw new Failure(`exit status ${status}`, status);
    return 0;
  },
};
