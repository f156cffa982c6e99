import { bottleCommands } from './bottle.ts';
import { type Cli, type Command, type Group } from './command.ts';
import { complete } from './complete/index.ts';
import { Failure, errnoName, sentence } from './failure.ts';
import { type FlagTable, type Parsed, bool, flagTable, list, parseFlags, text } from './flags.ts';
import { commandHelp, groupHelp, usageLine } from './help.ts';
import { Client } from './http/client.ts';
import { groups, topCommands, topHelp, unknown } from './tree.ts';
import { VERSION } from './version.ts';
import type { Sys } from '../sys/sys.ts';

/** Where the daemon listens unless DOCKER_HOST or -H says otherwise. */
const DEFAULT_HOST = 'unix:///var/run/docker.sock';

/** An exit status from here on means: die of the signal `status - SIGNALLED`. */
const SIGNALLED = 256;
const SIGPIPE = 13;

/**
 * The `docker` and `bottle` commands: parses `argv` (its first word says which), does what it says
 * through the Engine API, and resolves to the exit status. Descriptors 0 to 2 are the user's.
 */
export async function command(
  sys: Sys,
  argv: string[],
  env: Record<string, string>,
  cwd: string,
): Promise<number> {
  const [called = 'docker', ...words] = argv;
  const name = called.slice(called.lastIndexOf('/') + 1);
  const out = (output: string): Promise<void> => sys.write(1, output);
  const err = (output: string): Promise<void> => sys.write(2, output);
  try {
    const client = new Client(sys, env['DOCKER_HOST'] || DEFAULT_HOST);
    const cli: Cli = { sys, env, cwd, client, path: name, out, err };
    return name === 'bottle'
      ? await inGroup(cli, name, bottleCommands, words)
      : await docker(cli, words);
  } catch (error) {
    // A reader that went away (`docker ps | head -1`) ends us as it ends any program.
    if (errnoName(error) === 'EPIPE') return SIGNALLED + SIGPIPE;
    const message = sentence(error);
    if (message) await err(`${message}\n`);
    return error instanceof Failure ? error.status : 1;
  }
}

async function docker(cli: Cli, words: readonly string[]): Promise<number> {
  const globals = parseOrExplain('docker', 'docker [OPTIONS] COMMAND [ARG...]', () =>
    parseFlags(globalFlags, words, false),
  );
  const { flags, args } = globals;
  if (flags.bool('version')) {
    await cli.out(`Docker version ${VERSION}, build bottle\n`);
    return 0;
  }
  const host = flags.list('host').at(-1);
  const here: Cli = host === undefined ? cli : { ...cli, client: new Client(cli.sys, host) };
  const [word, ...rest] = args;
  if (word === undefined) {
    // Help that was asked for is output; help instead of a command that is missing is a remark.
    await (globals.help ? cli.out(topHelp()) : cli.err(topHelp()));
    return 0;
  }
  if (word === 'help') return await help(cli, rest);
  if (word === '__complete') {
    return await complete(
      here,
      { top: topCommands(), groups: groups(), globals: [...globalFlags.long.values()] },
      rest,
    );
  }
  const group = groups()[word];
  if (group) return await inGroup(here, `docker ${word}`, group, rest);
  const found = topCommands()[word];
  if (!found) {
    throw new Failure(`${unknown('docker', word)}\n\nRun 'docker --help' for more information`);
  }
  return await run({ ...here, path: `docker ${word}` }, found, rest);
}

async function inGroup(
  cli: Cli,
  path: string,
  group: Group,
  words: readonly string[],
): Promise<number> {
  const { args, help: asked } = parseOrExplain(path, path, () => parseFlags(noFlags, words, false));
  const [word, ...rest] = args;
  if (word === undefined) {
    await (asked ? cli.out(groupHelp(path, group)) : cli.err(groupHelp(path, group)));
    return 0;
  }
  const found = group.commands[group.hidden?.[word] ?? word];
  if (!found) {
    throw new Failure(
      `${unknown(path, word)}\n\nUsage:  ${path}\n\n` + `Run '${path} --help' for more information`,
    );
  }
  return await run({ ...cli, path: `${path} ${word}` }, found, rest);
}

async function run(cli: Cli, found: Command, words: readonly string[]): Promise<number> {
  const { path } = cli;
  const {
    flags,
    args,
    help: asked,
  } = parseOrExplain(path, `${path} ${found.usage}`, () =>
    parseFlags(tableOf(found), words, found.interspersed ?? true),
  );
  if (asked) {
    await cli.out(commandHelp(path, found));
    return 0;
  }
  checkArity(path, found, args.length);
  return await found.run(cli, flags, args);
}

function checkArity(path: string, found: Command, count: number): void {
  const { min, max } = found.arity;
  if (count >= min && (max === undefined || count <= max)) return;
  const many = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;
  let complaint: string;
  let see = 'Run';
  if (max === 0) complaint = 'accepts no arguments';
  else if (max === min) complaint = `requires ${many(min)}`;
  else if (max === undefined) {
    complaint = `requires at least ${many(min)}`;
    see = 'See';
  } else if (min === 0) complaint = `requires at most ${many(max)}`;
  else complaint = `requires at least ${min} and at most ${many(max)}`;
  throw new Failure(
    `${path.split(' ', 1).join('')}: '${path}' ${complaint}\n\n${usageLine(path, found)}\n` +
      `${see} '${path} --help' for more information`,
  );
}

/** Runs the parser; what it complains about gets the usage line behind it. */
function parseOrExplain(path: string, usage: string, parse: () => Parsed): Parsed {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(
      `${error.message}\n\nUsage:  ${usage.trimEnd()}\n\nRun '${path} --help' for more information`,
      error.status,
    );
  }
}

async function help(cli: Cli, words: readonly string[]): Promise<number> {
  const [first, second] = words;
  const group = first === undefined ? undefined : groups()[first];
  if (first === undefined) await cli.out(topHelp());
  else if (group) {
    const found =
      second === undefined ? undefined : group.commands[group.hidden?.[second] ?? second];
    const path = `docker ${first}`;
    await cli.out(found ? commandHelp(`${path} ${second}`, found) : groupHelp(path, group));
  } else {
    const found = topCommands()[first];
    if (!found) throw new Failure(`unknown help topic: ${words.join(' ')}`);
    await cli.out(commandHelp(`docker ${first}`, found));
  }
  return 0;
}

const noFlags = flagTable([]);

const globalFlags = flagTable([
  list('host', 'H', 'Daemon socket to connect to'),
  bool('debug', 'D', 'Enable debug mode'),
  text('log-level', 'l', 'Set the logging level', { fallback: 'info' }),
  text('config', '', 'Location of client config files'),
  text('context', 'c', 'Name of the context to use'),
  bool('version', 'v', 'Print version information and quit'),
]);

const tables = new WeakMap<Command, FlagTable>();

function tableOf(command: Command): FlagTable {
  let table = tables.get(command);
  if (!table) tables.set(command, (table = flagTable(command.flags?.() ?? [])));
  return table;
}

/**
 * Commands whose flags are there before anybody calls them: this file is evaluated once, and what it made
 * is shared by all the processes that come of it.
 */
const READY = ['run', 'create', 'start', 'exec', 'ps', 'logs', 'stop', 'rm', 'images', 'pull'];
groups();
for (const word of READY) {
  const command = topCommands()[word];
  if (command) tableOf(command);
}
