import type { Cli, Command } from '../command.ts';
import type { FlagSpec } from '../flags.ts';
import { flagValues, positional } from './kinds.ts';
import { names } from './names.ts';

/** Bits behind the colon of the answer's last line, as in docker's own completion. */
const FILES_TOO = 0;
const NO_FILES = 4;

/** What `docker` has: commands and the words that group them. */
export interface Tree {
  readonly top: Readonly<Record<string, Command>>;
  readonly groups: Readonly<
    Record<
      string,
      {
        readonly commands: Readonly<Record<string, Command>>;
        readonly hidden?: Readonly<Record<string, string>>;
      }
    >
  >;
  readonly globals: readonly FlagSpec[];
}

/**
 * `docker __complete WORD… LAST`: what the last word could become, a word a line. The shell's line
 * editor (`guest/busybox/words.h`) asks at each tab.
 */
export async function complete(cli: Cli, tree: Tree, words: readonly string[]): Promise<number> {
  const found = await candidates(cli, tree, words);
  const last = words.at(-1) ?? '';
  // Behind `--flag=` only the value is the editor's word.
  const prefix = last.startsWith('-') ? last.slice(last.indexOf('=') + 1) : last;
  const fitting = (found ?? []).filter((word) => word.startsWith(prefix));
  await cli.out(
    `${fitting.map((word) => `${word}\n`).join('')}:${String(found ? NO_FILES : FILES_TOO)}\n`,
  );
  return 0;
}

/** All that could stand in the place of the last word; null when it is a file's name. */
async function candidates(
  cli: Cli,
  tree: Tree,
  words: readonly string[],
): Promise<readonly string[] | null> {
  const globals = scan(tree.globals, words, false);
  if (globals.expects) return values(cli, globals.expects);
  const at = globals.first;
  const last = words.at(-1) ?? '';
  if (at >= words.length - 1) {
    return last.startsWith('-')
      ? flagNames(tree.globals)
      : [...Object.keys(tree.top), ...Object.keys(tree.groups)];
  }
  const word = words[at] ?? '';
  const group = tree.groups[word];
  if (!group) {
    const command = tree.top[word];
    return command ? ofCommand(cli, word, command, words.slice(at + 1)) : [];
  }
  const sub = words[at + 1] ?? '';
  if (at + 1 >= words.length - 1) return Object.keys(group.commands);
  const name = group.hidden?.[sub] ?? sub;
  const command = group.commands[name];
  return command ? ofCommand(cli, `${word} ${name}`, command, words.slice(at + 2)) : [];
}

async function ofCommand(
  cli: Cli,
  path: string,
  command: Command,
  words: readonly string[],
): Promise<readonly string[] | null> {
  const specs = command.flags?.() ?? [];
  const { expects, args } = scan(specs, words, command.interspersed ?? true);
  const last = words.at(-1) ?? '';
  if (expects) return values(cli, expects);
  const flagsOver = command.interspersed === false && args.length > 0;
  if (last.startsWith('-') && !flagsOver) return flagNames(specs);
  const kind = positional(path, args.length, command.arity.max);
  if (kind === 'files') return null;
  const found = await names(cli, kind);
  return found.filter((name) => !args.includes(name));
}

function flagNames(specs: readonly FlagSpec[]): string[] {
  return [
    ...specs.filter(({ insteadOf }) => insteadOf === undefined).map(({ name }) => `--${name}`),
    '--help',
  ];
}

async function values(cli: Cli, { name, type }: FlagSpec): Promise<readonly string[] | null> {
  const kind = flagValues(name, type);
  if (kind === 'files') return null;
  return typeof kind === 'string' ? await names(cli, kind) : kind;
}

/** What stands before the last word: the arguments, and the flag whose value the last word is. */
function scan(
  specs: readonly FlagSpec[],
  words: readonly string[],
  interspersed: boolean,
): { readonly args: readonly string[]; readonly first: number; readonly expects: FlagSpec | null } {
  const args: string[] = [];
  let first = words.length - 1;
  let expects: FlagSpec | null = null;
  for (const [i, word] of words.entries()) {
    const isLast = i === words.length - 1;
    if (expects) {
      if (isLast) break;
      expects = null;
      continue;
    }
    const flag = word.startsWith('-') && word !== '-' ? flagOf(specs, word) : null;
    if (isLast) {
      // `--network=br`: the value has begun.
      if (flag && word.includes('=')) expects = flag;
      break;
    }
    if (flag && !word.includes('=') && flag.type !== '') expects = flag;
    if (word.startsWith('-')) continue;
    if (args.length === 0) first = i;
    args.push(word);
    if (!interspersed) {
      args.push(...words.slice(i + 1, -1));
      break;
    }
  }
  return { args, first, expects };
}

/** The flag of `--name`, `--name=…` or `-itn` (its last letter). */
function flagOf(specs: readonly FlagSpec[], word: string): FlagSpec | null {
  const [name = ''] = word.split('=');
  if (name.startsWith('--')) return specs.find((spec) => `--${spec.name}` === name) ?? null;
  return specs.find(({ short }) => short !== '' && name.endsWith(short)) ?? null;
}
