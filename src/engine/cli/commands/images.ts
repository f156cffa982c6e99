import { type Columns, type Listing, checkFormat, formatFlag, formatList } from '../format/list.ts';
import { filters, shortId } from '../format/text.ts';
import { ago, goTime, humanSize, instant } from '../format/units.ts';
import { bool, filter } from '../flags.ts';
import { splitReference } from '../reference.ts';
import type { ImageSummary } from '../api.ts';
import type { Command } from '../command.ts';

const NONE = '<none>';

/** One line of the list: an image under one of its names. */
interface Row {
  readonly image: ImageSummary;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Lists images: `GET /images/json`. */
export const images: Command = {
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  short: 'List images',
  aliases: ['docker image ls', 'docker image list', 'docker images'],
  arity: { min: 0, max: 1 },
  flags: () => [
    bool('all', 'a', 'Show all images (default hides intermediate images)'),
    bool('digests', '', 'Show digests'),
    filter(),
    formatFlag(),
    bool('no-trunc', '', "Don't truncate output"),
    bool('quiet', 'q', 'Only show image IDs'),
  ],
  async run(cli, flags, [reference]) {
    const format = flags.text('format');
    checkFormat(format);
    const digests = flags.bool('digests') || /\.Digest\b/.test(format);
    const wanted = reference === undefined ? [] : [`reference=${reference}`];
    const found = await cli.client.json<ImageSummary[]>('GET', '/images/json', {
      query: { all: flags.bool('all'), filters: filters([...flags.list('filter'), ...wanted]) },
    });
    const trunc = !flags.bool('no-trunc');
    // Every name of an image is a line, also of the ids that -q prints.
    const rows = found.flatMap((image) => names(image, digests, flags.bool('digests')));
    if (flags.bool('quiet') && format === '') {
      await cli.out(rows.map(({ image }) => `${id(image, trunc)}\n`).join(''));
      return 0;
    }
    const now = instant(cli.sys.timestamp());
    await cli.out(formatList(listing(trunc, digests, now), rows, format));
    return 0;
  },
};

function listing(trunc: boolean, digests: boolean, now: number): Listing<Row> {
  const columns: Columns<Row> = {
    ID: { heading: 'IMAGE ID', value: ({ image }) => id(image, trunc) },
    Repository: { heading: 'REPOSITORY', value: ({ repository }) => repository },
    Tag: { heading: 'TAG', value: ({ tag }) => tag },
    Digest: { heading: 'DIGEST', value: ({ digest }) => digest },
    CreatedSince: {
      heading: 'CREATED',
      value: ({ image }) =>
        image.Created > 0 ? ago(new Date(image.Created * 1000).toISOString(), now) : 'N/A',
    },
    CreatedAt: { heading: 'CREATED AT', value: ({ image }) => goTime(image.Created) },
    Size: { heading: 'SIZE', value: ({ image }) => humanSize(image.Size, 3) },
    Containers: { heading: 'CONTAINERS', value: ({ image }) => count(image.Containers, String) },
    VirtualSize: { heading: 'SIZE', value: ({ image }) => humanSize(image.Size) },
    SharedSize: {
      heading: 'SHARED SIZE',
      value: ({ image }) => count(image.SharedSize, humanSize),
    },
    UniqueSize: {
      heading: 'UNIQUE SIZE',
      value: ({ image }) => count(image.SharedSize, (shared) => humanSize(image.Size - shared)),
    },
  };
  return {
    columns,
    table: ['Repository', 'Tag', ...(digests ? ['Digest'] : []), 'ID', 'CreatedSince', 'Size'],
    type: '*formatter.imageContext',
  };
}

/** The daemon says -1 for what it did not count. */
function count(value: number | undefined, show: (value: number) => string): string {
  return value === undefined || value < 0 ? 'N/A' : show(value);
}

function id(image: ImageSummary, trunc: boolean): string {
  return trunc ? shortId(image.Id) : image.Id;
}

/** @param pinnedDigests whether images without a tag show theirs: only when asked by flag */
function names(image: ImageSummary, digests: boolean, pinnedDigests: boolean): Row[] {
  const tags = (image.RepoTags ?? []).filter((name) => name !== `${NONE}:${NONE}`);
  const pinned = (image.RepoDigests ?? [])
    .filter((name) => !name.startsWith(`${NONE}@`))
    .map(splitReference);
  const rows: Row[] = [];
  for (const name of tags) {
    const { repository, tag } = splitReference(name);
    const digest = digests ? pinned.find((pin) => pin.repository === repository)?.digest : '';
    rows.push({ image, repository, tag: tag || NONE, digest: digest || NONE });
  }
  const tagged = new Set(rows.map((row) => row.repository));
  for (const { repository, digest } of pinned) {
    if (tagged.has(repository)) continue;
    rows.push({ image, repository, tag: NONE, digest: pinnedDigests ? digest : '' });
  }
  return rows.length > 0 ? rows : [{ image, repository: NONE, tag: NONE, digest: NONE }];
}
