import { Failure } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { piecesOf } from '../input.ts';
import { showProgress } from '../progress.ts';
import type { Command } from '../command.ts';

/** Makes the images of an archive: `POST /images/load`. */
export const load: Command = {
  usage: '[OPTIONS]',
  short: 'Load an image from a tar archive or STDIN',
  aliases: ['docker image load', 'docker load'],
  arity: { min: 0, max: 0 },
  flags: () => [
    text('input', 'i', 'Read from tar archive file, instead of STDIN'),
    bool('quiet', 'q', 'Suppress the load output'),
  ],
  async run(cli, flags) {
    const input = flags.text('input');
    if (input === '' && cli.sys.isatty(0)) {
      throw new Failure('requested load from stdin, but stdin is empty');
    }
    const source = input === '' ? '-' : input;
    const quiet = flags.bool('quiet') || !cli.sys.isatty(1);
    const { reply, close } = await cli.client.exchange(
      'POST',
      '/images/load',
      piecesOf(cli, source),
      { query: { quiet: quiet ? '1' : '0' } },
    );
    try {
      await showProgress(cli, reply, 1);
    } finally {
      close();
    }
    return 0;
  },
};
