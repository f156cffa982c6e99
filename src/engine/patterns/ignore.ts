import { globRegex } from './glob.ts';

/**
 * `.dockerignore`: what of a directory is no part of the build context. The rules are those of
 * Docker's reference: patterns are Go's `filepath.Match` with `**` for any number of directories,
 * rooted at the context, a directory that matches takes all below it with it, `!` brings back, and
 * the last pattern that matches decides.
 */
export interface IgnoreList {
  /** Whether `path` (relative to the context, without `./`) stays out. */
  ignores(path: string): boolean;
  /** Whether nothing below a directory that stays out can come back. */
  readonly final: boolean;
  /** No pattern at all. */
  readonly empty: boolean;
}

interface Rule {
  readonly back: boolean;
  readonly pattern: string;
  matches(path: string): boolean;
}

/** The patterns of the file, as they are used: no comments, no blanks, no leading slash. */
export function readIgnoreFile(text: string): string[] {
  const patterns: string[] = [];
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  for (const line of body.split('\n')) {
    if (line.startsWith('#')) continue;
    const trimmed = line.trim();
    if (trimmed === '') continue;
    const back = trimmed.startsWith('!');
    let pattern = back ? trimmed.slice(1).trim() : trimmed;
    if (pattern !== '') {
      pattern = clean(pattern);
      if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    }
    patterns.push(back ? `!${pattern}` : pattern);
  }
  return patterns;
}

/** Throws Docker's sentence for a pattern that cannot be. */
export function ignoreList(patterns: readonly string[]): IgnoreList {
  const rules = patterns
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(readRule);
  return {
    final: rules.every(({ back }) => !back),
    empty: rules.length === 0,
    ignores: (path) => {
      let ignored = false;
      for (const rule of rules) {
        // A rule that cannot change anything need not be asked.
        if (rule.back !== ignored) continue;
        if (withParents(path).some((part) => rule.matches(part))) ignored = !rule.back;
      }
      return ignored;
    },
  };
}

/**
 * The patterns that a client packs by: what the daemon itself needs is always sent, and the daemon
 * leaves it out of the context afterwards.
 */
export function withBuildFiles(patterns: readonly string[], dockerfile: string): string[] {
  const list = ignoreList(patterns);
  const kept = ['.dockerignore', dockerfile].filter((name) => name !== '' && list.ignores(name));
  return [...patterns, ...kept.map((name) => `!${name}`)];
}

/** `a/b/c` → `a/b/c`, `a`, `a/b`. */
function withParents(path: string): string[] {
  const parts = path.split('/');
  return [path, ...parts.slice(0, -1).map((_, end) => parts.slice(0, end + 1).join('/'))];
}

function readRule(text: string): Rule {
  const cleaned = clean(text);
  const back = cleaned.startsWith('!');
  if (cleaned === '!') throw new Error('illegal exclusion pattern: "!"');
  const pattern = back ? cleaned.slice(1) : cleaned;
  // For its complaints only: it knows no `**`.
  globRegex(pattern);
  if (!/[*?[\]\\]/.test(pattern)) return { back, pattern, matches: (path) => path === pattern };
  const regex = toRegex(pattern);
  return { back, pattern, matches: (path) => regex.test(path) };
}

function toRegex(pattern: string): RegExp {
  const chars = Array.from(pattern);
  let source = '^';
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? '';
    if (char === '*' && chars[at + 1] === '*') {
      at++;
      const slash = chars[at + 1] === '/';
      if (slash) at++;
      const rest = chars.slice(at + 1).join('');
      // `**name` at the beginning means every name that ends so, unless other patterns follow.
      const suffix = source === '^' && !slash && !/[*?[\]\\]/.test(rest);
      source += rest === '' || suffix ? '[^]*' : '(?:[^]*\\/)?';
    } else if (char === '*') source += '[^/]*';
    else if (char === '?') source += '[^/]';
    else if (char === '\\') source += `\\${chars[++at] ?? '\\'}`;
    else if (/^[.+()|{}$/]$/.test(char)) source += `\\${char}`;
    else source += char;
  }
  return new RegExp(`${source}$`);
}

/** Go's `path.Clean`: no `.`, no `..` that can be resolved, no slash twice or at the end. */
function clean(path: string): string {
  const rooted = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !rooted) parts.push(part);
  }
  const joined = parts.join('/');
  return rooted ? `/${joined}` : joined || '.';
}
