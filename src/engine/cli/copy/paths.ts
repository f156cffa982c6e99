/** What `docker cp` makes of paths: which side a word names, and where things end up under which name. */

/** One side of a copy: a container's path, or one of this computer's (`container` is ''). */
export interface Side {
  readonly container: string;
  readonly path: string;
}

/** `CONTAINER:PATH`; what is absolute, or begins with a dot, is a local path even with a colon. */
export function side(word: string): Side {
  const colon = word.indexOf(':');
  const local = word.startsWith('/') || word.startsWith('.') || colon < 0;
  return local
    ? { container: '', path: word }
    : { container: word.slice(0, colon), path: word.slice(colon + 1) };
}

/** Whether a path says that it is a directory: it ends with `/` or `/.`. */
export function saysDirectory(path: string): boolean {
  return /(^|\/)\.?$/.test(path);
}

/** The directory of a path and its last part, which stays `.` when the path ends so. */
export function split(path: string): { readonly directory: string; readonly base: string } {
  const clean = tidy(path);
  if (/(^|\/)\.$/.test(path)) return { directory: clean, base: '.' };
  const slash = clean.lastIndexOf('/');
  return { directory: clean.slice(0, slash) || '/', base: clean.slice(slash + 1) };
}

/** Absolute and without `.`, `..` and double slashes. */
function tidy(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** A path seen from `cwd`; a slash or `/.` at its end, which says something, stays. */
export function absolute(cwd: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${cwd}/${path}`;
  const end = /(^|\/)\.$/.test(path) ? '/.' : path.endsWith('/') ? '/' : '';
  const clean = tidy(whole);
  return clean === '/' ? `/${end.slice(1)}` : clean + end;
}

/** What is known about where a copy goes. */
export interface Destination {
  readonly path: string;
  readonly exists: boolean;
  readonly isDirectory: boolean;
}

/** Where an archive is unpacked, and the name that its entry gets there (null: its own). */
export interface Place {
  readonly directory: string;
  readonly name: string | null;
}

/**
 * Where a copy ends up: in a directory that is there under its own name, else at the path that was
 * given.
 * @throws Error with Docker's sentence when that cannot be
 */
export function place(sourceIsDirectory: boolean, destination: Destination): Place {
  const { path, exists, isDirectory } = destination;
  if (exists && isDirectory) return { directory: path, name: null };
  if (exists && sourceIsDirectory) throw new Error('cannot copy directory');
  if (!exists && !sourceIsDirectory && saysDirectory(path)) throw new Error('no such directory');
  const { directory, base } = split(path);
  return { directory, name: base };
}
