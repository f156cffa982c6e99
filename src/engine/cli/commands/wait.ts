import { Failure } from '../failure.ts';
import { each } from '../each.ts';
import type { WaitResult } from '../api.ts';
import type { Cli, Command } from '../command.ts';

/** Blocks until containers stop, then prints their exit codes: `POST /containers/…/wait`. */
export const wait: Command = {
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Block until one or more containers stop, then print their exit codes',
  aliases: ['docker container wait', 'docker wait'],
  arity: { min: 1 },
  run: (cli, _flags, names) =>
    each(cli, names, async (name) => String(await (await awaitExit(cli, name)).status())),
};

/** A container's end that is being waited for. */
export interface Exit {
  /** Resolves when the container is gone, to its exit status. */
  status(): Promise<number>;
}

/** Resolves once the daemon has taken note that we wait, so that no exit can be missed. */
export async function awaitExit(
  cli: Cli,
  id: string,
  condition?: 'next-exit' | 'removed',
): Promise<Exit> {
  const reply = await cli.client.request('POST', `/containers/${encodeURIComponent(id)}/wait`, {
    query: { condition },
  });
  return {
    async status() {
      // The shape is the API's; see Client.json.
      const result = JSON.parse(await reply.text()) as WaitResult;
      if (result.Error) {
        throw new Failure(`error waiting for container: ${result.Error.Message}`, 125);
      }
      return result.StatusCode;
    },
  };
}
