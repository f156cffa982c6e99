import { confirm } from '../confirm.ts';
import { bool, text } from '../flags.ts';
import { prune, pruneFlags, reclaimed, type Pruned } from '../prune.ts';
import type { Cli, Command } from '../command.ts';

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
    const { lines, bytes } = await pruneCache(cli, all, flags.list('filter'));
    await cli.out(lines + reclaimed(bytes));
    return 0;
  },
};

/** Removes what no build needs to go on, or with `all` whatever it would find again. */
export function pruneCache(cli: Cli, all: boolean, given: readonly string[]): Promise<Pruned> {
  const heading = 'Deleted build cache objects';
  return prune(cli, '/build/prune', 'CachesDeleted', heading, given, { all });
}
