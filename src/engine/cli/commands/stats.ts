import { type Columns, type Listing, checkFormat, formatFlag, formatList } from '../format/list.ts';
import { bytesSize, humanSize } from '../format/units.ts';
import { shortId } from '../format/text.ts';
import { bool } from '../flags.ts';
import { StatsFeed, type Row } from '../stats/feed.ts';
import type { Command } from '../command.ts';

/** How often the screen is drawn, in ms. */
const REDRAW = 500;

/** To the upper left corner; the rest of the line; the rest of the screen (ECMA-48). */
const HOME = '\x1b[H';
const CLEAR_LINE = '\x1b[K';
const CLEAR_REST = '\x1b[J';

/** Shows what containers use, again and again: `GET /containers/…/stats`. */
export const stats: Command = {
  usage: '[OPTIONS] [CONTAINER...]',
  short: 'Display a live stream of container(s) resource usage statistics',
  aliases: ['docker container stats', 'docker stats'],
  arity: { min: 0 },
  flags: () => [
    bool('all', 'a', 'Show all containers (default shows just running)'),
    formatFlag(),
    bool('no-stream', '', 'Disable streaming stats and only pull the first result'),
    bool('no-trunc', '', 'Do not truncate output'),
  ],
  async run(cli, flags, names) {
    const format = flags.text('format');
    checkFormat(format);
    const columns = listing(!flags.bool('no-trunc'));
    const once = flags.bool('no-stream');
    const feed = new StatsFeed(cli, { once, all: flags.bool('all') });
    await feed.begin(names);
    if (once) {
      await cli.out(formatList(columns, feed.rows(), format));
      return 0;
    }
    while (feed.alive) {
      const text = formatList(columns, feed.rows(), format);
      const lines = text.split('\n').map((line) => `${line}${CLEAR_LINE}\n`);
      await cli.out(`${HOME}${lines.join('')}${CLEAR_REST}`);
      await Promise.race([
        feed.ended,
        new Promise<void>((resolve) => {
          cli.sys.setTimer(REDRAW, resolve);
        }),
      ]);
    }
    return 0;
  },
};

const NONE = '--';

function listing(trunc: boolean): Listing<Row> {
  const shown =
    (value: (usage: NonNullable<Row['usage']>) => string, none = NONE) =>
    ({ usage }: Row): string =>
      usage ? value(usage) : none;
  const pair = (left: string, right: string): string => `${left} / ${right}`;
  const NO_PAIR = pair(NONE, NONE);
  const columns: Columns<Row> = {
    BlockIO: {
      heading: 'BLOCK I/O',
      value: shown(({ read, written }) => pair(humanSize(read, 3), humanSize(written, 3)), NO_PAIR),
    },
    CPUPerc: { heading: 'CPU %', value: shown(({ cpu }) => `${cpu.toFixed(2)}%`) },
    Container: { heading: 'CONTAINER', value: ({ asked }) => asked },
    ID: { heading: 'CONTAINER ID', value: ({ id }) => (trunc ? shortId(id) : id) },
    MemPerc: { heading: 'MEM %', value: shown(({ share }) => `${share.toFixed(2)}%`) },
    MemUsage: {
      heading: 'MEM USAGE / LIMIT',
      value: shown(({ memory, limit }) => pair(bytesSize(memory), bytesSize(limit)), NO_PAIR),
    },
    Name: { heading: 'NAME', value: ({ name }) => (name === '' ? NONE : name) },
    NetIO: {
      heading: 'NET I/O',
      value: shown(
        ({ received, sent }) => pair(humanSize(received, 3), humanSize(sent, 3)),
        NO_PAIR,
      ),
    },
    PIDs: { heading: 'PIDS', value: shown(({ pids }) => String(pids)) },
  };
  return {
    columns,
    table: ['ID', 'Name', 'CPUPerc', 'MemUsage', 'MemPerc', 'NetIO', 'BlockIO', 'PIDs'],
    type: '*container.statsContext',
  };
}
