import type { ChangeView, LayersView } from '../../../protocol/bottle.ts';
import { resource } from '../each.ts';
import { align } from '../format/table.ts';
import { humanSize } from '../format/units.ts';
import type { Command } from '../command.ts';

const LETTERS = { added: 'A', modified: 'C', removed: 'D' } as const;

/** Shows the layers that a container stands on, and what it changed in its own. */
export const layers: Command = {
  usage: 'CONTAINER',
  short: 'Show the layers of a container and what it changed in the top one',
  arity: { min: 1, max: 1 },
  async run(cli, _, [name = '']) {
    const view = await cli.client.json<LayersView>(
      'GET',
      `/bottle${resource('containers', name)}/layers`,
    );
    const { upper, lower, merged } = view;
    const rows = [
      ...(merged === null ? [] : [['merged', '', merged]]),
      ['upper', humanSize(upper.size), upper.path],
      ...lower.map(({ chainId, size, path, containers }) => [
        named(chainId, containers.length),
        humanSize(size),
        path,
      ]),
    ];
    const lines = rows.map((row) => row.join('\t')).join('\n');
    await cli.out(align(`LAYER\tSIZE\tDIRECTORY\n${lines}\n`, { minWidth: 6 }));
    if (upper.changes.length > 0) await cli.out(`\n${changes(upper.changes)}`);
    if (upper.truncated) await cli.out('… and more\n');
    return 0;
  },
};

function named(chainId: string, containers: number): string {
  if (chainId === '') return 'mount points';
  return containers > 1 ? `lower (of ${containers} containers)` : 'lower';
}

function changes(list: readonly ChangeView[]): string {
  const rows = list.map(({ kind, path, means, type, size }) =>
    [LETTERS[kind], means, type === 'file' ? humanSize(size) : '', path].join('\t'),
  );
  return align(`CHANGE\tBY\tSIZE\tPATH\n${rows.join('\n')}\n`, { minWidth: 6 });
}
