import { Failure, sentence } from './failure.ts';
import type { Cli } from './command.ts';

/**
 * Does the same with several things at once, prints what came of each in their order (null: nothing), then all
 * that went wrong. Resolves to 0, or fails with 1.
 */
export async function each(
  cli: Cli,
  names: readonly string[],
  act: (name: string) => Promise<string | null>,
): Promise<number> {
  const started = names.map((name) => act(name));
  const problems: string[] = [];
  for (const one of await Promise.allSettled(started)) {
    if (one.status === 'fulfilled') {
      if (one.value !== null) await cli.out(`${one.value}\n`);
    } else problems.push(sentence(one.reason));
  }
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  return 0;
}

/** The path of a container, image … that the user named. */
export function resource(kind: string, name: string): string {
  // Slashes and colons of an image's name stand in the path as they are, as Docker sends them.
  const encoded = encodeURIComponent(name).replace(/%2F|%3A|%40/g, decodeURIComponent);
  return `/${kind}/${encoded}`;
}
