import { resource } from '../each.ts';
import type { Command } from '../command.ts';

const KINDS = ['C', 'A', 'D'];

/** Shows what a container changed of its image: `GET /containers/…/changes`. */
export const diff: Command = {
  usage: 'CONTAINER',
  short: "Inspect changes to files or directories on a container's filesystem",
  aliases: ['docker container diff', 'docker diff'],
  arity: { min: 1, max: 1 },
  async run(cli, _flags, [name = '']) {
    const found = await cli.client.json<readonly { Kind: number; Path: string }[] | null>(
      'GET',
      `${resource('containers', name)}/changes`,
    );
    const lines = (found ?? []).map(({ Kind, Path }) => `${KINDS[Kind] ?? '?'} ${Path}\n`);
    await cli.out(lines.join(''));
    return 0;
  },
};
