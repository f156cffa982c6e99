import { confirm } from '../confirm.ts';
import { Failure } from '../failure.ts';
import { bool, filter } from '../flags.ts';
import { filters } from '../format/text.ts';
import { humanSize } from '../format/units.ts';
import { pruneImages } from './imagePrune.ts';
import { pruneVolumes } from './volume.ts';
import type { Cli, Command } from '../command.ts';

/** Removes all that nothing uses: the prunes of containers, networks, volumes and images. */
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
    const containers = await remove(cli, '/containers/prune', 'ContainersDeleted', given);
    await cli.out(listed('Deleted Containers:', containers.names));
    bytes += containers.bytes;
    const networks = await remove(cli, '/networks/prune', 'NetworksDeleted', given);
    await cli.out(listed('Deleted Networks:', networks.names));
    if (volumes) {
      const gone = await pruneVolumes(cli, given);
      await cli.out(gone.lines);
      bytes += gone.bytes;
    }
    const images = await pruneImages(cli, all, given);
    await cli.out(images.lines);
    bytes += images.bytes;
    await cli.out(`Total reclaimed space: ${humanSize(bytes)}\n`);
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

function listed(heading: string, names: readonly string[]): string {
  return names.length > 0 ? `${heading}\n${names.map((name) => `${name}\n`).join('')}\n` : '';
}

async function remove(
  cli: Cli,
  path: string,
  field: string,
  given: readonly string[],
): Promise<{ readonly names: readonly string[]; readonly bytes: number }> {
  const answer = await cli.client.json<Readonly<Record<string, unknown>>>('POST', path, {
    query: { filters: filters(given) },
  });
  const names = answer[field];
  const bytes = answer['SpaceReclaimed'];
  return {
    names: Array.isArray(names) ? names.map(String) : [],
    bytes: typeof bytes === 'number' ? bytes : 0,
  };
}
