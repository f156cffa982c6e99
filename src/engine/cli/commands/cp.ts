import { archiveUrl, type Copy } from '../copy/common.ts';
import { copyFrom } from '../copy/from.ts';
import { side } from '../copy/paths.ts';
import { copyTo } from '../copy/to.ts';
import { Failure } from '../failure.ts';
import { bool } from '../flags.ts';
import type { Command } from '../command.ts';

/** Copies files between a container and this computer: `GET` and `PUT /containers/…/archive`. */
export const cp: Command = {
  usage:
    '[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n' +
    '\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
  short: 'Copy files/folders between a container and the local filesystem',
  more:
    "Use '-' as the source to read a tar archive from stdin\n" +
    'and extract it to a directory destination in a container.\n' +
    "Use '-' as the destination to stream a tar archive of a\n" +
    'container source to stdout.',
  aliases: ['docker container cp', 'docker cp'],
  arity: { min: 2, max: 2 },
  flags: () => [
    bool('archive', 'a', 'Archive mode (copy all uid/gid information)'),
    bool('follow-link', 'L', 'Always follow symbol link in SRC_PATH'),
    bool(
      'quiet',
      'q',
      'Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached',
    ),
  ],
  async run(cli, flags, [source = '', destination = '']) {
    if (source === '') throw new Failure('source can not be empty');
    if (destination === '') throw new Failure('destination can not be empty');
    const from = side(source);
    const to = side(destination);
    const copy: Copy = {
      followLink: flags.bool('follow-link'),
      archive: flags.bool('archive'),
      quiet: flags.changed('quiet') ? flags.bool('quiet') : !cli.sys.isatty(1),
      url: archiveUrl,
    };
    if (from.container !== '' && to.container !== '') {
      throw new Failure('copying between containers is not supported');
    }
    if (from.container !== '') return await copyFrom(cli, from, destination, copy);
    if (to.container !== '') return await copyTo(cli, source, to, copy);
    throw new Failure('must specify at least one container source');
  },
};
