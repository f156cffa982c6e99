import { asRecord } from '../create/files.ts';
import { each, resource } from '../each.ts';
import { Failure } from '../failure.ts';
import { bool, filter, list, text } from '../flags.ts';
import { checkFormat, formatFlag, formatList, type Listing } from '../format/list.ts';
import { filters, label, labels } from '../format/text.ts';
import { confirmPrune, prune, pruneFlags, reclaimed, type Pruned } from '../prune.ts';
import { inspectOf } from './inspect.ts';
import type { Cli, Command, Group } from '../command.ts';

/** An element of `GET /volumes`. */
interface VolumeSummary {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Scope: string;
}

const create: Command = {
  usage: '[OPTIONS] [VOLUME]',
  short: 'Create a volume',
  arity: { min: 0, max: 1 },
  flags: () => [
    text('driver', 'd', 'Specify volume driver name', { fallback: 'local' }),
    list('label', '', 'Set metadata for a volume'),
    list('opt', 'o', 'Set driver specific options', { type: 'map' }),
    text('name', '', 'Specify volume name'),
  ],
  async run(cli, flags, [name = '']) {
    if (name !== '' && flags.changed('name')) {
      throw new Failure(
        'conflicting options: cannot specify a volume name through both --name and as a positional arg',
      );
    }
    const made = await cli.client.json<VolumeSummary>('POST', '/volumes/create', {
      body: {
        Name: name || flags.text('name'),
        Driver: flags.text('driver'),
        DriverOpts: asRecord(flags.list('opt')),
        Labels: asRecord(flags.list('label')),
      },
    });
    await cli.out(`${made.Name}\n`);
    return 0;
  },
};

const ls: Command = {
  usage: '[OPTIONS]',
  short: 'List volumes',
  aliases: ['docker volume ls', 'docker volume list'],
  arity: { min: 0, max: 0 },
  flags: () => [
    filter('Provide filter values (e.g. "dangling=true")'),
    formatFlag(),
    bool('quiet', 'q', 'Only display volume names'),
  ],
  async run(cli, flags) {
    const format = flags.text('format');
    checkFormat(format);
    const { Volumes } = await cli.client.json<{ Volumes: VolumeSummary[] | null }>(
      'GET',
      '/volumes',
      { query: { filters: filters(flags.list('filter')) } },
    );
    const found = Volumes ?? [];
    if (flags.bool('quiet') && format === '') {
      await cli.out(found.map(({ Name }) => `${Name}\n`).join(''));
    } else {
      await cli.out(formatList(listing, found, format));
    }
    return 0;
  },
};

const NOT_COUNTED = 'N/A';

const listing: Listing<VolumeSummary> = {
  columns: {
    Name: { heading: 'VOLUME NAME', value: ({ Name }) => Name },
    Driver: { heading: 'DRIVER', value: ({ Driver }) => Driver },
    Scope: { heading: 'SCOPE', value: ({ Scope }) => Scope },
    Mountpoint: { heading: 'MOUNTPOINT', value: ({ Mountpoint }) => Mountpoint },
    Labels: { heading: 'LABELS', value: ({ Labels }) => labels(Labels) },
    Label: { heading: 'LABEL', value: ({ Labels }) => label(Labels) },
    Links: { heading: 'LINKS', value: () => NOT_COUNTED },
    Size: { heading: 'SIZE', value: () => NOT_COUNTED },
  },
  table: ['Driver', 'Name'],
  type: '*formatter.volumeContext',
};

const rm: Command = {
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Remove one or more volumes',
  aliases: ['docker volume rm', 'docker volume remove'],
  arity: { min: 1 },
  flags: () => [bool('force', 'f', 'Force the removal of one or more volumes')],
  run: (cli, flags, names) =>
    each(cli, names, async (name) => {
      await cli.client.send('DELETE', resource('volumes', name), {
        query: { force: flags.bool('force') },
      });
      return name;
    }),
};

const volumePrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove unused local volumes',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused volumes, not just anonymous ones'),
    ...pruneFlags('label=<label>'),
  ],
  async run(cli, flags) {
    const all = flags.bool('all');
    const what = `${all ? 'all' : 'anonymous'} local volumes not used by at least one container`;
    await confirmPrune(cli, flags, what);
    const given = [...flags.list('filter'), ...(all ? ['all=true'] : [])];
    const { lines, bytes } = await pruneVolumes(cli, given);
    await cli.out(lines + reclaimed(bytes));
    return 0;
  },
};

/** Removes unused volumes. */
export function pruneVolumes(cli: Cli, given: readonly string[]): Promise<Pruned> {
  return prune(cli, '/volumes/prune', 'VolumesDeleted', 'Deleted Volumes', given);
}

/** `docker volume`. */
export const volume: Group = {
  short: 'Manage volumes',
  commands: { create, inspect: inspectOf('volume'), ls, prune: volumePrune, rm },
  hidden: { list: 'ls', remove: 'rm' },
};
