import { bool } from '../flags.ts';
import { align } from '../format/table.ts';
import { checkFormat, formatFlag, formatList, type Listing } from '../format/list.ts';
import { shortId } from '../format/text.ts';
import { ago, humanSize, instant } from '../format/units.ts';
import { ellipsis } from '../format/width.ts';
import { splitReference } from '../reference.ts';
import type { ContainerSummary, ImageSummary } from '../api.ts';
import type { Command } from '../command.ts';

/** The answer of `GET /system/df`. */
interface DiskUsage {
  readonly LayersSize: number;
  readonly Images: readonly ImageSummary[] | null;
  readonly Containers: readonly ContainerSummary[] | null;
  readonly Volumes:
    | readonly {
        readonly Name: string;
        readonly UsageData: { readonly Size: number; readonly RefCount: number } | null;
      }[]
    | null;
}

interface Line {
  readonly type: string;
  readonly total: number;
  readonly active: number;
  readonly size: number;
  readonly reclaimable: number;
}

/** Shows what takes up the disk: `GET /system/df`. */
export const systemDf: Command = {
  usage: '[OPTIONS]',
  short: 'Show docker disk usage',
  arity: { min: 0, max: 0 },
  flags: () => [formatFlag(), bool('verbose', 'v', 'Show detailed information on space usage')],
  async run(cli, flags) {
    const format = flags.text('format');
    checkFormat(format);
    const usage = await cli.client.json<DiskUsage>('GET', '/system/df');
    if (flags.bool('verbose') && format === '') {
      await cli.out(verbose(usage, instant(cli.sys.timestamp())));
    } else {
      await cli.out(formatList(listing, summary(usage), format));
    }
    return 0;
  },
};

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}

function summary({ LayersSize, Images, Containers, Volumes }: DiskUsage): Line[] {
  const images = Images ?? [];
  const usedImages = images.filter(({ Containers: count = 0 }) => count > 0);
  const used = sum(usedImages, ({ Size, SharedSize = 0 }) => Size - SharedSize);
  const containers = Containers ?? [];
  const active = containers.filter(({ State }) => /^(running|paused|restarting)$/.test(State));
  const idle = containers.filter((container) => !active.includes(container));
  const volumes = Volumes ?? [];
  const free = volumes.filter(({ UsageData }) => UsageData?.RefCount === 0);
  return [
    {
      type: 'Images',
      total: images.length,
      active: usedImages.length,
      size: LayersSize,
      reclaimable: LayersSize - used,
    },
    {
      type: 'Containers',
      total: containers.length,
      active: active.length,
      size: sum(containers, ({ SizeRw = 0 }) => SizeRw),
      reclaimable: sum(idle, ({ SizeRw = 0 }) => SizeRw),
    },
    {
      type: 'Local Volumes',
      total: volumes.length,
      active: volumes.length - free.length,
      size: sum(volumes, ({ UsageData }) => UsageData?.Size ?? 0),
      reclaimable: sum(free, ({ UsageData }) => UsageData?.Size ?? 0),
    },
    { type: 'Build Cache', total: 0, active: 0, size: 0, reclaimable: 0 },
  ];
}

const listing: Listing<Line> = {
  columns: {
    Type: { heading: 'TYPE', value: ({ type }) => type },
    TotalCount: { heading: 'TOTAL', value: ({ total }) => String(total) },
    Active: { heading: 'ACTIVE', value: ({ active }) => String(active) },
    Size: { heading: 'SIZE', value: ({ size }) => humanSize(size) },
    Reclaimable: {
      heading: 'RECLAIMABLE',
      value: ({ size, reclaimable }) =>
        humanSize(reclaimable) +
        (size > 0 ? ` (${String(Math.trunc((reclaimable * 100) / size))}%)` : ''),
    },
  },
  table: ['Type', 'TotalCount', 'Active', 'Size', 'Reclaimable'],
  type: '*formatter.diskUsageContext',
};

/** Everything, each in a table of its own. */
function verbose({ Images, Containers, Volumes }: DiskUsage, now: number): string {
  const since = (seconds: number): string => ago(new Date(seconds * 1000).toISOString(), now);
  const images = (Images ?? []).map((image) => {
    const { repository, tag } = splitReference(image.RepoTags?.[0] ?? '<none>:<none>');
    const shared = image.SharedSize ?? 0;
    return [
      repository,
      tag,
      shortId(image.Id),
      since(image.Created),
      humanSize(image.Size, 3), // as in the list of images; the parts of it are given more exactly
      humanSize(shared),
      humanSize(image.Size - shared),
      String(image.Containers ?? 0),
    ];
  });
  const containers = (Containers ?? []).map((container) => [
    shortId(container.Id),
    container.Image,
    `"${ellipsis(container.Command, 20)}"`,
    String((container.Mounts ?? []).filter(({ Type }) => Type === 'volume').length),
    humanSize(container.SizeRw ?? 0),
    since(container.Created),
    container.Status,
    (container.Names ?? []).map((name) => name.slice(1)).join(','),
  ]);
  const volumes = (Volumes ?? []).map(({ Name, UsageData }) => [
    Name,
    String(UsageData?.RefCount ?? 0),
    humanSize(UsageData?.Size ?? 0),
  ]);
  const table = (heading: string, rows: readonly string[][]): string =>
    align([heading.split('|'), ...rows].map((cells) => `${cells.join('\t')}\n`).join(''));
  return (
    'Images space usage:\n\n' +
    table('REPOSITORY|TAG|IMAGE ID|CREATED|SIZE|SHARED SIZE|UNIQUE SIZE|CONTAINERS', images) +
    '\nContainers space usage:\n\n' +
    table('CONTAINER ID|IMAGE|COMMAND|LOCAL VOLUMES|SIZE|CREATED|STATUS|NAMES', containers) +
    '\nLocal Volumes space usage:\n\n' +
    table('VOLUME NAME|LINKS|SIZE', volumes) +
    '\nBuild cache usage: 0B\n\n' +
    table('CACHE ID|CACHE TYPE|SIZE|CREATED|LAST USED|USAGE|SHARED', [])
  );
}
