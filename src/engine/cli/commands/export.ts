import { resource } from '../each.ts';
import { text } from '../flags.ts';
import { outputOf, writeBody } from '../output.ts';
import type { Command } from '../command.ts';

/** Writes a container's files as a tar: `GET /containers/…/export`. */
export const exportCommand: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  aliases: ['docker container export', 'docker export'],
  arity: { min: 1, max: 1 },
  flags: () => [text('output', 'o', 'Write to a file, instead of STDOUT')],
  async run(cli, flags, [name = '']) {
    const path = outputOf(cli, flags.text('output'));
    const reply = await cli.client.request('GET', `${resource('containers', name)}/export`);
    await writeBody(cli, reply, path, 'failed to export container');
    return 0;
  },
};
