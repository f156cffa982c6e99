import { parseReference } from '../reference.ts';
import { bool, list, text } from '../flags.ts';
import type { Command } from '../command.ts';

/** Makes an image of a container: `POST /commit`. */
export const commit: Command = {
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  short: "Create a new image from a container's changes",
  aliases: ['docker container commit', 'docker commit'],
  arity: { min: 1, max: 2 },
  flags: () => [
    text('author', 'a', 'Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")'),
    list('change', 'c', 'Apply Dockerfile instruction to the created image'),
    text('message', 'm', 'Commit message'),
    bool('pause', 'p', 'Pause container during commit', true),
  ],
  async run(cli, flags, [container = '', name = '']) {
    const reference = name === '' ? null : parseReference(name);
    const { Id } = await cli.client.json<{ readonly Id: string }>('POST', '/commit', {
      query: {
        container,
        repo: reference?.full ?? name,
        tag: reference?.tag ?? '',
        author: flags.text('author'),
        comment: flags.text('message'),
        changes: flags.list('change'),
        pause: flags.bool('pause') ? '1' : '0',
      },
      body: {},
    });
    await cli.out(`${Id}\n`);
    return 0;
  },
};
