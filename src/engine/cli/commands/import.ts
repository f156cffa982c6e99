import { list, text } from '../flags.ts';
import { piecesOf } from '../input.ts';
import { showProgress } from '../progress.ts';
import { parseReference } from '../reference.ts';
import type { Command } from '../command.ts';

/** Makes an image of an archive: `POST /images/create?fromSrc=…`. */
export const importCommand: Command = {
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  short: 'Import the contents from a tarball to create a filesystem image',
  aliases: ['docker image import', 'docker import'],
  arity: { min: 1, max: 2 },
  flags: () => [
    list('change', 'c', 'Apply Dockerfile instruction to the created image'),
    text('message', 'm', 'Set commit message for imported image'),
    text('platform', '', 'Set platform if server is multi-platform capable'),
  ],
  async run(cli, flags, [source = '', name = '']) {
    const reference = name === '' ? null : parseReference(name);
    const remote = /^(https?|ftp):\/\//.test(source);
    const query = {
      fromSrc: remote ? source : '-',
      repo: reference?.full ?? name,
      tag: reference?.tag ?? '',
      message: flags.text('message'),
      changes: flags.list('change'),
      platform: flags.text('platform'),
    };
    if (remote) {
      await showProgress(cli, await cli.client.request('POST', '/images/create', { query }), 1);
      return 0;
    }
    const { reply, close } = await cli.client.exchange(
      'POST',
      '/images/create',
      piecesOf(cli, source),
      { query },
    );
    try {
      await showProgress(cli, reply, 1);
    } finally {
      close();
    }
    return 0;
  },
};
