import type { NamespacesView } from '../../../protocol/bottle.ts';
import { resource } from '../each.ts';
import { align } from '../format/table.ts';
import { bool } from '../flags.ts';
import type { Command } from '../command.ts';

/** Digits of an id that tell containers apart. */
const SHORT = 12;

/** Shows a container's namespaces and who else is in them. */
export const ns: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: 'Show the namespaces of a running container and who shares them',
  arity: { min: 1, max: 1 },
  flags: () => [bool('no-trunc', '', "Don't truncate output")],
  async run(cli, flags, [name = '']) {
    const view = await cli.client.json<NamespacesView>(
      'GET',
      `/bottle${resource('containers', name)}/namespaces`,
    );
    const id = (whole: string): string => (flags.bool('no-trunc') ? whole : whole.slice(0, SHORT));
    const rows = view.namespaces.map(({ type, inode, path, host, sharedWith }) => {
      const sharers = [...(host ? ['the host'] : []), ...sharedWith.map(id)];
      return [type, String(inode), sharers.join(', ') || 'nobody', path].join('\t');
    });
    await cli.out(
      align(`NAMESPACE\tINODE\tSHARED WITH\tFILE\n${rows.join('\n')}\n`, { minWidth: 6 }),
    );
    return 0;
  },
};
