import { each, resource } from '../each.ts';
import { ApiError } from '../failure.ts';
import { bool } from '../flags.ts';
import type { Command } from '../command.ts';

/** Removes containers: `DELETE /containers/…`. */
export const rm: Command = {
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Remove one or more containers',
  aliases: ['docker container rm', 'docker container remove', 'docker rm'],
  arity: { min: 1 },
  flags: () => [
    bool('force', 'f', 'Force the removal of a running container (uses SIGKILL)'),
    bool('link', 'l', 'Remove the specified link'),
    bool('volumes', 'v', 'Remove anonymous volumes associated with the container'),
  ],
  run: (cli, flags, names) =>
    each(cli, names, async (name) => {
      const force = flags.bool('force');
      try {
        await cli.client.send('DELETE', resource('containers', name.replace(/^\//, '')), {
          query: { force, link: flags.bool('link'), v: flags.bool('volumes') },
        });
      } catch (error) {
        // With -f a container that is not there is what was wanted.
        if (!(force && error instanceof ApiError && error.code === 404)) throw error;
        await cli.err(`${error.message}\n`);
        return null;
      }
      return name;
    }),
};
