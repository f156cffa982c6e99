/**
 * One version of the site: every file of a build with its digest, made by tools/vite-worker.ts. The worker's own
 * script names the list by its digest, so whoever has the script can tell whether any file is of that version.
 */
export interface SiteFiles {
  /** Kept as soon as the page runs: together they are the site without a network. Path below the site → SHA-256, hex. */
  readonly whole: Readonly<Record<string, string>>;
  /** Kept once they have been asked for: layers, fonts, what only a cold start needs. */
  readonly used: Readonly<Record<string, string>>;
}

/** Where a build has the list of its files. */
export const LIST = 'files.json';

/** Caches of a site are told apart from other sites' of the same origin by its folder. */
export function cacheName(site: URL, version: string): string {
  return `${prefixOf(site)}${version}`;
}

/** The site's caches of other versions than this. */
export function otherVersions(names: readonly string[], site: URL, version: string): string[] {
  return names.filter(
    (name) => name.startsWith(prefixOf(site)) && name !== cacheName(site, version),
  );
}

function prefixOf(site: URL): string {
  return `${site.pathname} `;
}

/** The file that an address stands for, by its path below the site; null when it is not below it. */
export function fileOf(site: URL, url: URL): string | null {
  if (url.origin !== site.origin || !url.pathname.startsWith(site.pathname)) return null;
  const path = decoded(url.pathname.slice(site.pathname.length));
  return path === '' || path?.endsWith('/') === true ? `${path}index.html` : path;
}

/** Hexadecimal. */
export async function digestOf(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function decoded(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}
