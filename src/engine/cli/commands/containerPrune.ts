import { confirmPrune, prune, pruneFlags, reclaimed, type Pruned } from '../prune.ts';
import type { Cli, Command } from '../command.ts';

/** Removes every container that does not run: `POST /containers/prune`. */
export const containerPrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove all stopped containers',
  arity: { min: 0, max: 0 },
  flags: () => pruneFlags('until=<timestamp>'),
  async run(cli, flags) {
    await confirmPrune(cli, flags, 'all stopped containers');
    const { lines, bytes } = await pruneContainers(cli, flags.list('filter'));
    await cli.out(lines + reclaimed(bytes));
    return 0;
  },
};

export function pruneContainers(cli: Cli, given: readonly string[]): Promise<Pruned> {
  return prune(cli, '/containers/prune', 'ContainersDeleted', 'Deleted Containers', given);
}
