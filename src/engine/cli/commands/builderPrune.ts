import { confirm } from '../confirm.ts';
import { bool, text } from '../flags.ts';
import { prune, pruneFlags, reclaimed } from '../prune.ts';
import type { Command } from '../command.ts';

/** Removes what builds left for the next ones: `POST /build/prune`. */
export const builderPrune: Command = {
  usage: '',
  short: 'Remove build cache',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused build cache, not just dangling ones'),
    ...pruneFlags('until=24h'),
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
    const heading = 'Deleted build cache objects';
    const given = flags.list('filter');
    const gone = await prune(cli, '/build/prune', 'CachesDeleted', heading, given, { all });
    await cli.out(gone.lines + reclaimed(gone.bytes));
    return 0;
  },
};
