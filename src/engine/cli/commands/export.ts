import { resolve } from '../create/mounts.ts';
import { resource } from '../each.ts';
import { Failure, sentence } from '../failure.ts';
import { text } from '../flags.ts';
import type { Command } from '../command.ts';

const O_WRONLY = 1;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;

/** Writes a container's files as a tar: `GET /containers/…/export`. */
export const exportCommand: Command = {
  usage: '[OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  aliases: ['docker container export', 'docker export'],
  arity: { min: 1, max: 1 },
  flags: () => [text('output', 'o', 'Write to a file, instead of STDOUT')],
  async run(cli, flags, [name = '']) {
    const { sys } = cli;
    const output = flags.text('output');
    if (output === '' && sys.isatty(1)) {
      throw new Failure('cowardly refusing to save to a terminal. Use the -o flag or redirect');
    }
    const reply = await cli.client.request('GET', `${resource('containers', name)}/export`);
    if (output === '') {
      for await (const piece of reply.body()) await sys.write(1, piece);
      return 0;
    }
    // Beside its place first: an archive that is cut off is none.
    const path = resolve(cli.cwd, output);
    const draft = `${path}.${String(sys.pid())}.part`;
    try {
      const fd = sys.open(draft, O_WRONLY | O_CREAT | O_TRUNC, 0o600);
      try {
        for await (const piece of reply.body()) await sys.write(fd, piece);
      } finally {
        sys.close(fd);
      }
      sys.rename(draft, path);
    } catch (error) {
      if (sys.lstat(draft)) sys.unlink(draft);
      throw new Failure(`failed to export container: ${sentence(error)}`);
    }
    return 0;
  },
};
