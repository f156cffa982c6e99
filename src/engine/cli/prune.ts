import { confirm } from './confirm.ts';
import { bool, filter, type Flags, type FlagSpec } from './flags.ts';
import { filters } from './format/text.ts';
import { humanSize } from './format/units.ts';
import type { Cli } from './command.ts';

/** The flags that every `prune` ends with; `example` is a filter it knows. */
export function pruneFlags(example: string): readonly FlagSpec[] {
  return [
    filter(`Provide filter values (e.g. "${example}")`, ''),
    bool('force', 'f', 'Do not prompt for confirmation'),
  ];
}

/**
 * Asks before `what` is removed, unless `--force` is given.
 * @throws Failure after a no
 */
export async function confirmPrune(cli: Cli, flags: Flags, what: string): Promise<void> {
  if (flags.bool('force')) return;
  await confirm(cli, `WARNING! This will remove ${what}.\nAre you sure you want to continue?`);
}

/** What a `prune` did: what to print of it, and the bytes that came free. */
export interface Pruned {
  readonly lines: string;
  readonly bytes: number;
}

/** Asks the API to prune; `field` of its answer lists what went (null when nothing did), under `heading`. */
export async function prune(
  cli: Cli,
  path: string,
  field: string,
  heading: string,
  given: readonly string[],
  query: Readonly<Record<string, boolean>> = {},
): Promise<Pruned> {
  const answer = await cli.client.json<Readonly<Record<string, unknown>>>('POST', path, {
    query: { ...query, filters: filters(given) },
  });
  const names = answer[field];
  const bytes = answer['SpaceReclaimed'];
  return {
    lines: deleted(heading, Array.isArray(names) ? names.map(String) : []),
    bytes: typeof bytes === 'number' ? bytes : 0,
  };
}

/** A heading and one a line, or nothing when nothing was deleted. */
function deleted(heading: string, names: readonly string[]): string {
  return names.length > 0 ? `${heading}:\n${names.map((name) => `${name}\n`).join('')}\n` : '';
}

export function reclaimed(bytes: number): string {
  return `Total reclaimed space: ${humanSize(bytes)}\n`;
}
