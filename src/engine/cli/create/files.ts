import { Failure, errnoName } from '../failure.ts';
import { resolve } from './mounts.ts';
import type { Cli } from '../command.ts';

/** The lines of an `--env-file` or `--label-file` that say something, then those of the flags. */
export function withFiles(cli: Cli, files: readonly string[], given: readonly string[]): string[] {
  return [...files.flatMap((file) => readLines(cli, file)), ...given];
}

function readLines(cli: Cli, file: string): string[] {
  const lines = readFile(cli, file).split(/\r?\n/);
  const kept: string[] = [];
  for (const line of lines) {
    const text = line.trimStart();
    if (text === '' || text.startsWith('#')) continue;
    const name = text.split('=', 1)[0] ?? '';
    if (name === '')
      throw new Failure(`invalid env file (${file}): no variable name on line '${text}'`);
    if (/\s/.test(name)) {
      throw new Failure(`invalid env file (${file}): variable '${name}' contains whitespaces`);
    }
    kept.push(text);
  }
  return kept;
}

/** A file that a flag names. */
export function readFile(cli: Cli, file: string): string {
  try {
    return cli.sys.readText(resolve(cli.cwd, file));
  } catch (error) {
    if (errnoName(error) === 'ENOENT') throw new Failure(`open ${file}: no such file or directory`);
    throw error;
  }
}

/** `-e NAME` takes the value of the command's own environment; unset there it stays a bare name. */
export function environment(cli: Cli, pairs: readonly string[]): string[] {
  return pairs.map((pair) => {
    if (pair.includes('=')) return pair;
    const value = cli.env[pair];
    return value === undefined ? pair : `${pair}=${value}`;
  });
}

/** `name=value` pairs as an object; a bare name has an empty value. */
export function asRecord(pairs: readonly string[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 0) all[pair] = '';
    else all[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return all;
}
