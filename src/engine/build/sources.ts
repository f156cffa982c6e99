import type { Fd, Sys } from '../sys/sys.ts';
import { globRegex, hasGlob, unescapeGlob } from '../patterns/glob.ts';
import { digestOf, pathOf } from './tree.ts';

/** Something that COPY or ADD takes: a file or a directory below a root. */
export interface Source {
  readonly root: Fd;
  /** Where it is, from `/`; links are followed to their end. */
  readonly path: string;
  /** Its last part as it was asked for: a link keeps its own name. */
  readonly name: string;
  readonly directory: boolean;
  /** `file:…` or `dir:…`: what the cache knows it by. */
  readonly digest: string;
  /** ADD does not unpack what came over the network. */
  readonly downloaded: boolean;
}

/** Where sources are looked for: the build context, a stage, an image. */
export interface SourceTree {
  readonly root: Fd;
  /** Its sentences are about the context and about .dockerignore. */
  readonly context: boolean;
}

/**
 * What a word of COPY means, by name or by pattern.
 * @throws Error in Docker's words
 */
export function findSources(sys: Sys, tree: SourceTree, word: string): Source[] {
  const asked = relative(word);
  if (tree.context && escapes(asked)) {
    throw new Error(`forbidden path outside the build context: ${word} ()`);
  }
  if (!hasGlob(asked)) return [sourceAt(sys, tree, unescapeGlob(asked))];
  return matching(sys, tree.root, asked).map((path) => sourceAt(sys, tree, path));
}

/** One source by its exact name. */
export function sourceAt(
  sys: Sys,
  { root, context }: SourceTree,
  asked: string,
  downloaded = false,
): Source {
  const path = `/${asked}`;
  const found = sys.statIn(root, path, false);
  const end = found?.type === 'symlink' ? sys.statIn(root, path, true) : found;
  if (found === null || end === null) {
    const missing = `stat ${asked}: file does not exist`;
    throw new Error(
      context
        ? `file not found in build context or excluded by .dockerignore: ${missing}`
        : missing,
    );
  }
  const real = found.type === 'symlink' ? found.target : path;
  const directory = end.type === 'dir';
  const whole = asked.replace(/\/+$/, '');
  const packing = { name: directory && whole === '' ? null : whole };
  return {
    root,
    path: real,
    name: whole.slice(whole.lastIndexOf('/') + 1),
    directory,
    digest: `${directory ? 'dir' : 'file'}:${digestOf(sys, root, real, packing)}`,
    downloaded,
  };
}

/** Without `./`, `/` and `//`; `..` stays where it cannot be resolved. */
function relative(word: string): string {
  const parts: string[] = [];
  const rooted = word.startsWith('/');
  for (const part of word.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !rooted) parts.push(part);
  }
  return parts.join('/');
}

function escapes(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

/** Names that fit a pattern, in the order of a walk. Only directories that can hold one are read. */
function matching(sys: Sys, root: Fd, pattern: string): string[] {
  let found = [''];
  const parts = pattern.split('/');
  parts.forEach((part, at) => {
    const last = at === parts.length - 1;
    const regex = globRegex(part);
    found = found.flatMap((above) => {
      const below = (name: string): string => (above === '' ? name : `${above}/${name}`);
      if (sys.statIn(root, `/${above}`, false)?.type !== 'dir') return [];
      return names(sys, root, above)
        .filter(({ name, type }) => regex.test(name) && (last || type === 'dir'))
        .map(({ name }) => below(name));
    });
  });
  return found;
}

function names(sys: Sys, root: Fd, path: string): ReturnType<Sys['readdir']> {
  const directory = sys.openIn(pathOf(root), `/${path}`, 0o200000);
  try {
    return sys.readdir(pathOf(directory)).sort((a, b) => (a.name < b.name ? -1 : 1));
  } finally {
    sys.close(directory);
  }
}

/** What the cache knows several sources by. */
export function sumOf(sys: Sys, sources: readonly Source[]): string {
  const [first, ...more] = sources;
  if (first !== undefined && more.length === 0) return first.digest;
  const hash = sys.sha256();
  hash.update(sys.encode(sources.map(({ digest }) => digest).join(',')));
  return `multi:${hash.hex()}`;
}
