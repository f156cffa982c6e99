/**
 * Where everything under public/ comes from. Recipes refuse a package of another version, so that what
 * is written here (and in THIRD_PARTY.md) is what was built.
 */
import { z } from 'zod';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const sourceSchema = z.strictObject({
  /** The source package's name. */
  package: z.string().min(1),
  version: z.string().min(1),
  /** An SPDX expression. */
  licence: z.string().min(1),
  /** Who publishes it: `Debian bookworm`, `this project`. */
  from: z.string().min(1),
});

export type Source = z.infer<typeof sourceSchema>;

const tableSchema = z.record(z.string(), sourceSchema);

function readTable(): Record<string, Source> {
  const path = join(import.meta.dirname, '..', 'sources.json');
  return tableSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** The name in guest/sources.json of the source that `wanted` picks. */
export function findSource(wanted: (source: Source) => boolean): string | undefined {
  return Object.entries(readTable()).find(([, source]) => wanted(source))?.[0];
}

/**
 * The sources that a recipe names, from guest/sources.json.
 *
 * @throws Error when a name is not in the table.
 */
export function sourcesOf(names: readonly string[]): Source[] {
  const table = readTable();
  return names.map((name) => {
    const source = table[name];
    if (source === undefined) {
      throw new Error(
        `guest/sources.json has no source "${name}"; add its package, version, licence and origin`,
      );
    }
    return source;
  });
}
