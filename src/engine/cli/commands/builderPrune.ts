import { confirm } from '../confirm.ts';
import { bool, filter, text } from '../flags.ts';
import { filters } from '../format/text.ts';
import { humanSize } from '../format/units.ts';
import type { Command } from '../command.ts';

/** Removes what builds left for the next ones: `POST /build/prune`. */
export const builderPrune: Command = {
  usage: '',
  short: 'Remove build cache',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused build cache, not just dangling ones'),
    filter('Provide filter values (e.g. "until=24h")', ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
    text('keep-storage', '', 'Amount of disk space to keep for cache', { type: 'bytes' }),
  ],
  async run(cli, flags) {
    const all = flags.bool('all');
    if (!flags.bool('force')) {
      await confirm(
        cli,
        `WARNING! This will remove all ${all ? '' : 'dangling '}build cache. Are you sure you want to continue?`,
      );
    }
    const { CachesDeleted: ids, SpaceReclaimed: bytes } = await cli.client.json<{
      CachesDeleted: readonly string[] | null;
      SpaceReclaimed: number;
    }>('POST', '/build/prune', { query: { all, filters: filters(flags.list('filter')) } });
    if (ids && ids.length > 0) {
      await cli.out(`Deleted build cache objects:\n${ids.map((id) => `${id}\n`).join('')}\n`);
    }
    await cli.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  },
};
