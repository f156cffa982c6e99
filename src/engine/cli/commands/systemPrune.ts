import { confirm } from '../confirm.ts';
import { Failure } from '../failure.ts';
import { bool, filter } from '../flags.ts';
import { reclaimed } from '../prune.ts';
import { pruneCache } from './builderPrune.ts';
import { pruneContainers } from './containerPrune.ts';
import { pruneImages } from './imagePrune.ts';
import { pruneNetworks } from './network/prune.ts';
import { pruneVolumes } from './volume.ts';
import type { Cli, Command } from '../command.ts';

/** Removes all that nothing uses: the prunes of containers, networks, volumes, images and the build cache. */
export const systemPrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove unused data',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused images not just dangling ones'),
    filter('Provide filter values (e.g. "label=<key>=<value>")', ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
    bool('volumes', '', 'Prune anonymous volumes'),
  ],
  async run(cli, flags) {
    const all = flags.bool('all');
    const volumes = flags.bool('volumes');
    const given = flags.list('filter');
    if (volumes && given.some((pair) => pair.startsWith('until='))) {
      throw new Failure('ERROR: The "until" filter is not supported with "--volumes"');
    }
    if (!flags.bool('force')) await confirm(cli, warning(all, volumes, given));
    let bytes = 0;
    const kinds = [
      pruneContainers,
      pruneNetworks,
      ...(volumes ? [pruneVolumes] : []),
      (cli: Cli, given: readonly string[]) => pruneImages(cli, all, given),
      (cli: Cli, given: readonly string[]) => pruneCache(cli, all, given),
    ];
    for (const kind of kinds) {
      const gone = await kind(cli, given);
      await cli.out(gone.lines);
      bytes += gone.bytes;
    }
    await cli.out(reclaimed(bytes));
    return 0;
  },
};

function warning(all: boolean, volumes: boolean, given: readonly string[]): string {
  const lines = [
    'all stopped containers',
    'all networks not used by at least one container',
    ...(volumes ? ['all anonymous volumes not used by at least one container'] : []),
    all ? 'all images without at least one container associated to them' : 'all dangling images',
    all ? 'all build cache' : 'unused build cache',
  ];
  const filtered =
    given.length > 0
      ? `\n  Items to be pruned will be filtered with:\n${given.map((one) => `  - ${one}\n`).join('')}`
      : '';
  return (
    `WARNING! This will remove:\n${lines.map((line) => `  - ${line}\n`).join('')}${filtered}\n` +
    'Are you sure you want to continue?'
  );
}
