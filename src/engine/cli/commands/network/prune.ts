import { confirmPrune, prune, pruneFlags, type Pruned } from '../../prune.ts';
import type { Cli, Command } from '../../command.ts';

/** Removes networks without containers: `POST /networks/prune`. */
export const networkPrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove all unused networks',
  arity: { min: 0, max: 0 },
  flags: () => pruneFlags('until=<timestamp>'),
  async run(cli, flags) {
    const what = 'all custom networks not used by at least one container';
    await confirmPrune(cli, flags, what);
    await cli.out((await pruneNetworks(cli, flags.list('filter'))).lines);
    return 0;
  },
};

export function pruneNetworks(cli: Cli, given: readonly string[]): Promise<Pruned> {
  return prune(cli, '/networks/prune', 'NetworksDeleted', 'Deleted Networks', given);
}
