import { Failure } from './failure.ts';
import type { Cli } from './command.ts';

/**
 * Asks on the terminal (or reads from a pipe) whether to go on; anything but `y` is a no.
 * @throws Failure after a no: as in Docker a command that was called off says nothing, and has not failed
 */
export async function confirm(cli: Cli, warning: string): Promise<void> {
  await cli.out(`${warning} [y/N] `);
  let answer = '';
  while (!answer.includes('\n')) {
    const data = await cli.sys.read(0, 256);
    if (data.byteLength === 0) break;
    answer += cli.sys.decode(data);
  }
  if (!/^y\s*$/i.test(answer.split('\n', 1)[0] ?? '')) {
    throw new Failure('', 0);
  }
}
