import { resolve } from './create/mounts.ts';
import { Failure, errnoName, sentence } from './failure.ts';
import type { Cli } from './command.ts';

/** How much of a file is read at a time, in bytes. */
const PIECE = 256 * 1024;

/** A file, or standard input for `-`, piece by piece. */
export async function* piecesOf(cli: Cli, source: string): AsyncGenerator<ArrayBuffer> {
  const { sys } = cli;
  let fd = 0;
  if (source !== '-') {
    try {
      fd = sys.open(resolve(cli.cwd, source), 0);
    } catch (error) {
      if (errnoName(error) !== 'ENOENT') throw new Failure(sentence(error));
      throw new Failure(`open ${source}: no such file or directory`);
    }
  }
  try {
    for (;;) {
      const data = await sys.read(fd, PIECE);
      if (data.byteLength === 0) return;
      yield data;
    }
  } finally {
    if (fd !== 0) sys.close(fd);
  }
}
