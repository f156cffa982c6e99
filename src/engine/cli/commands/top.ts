import { align } from '../format/table.ts';
import { resource } from '../each.ts';
import type { Command } from '../command.ts';

/** Shows the processes of a container as the machine sees them: `GET /containers/…/top`. */
export const top: Command = {
  usage: 'CONTAINER [ps OPTIONS]',
  short: 'Display the running processes of a container',
  aliases: ['docker container top', 'docker top'],
  arity: { min: 1 },
  interspersed: false,
  async run(cli, _flags, [name = '', ...args]) {
    const { Titles, Processes } = await cli.client.json<{
      Titles: readonly string[];
      Processes: readonly (readonly string[])[] | null;
    }>('GET', `${resource('containers', name)}/top`, { query: { ps_args: args.join(' ') } });
    const lines = [Titles, ...(Processes ?? [])].map((row) => `${row.join('\t')}\n`);
    await cli.out(align(lines.join(''), { minWidth: 20, padding: 3 }));
    return 0;
  },
};
