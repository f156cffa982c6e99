import { confirm } from '../../confirm.ts';
import { resource } from '../../each.ts';
import { ApiError, Failure, sentence } from '../../failure.ts';
import { bool, filter } from '../../flags.ts';
import { filters } from '../../format/text.ts';
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

/** Removes networks without containers: `POST /networks/prune`. */
export const prune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove all unused networks',
  arity: { min: 0, max: 0 },
  flags: () => [
    filter('Provide filter values (e.g. "until=<timestamp>")', ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
  ],
  async run(cli, flags) {
    if (!flags.bool('force')) {
      await confirm(
        cli,
        'WARNING! This will remove all custom networks not used by at least one container.\n' +
          'Are you sure you want to continue?',
      );
    }
    const { NetworksDeleted } = await cli.client.json<{
      readonly NetworksDeleted: readonly string[] | null;
    }>('POST', '/networks/prune', { query: { filters: filters(flags.list('filter')) } });
    const names = NetworksDeleted ?? [];
    if (names.length > 0) {
      await cli.out(`Deleted Networks:\n${names.map((name) => `${name}\n`).join('')}\n`);
    }
    return 0;
  },
};
