import type { Entry } from '../../machine/files/files.ts';

/** One line of the file tree. */
export interface Row {
  readonly path: string;
  readonly name: string;
  readonly entry: Entry;
  /** 1 for what is in the root. */
  readonly level: number;
  /** Place among its neighbours, from 1, and how many they are. */
  readonly place: number;
  readonly count: number;
}

/** What the shell keeps for itself. */
const HIDDEN: ReadonlySet<string> = new Set(['.ash_history']);

export const noEntries: ReadonlyMap<string, Entry> = new Map();
export const noneOpen: ReadonlySet<string> = new Set();

/** The open folders with `folder` among them, or not. */
export function opened(
  folders: ReadonlySet<string>,
  folder: string,
  open: boolean,
): ReadonlySet<string> {
  const next = new Set(folders);
  if (open) next.add(folder);
  else next.delete(folder);
  return next;
}

/** The open folders with every one above `path`. */
export function openedAbove(folders: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const above = folderOf(path);
  return above === '' ? folders : openedAbove(opened(folders, above, true), above);
}

/** Folder that a path is in; '' is the root. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

export function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** The lines to show: folders before files, by name, with the inside of those that are open. */
export function rowsOf(
  entries: ReadonlyMap<string, Entry>,
  open: ReadonlySet<string>,
  language: string,
): Row[] {
  const inside = new Map<string, string[]>();
  for (const path of entries.keys()) {
    if (HIDDEN.has(path)) continue;
    const folder = folderOf(path);
    const siblings = inside.get(folder);
    if (siblings) siblings.push(path);
    else inside.set(folder, [path]);
  }
  const { compare } = new Intl.Collator(language, { numeric: true });
  const rows: Row[] = [];
  const walk = (folder: string, level: number): void => {
    const children = (inside.get(folder) ?? []).flatMap((path) => {
      const entry = entries.get(path);
      return entry
        ? [{ path, name: path.slice(folder === '' ? 0 : folder.length + 1), entry }]
        : [];
    });
    const rank = ({ entry }: { entry: Entry }): number => (entry.type === 'folder' ? 0 : 1);
    children.sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
    for (const [index, child] of children.entries()) {
      rows.push({ ...child, level, place: index + 1, count: children.length });
      if (child.entry.type === 'folder' && open.has(child.path)) walk(child.path, level + 1);
    }
  };
  walk('', 1);
  return rows;
}

/** Whether `name` can be one name, or several with `/` between, below a folder. */
export function isName(name: string): boolean {
  return name
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'));
}

/** Permission bits as `ls -l` writes them: `rwxr-xr-x`. */
export function bitsOf(mode: number): string {
  return Array.from('rwxrwxrwx', (letter, index) =>
    (mode >> (8 - index)) & 1 ? letter : '-',
  ).join('');
}
