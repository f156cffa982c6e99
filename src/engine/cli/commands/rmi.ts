import { resource } from '../each.ts';
import { ApiError, Failure, sentence } from '../failure.ts';
import { bool } from '../flags.ts';
import type { Command } from '../command.ts';

interface Deleted {
  readonly Untagged?: string;
  readonly Deleted?: string;
}

/** Removes images: `DELETE /images/…`. */
export const rmi: Command = {
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Remove one or more images',
  aliases: ['docker image rm', 'docker image remove', 'docker rmi'],
  arity: { min: 1 },
  flags: () => [
    bool('force', 'f', 'Force removal of the image'),
    bool('no-prune', '', 'Do not delete untagged parents'),
  ],
  async run(cli, flags, names) {
    const problems: string[] = [];
    // One after the other: images share layers.
    for (const name of names) {
      try {
        const removed = await cli.client.json<Deleted[]>('DELETE', resource('images', name), {
          query: { force: flags.bool('force'), noprune: flags.bool('no-prune') },
        });
        for (const { Untagged, Deleted } of removed) {
          await cli.out(Deleted ? `Deleted: ${Deleted}\n` : `Untagged: ${Untagged ?? ''}\n`);
        }
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        // With -f an image that is not there is what was wanted.
        if (flags.bool('force') && error instanceof ApiError && error.code === 404) {
          await cli.err(`${error.message}\n`);
        } else problems.push(sentence(error));
      }
    }
    if (problems.length > 0) throw new Failure(problems.join('\n'));
    return 0;
  },
};
