import type { Sys } from '../sys/sys.ts';
import type { Flags, FlagSpec } from './flags.ts';
import type { Client } from './http/client.ts';

/** What a running command reaches the world with. */
export interface Cli {
  readonly sys: Sys;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly client: Client;
  /** The words that called it: `docker ps`, `docker container ls`. */
  readonly path: string;
  /** Writes to standard output. */
  out(text: string): Promise<void>;
  /** Writes to standard error. */
  err(text: string): Promise<void>;
}

/** How many positional arguments a command takes. */
interface Arity {
  readonly min: number;
  /** Absent: any number. */
  readonly max?: number;
}

/** One command of the tree; the same object may hang at several places of it. */
export interface Command {
  /** What stands behind the command's words in its usage line: `[OPTIONS] IMAGE`. */
  readonly usage: string;
  /** One line for the lists of commands. */
  readonly short: string;
  /** What stands below it in the command's own help. */
  readonly more?: string;
  /** All spellings, for the help; absent when there is one. */
  readonly aliases?: readonly string[];
  readonly arity: Arity;
  /** False: the first positional argument ends the flags, the rest is not looked at (`run`). */
  readonly interspersed?: false;
  /** Asked for once in a process. */
  flags?(): readonly FlagSpec[];
  /** Resolves to the exit status; throws {@link Failure} with a sentence for the user. */
  run(cli: Cli, flags: Flags, args: readonly string[]): Promise<number>;
}

/** A word that only groups commands: `docker container`. */
export interface Group {
  readonly short: string;
  readonly commands: Readonly<Record<string, Command>>;
  /** Other words for a command of the group (`list` for `ls`), left out of the help. */
  readonly hidden?: Readonly<Record<string, string>>;
}
