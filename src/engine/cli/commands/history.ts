import { resource } from '../each.ts';
import { bool } from '../flags.ts';
import { type Columns, type Listing, checkFormat, formatFlag, formatList } from '../format/list.ts';
import { shortId } from '../format/text.ts';
import { ago, goTime, humanSize, instant } from '../format/units.ts';
import { ellipsis } from '../format/width.ts';
import type { Command } from '../command.ts';

/** How much of the command that made a layer is shown, in columns. */
const COMMAND_LENGTH = 45;

/** An element of `GET /images/…/history`. */
interface Layer {
  readonly Id: string;
  /** Seconds since the epoch. */
  readonly Created: number;
  readonly CreatedBy: string;
  readonly Size: number;
  readonly Comment: string;
}

/** Shows the layers of an image and what made them: `GET /images/…/history`. */
export const history: Command = {
  usage: '[OPTIONS] IMAGE',
  short: 'Show the history of an image',
  aliases: ['docker image history', 'docker history'],
  arity: { min: 1, max: 1 },
  flags: () => [
    formatFlag(),
    bool('human', 'H', 'Print sizes and dates in human readable format', true),
    bool('no-trunc', '', "Don't truncate output"),
    bool('quiet', 'q', 'Only show image IDs'),
  ],
  async run(cli, flags, [name = '']) {
    const format = flags.text('format');
    checkFormat(format);
    const layers = await cli.client.json<Layer[]>('GET', `${resource('images', name)}/history`);
    const trunc = !flags.bool('no-trunc');
    if (flags.bool('quiet') && format === '') {
      await cli.out(layers.map((layer) => `${id(layer, trunc)}\n`).join(''));
      return 0;
    }
    const now = instant(cli.sys.timestamp());
    await cli.out(formatList(listing(trunc, flags.bool('human'), now), layers, format));
    return 0;
  },
};

function listing(trunc: boolean, human: boolean, now: number): Listing<Layer> {
  const iso = (layer: Layer): string => new Date(layer.Created * 1000).toISOString();
  const since: Columns<Layer>[string] = {
    heading: human ? 'CREATED' : 'CREATED AT',
    value: (layer) =>
      layer.Created > 0 ? (human ? ago(iso(layer), now) : iso(layer).replace('.000', '')) : 'N/A',
  };
  const columns: Columns<Layer> = {
    ID: { heading: 'IMAGE', value: (layer) => id(layer, trunc) },
    CreatedSince: since,
    CreatedAt: {
      heading: 'CREATED AT',
      value: (layer) => (layer.Created > 0 ? iso(layer).replace('.000', '') : goTime(0)),
    },
    CreatedBy: { heading: 'CREATED BY', value: (layer) => createdBy(layer, trunc) },
    Size: {
      heading: 'SIZE',
      value: ({ Size }) => (human ? humanSize(Size, 3) : String(Size)),
    },
    Comment: { heading: 'COMMENT', value: ({ Comment }) => Comment },
  };
  return {
    columns,
    table: ['ID', 'CreatedSince', 'CreatedBy', 'Size', 'Comment'],
    type: '*image.historyContext',
  };
}

function id({ Id }: Layer, trunc: boolean): string {
  return trunc && Id.includes(':') ? shortId(Id) : Id;
}

function createdBy({ CreatedBy }: Layer, trunc: boolean): string {
  const line = CreatedBy.replaceAll('\t', ' ');
  return trunc ? ellipsis(line, COMMAND_LENGTH) : line;
}
