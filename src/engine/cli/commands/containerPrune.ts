import { confirm } from '../confirm.ts';
import { bool, filter } from '../flags.ts';
import { filters } from '../format/text.ts';
import { humanSize } from '../format/units.ts';
import type { Command } from '../command.ts';

/** Removes every container that does not run: `POST /containers/prune`. */
export const containerPrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove all stopped containers',
  arity: { min: 0, max: 0 },
  flags: () => [
    filter('Provide filter values (e.g. "until=<timestamp>")', ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
  ],
  async run(cli, flags) {
    if (!flags.bool('force')) {
      await confirm(
        cli,
        'WARNING! This will remove all stopped containers.\nAre you sure you want to continue?',
      );
    }
    const { ContainersDeleted: ids, SpaceReclaimed: bytes } = await cli.client.json<{
      ContainersDeleted: readonly string[] | null;
      SpaceReclaimed: number;
    }>('POST', '/containers/prune', { query: { filters: filters(flags.list('filter')) } });
    if (ids && ids.length > 0) {
      await cli.out(`Deleted Containers:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    }
    await cli.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  },
};
