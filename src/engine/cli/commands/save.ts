import { Failure } from '../failure.ts';
import { text } from '../flags.ts';
import { outputOf, writeBody } from '../output.ts';
import type { Cli, Command } from '../command.ts';

const FAILED = 'failed to save image';

/** Writes images as one archive: `GET /images/get`. */
export const save: Command = {
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  aliases: ['docker image save', 'docker save'],
  arity: { min: 1 },
  flags: () => [text('output', 'o', 'Write to a file, instead of STDOUT')],
  async run(cli, flags, names) {
    const output = flags.text('output');
    const path = outputOf(cli, output);
    if (path !== null) checkPath(cli, output, path);
    const reply = await cli.client.request('GET', '/images/get', { query: { names } });
    await writeBody(cli, reply, path, FAILED);
    return 0;
  },
};

/** Docker looks before it asks for the image. */
function checkPath({ sys }: Cli, said: string, path: string): void {
  if (sys.stat(path)?.type === 'dir') throw new Failure(`${FAILED}: cannot write to a directory`);
  const folder = path.slice(0, path.lastIndexOf('/')) || '/';
  if (sys.stat(folder) !== null) return;
  const shown = said.includes('/') ? said.slice(0, said.lastIndexOf('/')) || '/' : '.';
  throw new Failure(`${FAILED}: invalid output path: stat ${shown}: no such file or directory`);
}
