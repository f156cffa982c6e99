import type { Descriptor } from './documents.ts';

/** Something that a digest names, ready to be read. */
export interface Content extends Descriptor {
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** A manifest whose `subject` is another one (distribution-spec "Listing Referrers"). */
export type Referrer = Descriptor;

/** What can be read of a registry, wherever it lies. */
export interface Catalog {
  /** Names of all repositories, in no order. */
  repositories(): Promise<string[]>;
  /** Tags of a repository, in no order; null when there is no such repository. */
  tags(name: string): Promise<string[] | null>;
  /** By tag or digest; null when the repository has none such. */
  manifest(name: string, reference: string): Promise<Content | null>;
  /** Null when the repository does not hold it. */
  blob(name: string, digest: string): Promise<Content | null>;
  referrers(name: string, digest: string): Promise<Referrer[]>;
}

/** The catalogs as one; where two have the same name, the first wins. */
export function union(...catalogs: readonly Catalog[]): Catalog {
  const first = async <T>(ask: (catalog: Catalog) => Promise<T | null>): Promise<T | null> => {
    for (const catalog of catalogs) {
      const found = await ask(catalog);
      if (found !== null) return found;
    }
    return null;
  };
  const all = async <T>(ask: (catalog: Catalog) => Promise<T[]>): Promise<T[]> =>
    (await Promise.all(catalogs.map(ask))).flat();
  return {
    repositories: async () => [...new Set(await all((catalog) => catalog.repositories()))],
    tags: async (name) => {
      const lists = await Promise.all(catalogs.map((catalog) => catalog.tags(name)));
      const known = lists.filter((list) => list !== null);
      return known.length === 0 ? null : [...new Set(known.flat())];
    },
    manifest: (name, reference) => first((catalog) => catalog.manifest(name, reference)),
    blob: (name, digest) => first((catalog) => catalog.blob(name, digest)),
    referrers: (name, digest) => all((catalog) => catalog.referrers(name, digest)),
  };
}
