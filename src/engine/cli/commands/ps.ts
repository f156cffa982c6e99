import { type Columns, type Listing, checkFormat, formatFlag, formatList } from '../format/list.ts';
import { displayPorts } from '../format/ports.ts';
import { filters, label, labels, shortId } from '../format/text.ts';
import { goTime, humanDuration, humanSize, instant } from '../format/units.ts';
import { ellipsis } from '../format/width.ts';
import { bool, filter, int } from '../flags.ts';
import type { ContainerSummary } from '../api.ts';
import type { Command } from '../command.ts';

/** How much of the command a table shows, in columns. */
const COMMAND_LENGTH = 20;
/** How much of a mount's name a table shows. */
const MOUNT_LENGTH = 15;

/** Lists containers: `GET /containers/json`. */
export const ps: Command = {
  usage: '[OPTIONS]',
  short: 'List containers',
  aliases: ['docker container ls', 'docker container list', 'docker container ps', 'docker ps'],
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Show all containers (default shows just running)'),
    filter(),
    formatFlag(),
    int('last', 'n', 'Show n last created containers (includes all states)', -1),
    bool('latest', 'l', 'Show the latest created container (includes all states)'),
    bool('no-trunc', '', "Don't truncate output"),
    bool('quiet', 'q', 'Only display container IDs'),
    bool('size', 's', 'Display total file sizes'),
  ],
  async run(cli, flags) {
    const format = flags.text('format');
    checkFormat(format);
    // Sizes cost the daemon a walk over every layer: only when they are shown.
    const size = flags.bool('size') || /\.Size\b|\bjson \.(?=[\s|}])/.test(format);
    const limit = flags.bool('latest') && !flags.changed('last') ? 1 : flags.int('last');
    const containers = await cli.client.json<ContainerSummary[]>('GET', '/containers/json', {
      query: {
        all: flags.bool('all'),
        size,
        limit: limit > 0 ? limit : undefined,
        filters: filters(flags.list('filter')),
      },
    });
    const trunc = !flags.bool('no-trunc');
    if (flags.bool('quiet') && format === '') {
      await cli.out(containers.map(({ Id }) => `${trunc ? shortId(Id) : Id}\n`).join(''));
      return 0;
    }
    const now = instant(cli.sys.timestamp());
    await cli.out(formatList(listing(trunc, size, now), containers, format));
    return 0;
  },
};

function listing(trunc: boolean, size: boolean, now: number): Listing<ContainerSummary> {
  const columns: Columns<ContainerSummary> = {
    ID: { heading: 'CONTAINER ID', value: ({ Id }) => (trunc ? shortId(Id) : Id) },
    Names: { heading: 'NAMES', value: (container) => names(container, trunc) },
    Image: { heading: 'IMAGE', value: (container) => image(container, trunc) },
    Command: {
      heading: 'COMMAND',
      value: ({ Command }) => `"${trunc ? ellipsis(Command, COMMAND_LENGTH) : Command}"`,
    },
    CreatedAt: { heading: 'CREATED AT', value: ({ Created }) => goTime(Created) },
    RunningFor: {
      heading: 'CREATED',
      value: ({ Created }) => `${humanDuration(now - Created * 1000)} ago`,
    },
    Ports: { heading: 'PORTS', value: ({ Ports }) => displayPorts(Ports ?? []) },
    State: { heading: 'STATE', value: ({ State }) => State },
    Status: { heading: 'STATUS', value: ({ Status }) => Status },
    Size: { heading: 'SIZE', value: sizes },
    Labels: { heading: 'LABELS', value: ({ Labels }) => labels(Labels) },
    Label: { heading: '', value: ({ Labels }) => label(Labels) },
    Mounts: { heading: 'MOUNTS', value: (container) => mounts(container, trunc) },
    LocalVolumes: {
      heading: 'LOCAL VOLUMES',
      value: ({ Mounts }) => String((Mounts ?? []).filter((m) => m.Driver === 'local').length),
    },
    Networks: {
      heading: 'NETWORKS',
      value: ({ NetworkSettings }) =>
        Object.keys(NetworkSettings?.Networks ?? {})
          .toSorted()
          .join(','),
    },
    Platform: { heading: 'PLATFORM', value: () => null },
  };
  const table = ['ID', 'Image', 'Command', 'RunningFor', 'Status', 'Ports', 'Names'];
  return {
    columns,
    table: size ? [...table, 'Size'] : table,
    type: '*formatter.ContainerContext',
  };
}

/** Names without their slash; the names that links gave are shown only in full listings. */
function names({ Names }: ContainerSummary, trunc: boolean): string {
  const plain = (Names ?? []).map((name) => name.slice(1));
  return (trunc ? plain.filter((name) => !name.includes('/')) : plain).join(',');
}

function image({ Image, ImageID }: ContainerSummary, trunc: boolean): string {
  if (Image === '') return '<no image>';
  if (!trunc) return Image;
  if (shortId(ImageID) === shortId(Image)) return shortId(Image);
  // A pinned digest takes half a line and says nothing to the eye.
  const [name = '', digest] = Image.split('@');
  return digest === undefined ? Image : name;
}

function sizes({ SizeRw = 0, SizeRootFs = 0 }: ContainerSummary): string {
  const own = humanSize(SizeRw, 3);
  return SizeRootFs > 0 ? `${own} (virtual ${humanSize(SizeRootFs, 3)})` : own;
}

function mounts({ Mounts }: ContainerSummary, trunc: boolean): string {
  return (Mounts ?? [])
    .map(({ Name, Source }) => Name || Source || '')
    .map((name) => (trunc ? ellipsis(name, MOUNT_LENGTH) : name))
    .join(',');
}
