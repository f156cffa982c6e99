import { resolve } from './create/mounts.ts';
import { Failure, sentence } from './failure.ts';
import type { Cli } from './command.ts';
import type { Reply } from './http/connection.ts';
import { O_CREAT, O_TRUNC, O_WRONLY } from '../sys/fcntl.ts';

/**
 * Where a command's `-o` leads to; null is standard output.
 * @throws Failure for a terminal: an archive is nothing to look at
 */
export function outputOf(cli: Cli, option: string): string | null {
  if (option === '' && cli.sys.isatty(1)) {
    throw new Failure('cowardly refusing to save to a terminal. Use the -o flag or redirect');
  }
  return option === '' ? null : resolve(cli.cwd, option);
}

/** Writes an answer's body to a file, or to standard output for null. `failed` begins the error. */
export async function writeBody(
  cli: Cli,
  reply: Reply,
  path: string | null,
  failed: string,
): Promise<void> {
  const { sys } = cli;
  if (path === null) {
    for await (const piece of reply.body()) await sys.write(1, piece);
    return;
  }
  // Beside its place first: an archive that is cut off is none.
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
    throw new Failure(`${failed}: ${sentence(error)}`);
  }
}
