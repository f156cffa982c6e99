import { bool } from '../flags.ts';
import { filters } from '../format/text.ts';
import { confirmPrune, pruneFlags, reclaimed, type Pruned } from '../prune.ts';
import type { Cli, Command } from '../command.ts';

/** Removes images that nothing uses: `POST /images/prune`. */
export const imagePrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove unused images',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused images, not just dangling ones'),
    ...pruneFlags('until=<timestamp>'),
  ],
  async run(cli, flags) {
    const all = flags.bool('all');
    const what = all
      ? 'all images without at least one container associated to them'
      : 'all dangling images';
    await confirmPrune(cli, flags, what);
    const { lines, bytes } = await pruneImages(cli, all, flags.list('filter'));
    await cli.out(lines + reclaimed(bytes));
    return 0;
  },
};

/** Removes unused images. */
export async function pruneImages(
  cli: Cli,
  all: boolean,
  given: readonly string[],
): Promise<Pruned> {
  const { ImagesDeleted, SpaceReclaimed } = await cli.client.json<{
    readonly ImagesDeleted: readonly { Untagged?: string; Deleted?: string }[] | null;
    readonly SpaceReclaimed: number;
  }>('POST', '/images/prune', {
    query: { filters: filters([...given, `dangling=${String(!all)}`]) },
  });
  const gone = ImagesDeleted ?? [];
  const lines = gone.map(({ Untagged, Deleted }) =>
    Untagged === undefined ? `deleted: ${Deleted ?? ''}\n` : `untagged: ${Untagged}\n`,
  );
  return {
    lines: gone.length > 0 ? `Deleted Images:\n${lines.join('')}\n` : '',
    bytes: SpaceReclaimed,
  };
}
