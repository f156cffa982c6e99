import { confirm } from '../confirm.ts';
import { bool, filter } from '../flags.ts';
import { filters } from '../format/text.ts';
import { humanSize } from '../format/units.ts';
import type { Cli, Command } from '../command.ts';

/** Removes images that nothing uses: `POST /images/prune`. */
export const imagePrune: Command = {
  usage: '[OPTIONS]',
  short: 'Remove unused images',
  arity: { min: 0, max: 0 },
  flags: () => [
    bool('all', 'a', 'Remove all unused images, not just dangling ones'),
    filter('Provide filter values (e.g. "until=<timestamp>")', ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
  ],
  async run(cli, flags) {
    const all = flags.bool('all');
    if (!flags.bool('force')) {
      const what = all
        ? 'all images without at least one container associated to them'
        : 'all dangling images';
      await confirm(cli, `WARNING! This will remove ${what}.\nAre you sure you want to continue?`);
    }
    const { lines, bytes } = await pruneImages(cli, all, flags.list('filter'));
    await cli.out(`${lines}Total reclaimed space: ${humanSize(bytes)}\n`);
    return 0;
  },
};

/** Removes unused images; what to print of it, and the bytes that came free. */
export async function pruneImages(
  cli: Cli,
  all: boolean,
  given: readonly string[],
): Promise<{ readonly lines: string; readonly bytes: number }> {
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
