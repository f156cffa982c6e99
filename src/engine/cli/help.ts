import type { Command, Group } from './command.ts';
import type { FlagSpec } from './flags.ts';

/** Widest line of a help text, in columns: a terminal of 80 shows it without breaking. */
const WIDTH = 80;

/** `Usage:  docker run [OPTIONS] IMAGE …` of a command called by the words `path`. */
export function usageLine(path: string, command: Command): string {
  return `Usage:  ${`${path} ${command.usage}`.trimEnd()}\n`;
}

/** The whole help of one command. */
export function commandHelp(path: string, command: Command): string {
  let text = `${usageLine(path, command)}\n${command.short}\n`;
  if (command.more) text += `\n${command.more}\n`;
  if (command.aliases) text += `\nAliases:\n${indented(command.aliases.join(', '))}`;
  const flags = command.flags?.() ?? [];
  if (flags.length > 0) text += `\nOptions:\n${flagHelp(flags)}`;
  return text;
}

/** The help of `docker container` and its like. */
export function groupHelp(path: string, group: Group): string {
  return (
    `Usage:  ${path} COMMAND\n\n${group.short}\n\nCommands:\n` +
    commandList(Object.entries(group.commands)) +
    `\nRun '${path} COMMAND --help' for more information on a command.\n`
  );
}

/** Names and one-line descriptions in two columns, by name. */
export function commandList(
  commands: readonly (readonly [string, { readonly short: string }])[],
  sorted = true,
): string {
  const rows = sorted ? commands.toSorted(([a], [b]) => (a < b ? -1 : 1)) : commands;
  let text = '';
  for (const [name, { short }] of rows) {
    text += `  ${name.padEnd(11)} ${wrap(short, WIDTH - 14, ' '.repeat(14))}\n`;
  }
  return text;
}

/** Flags in two columns, by name, as pflag lays them out. */
function flagHelp(flags: readonly FlagSpec[]): string {
  const shown = flags
    .filter((flag) => flag.insteadOf === undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const heads = shown.map((flag) => {
    const short = flag.short ? `-${flag.short}, ` : '    ';
    return `  ${short}--${flag.name}${flag.type ? ` ${flag.type}` : ''}`;
  });
  const width = Math.max(...heads.map((head) => head.length)) + 3;
  let text = '';
  shown.forEach((flag, at) => {
    const usage = flag.usage + fallback(flag);
    text += `${(heads[at] ?? '').padEnd(width)}${wrap(usage, WIDTH - 1 - width, ' '.repeat(width))}\n`;
  });
  return text;
}

function fallback({ type, fallback: value }: FlagSpec): string {
  if (type === 'map') return ' (default map[])';
  if (value === '' || value === '0' || value === 'false') return '';
  return type === 'string' ? ` (default "${value}")` : ` (default ${value})`;
}

/**
 * Breaks lines at spaces; what stands behind the first is indented. A last word of up to five
 * columns may stand over the edge rather than alone on a line, hence the edge is five earlier.
 */
function wrap(text: string, width: number, indent: string): string {
  const slop = 5;
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let rest = paragraph;
    while (rest.length >= width) {
      const at = rest.lastIndexOf(' ', width - slop - 1);
      if (at <= 0) break;
      lines.push(rest.slice(0, at));
      rest = rest.slice(at + 1);
    }
    lines.push(rest);
  }
  return lines.join(`\n${indent}`);
}

function indented(text: string): string {
  return `  ${wrap(text, WIDTH - 2, '  ')}\n`;
}
