import { EngineError } from '../../errors.ts';
import { unixSeconds } from '../../daemon/clock.ts';
import { cgroupOf } from '../cgroup.ts';
import type { Container } from '../container.ts';
import { emit, type Context } from '../context.ts';
import { COLUMNS, LAYOUTS, type Column, type Surroundings } from './columns.ts';
import { processesOf, readProcess } from './process.ts';

/** `GET /containers/{id}/top`. */
export interface Listing {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

/**
 * The processes of a container as `ps ARGUMENTS` shows them outside of it: with the PIDs of the
 * machine, not those that the container sees.
 *
 * @throws EngineError 409 when it does not run, 500 (as Docker) for arguments that ps has not.
 */
export function top(context: Context, container: Container, args: string): Listing {
  const { sys } = context;
  const { id, state } = container;
  if (!state.Running) throw new EngineError(409, `container ${id} is not running`);
  if (state.Restarting) {
    throw new EngineError(
      409,
      `Container ${id} is restarting, wait until the container is running`,
    );
  }
  const columns = parseArguments(args === '' ? '-ef' : args);
  if (!columns.some(({ title }) => title === 'PID')) {
    throw new EngineError(500, "Couldn't find PID field in ps output");
  }
  const { total, uptime } = sys.sysinfo();
  const around: Surroundings = {
    now: unixSeconds(sys.timestamp()),
    uptime: Number(sys.readText('/proc/uptime').split(' ')[0] ?? uptime),
    memory: total,
    user: names(sys.readText('/etc/passwd')),
    group: names(sys.readText('/etc/group')),
  };
  const processes = processesOf(sys, cgroupOf(container)).flatMap((pid) => {
    const process = readProcess(sys, pid);
    return process ? [columns.map(({ value }) => value(process, around))] : [];
  });
  emit(context, container, 'top');
  return { Titles: columns.map(({ title }) => title), Processes: processes };
}

/** Names by number, of passwd(5) or group(5). */
function names(accounts: string): (id: number) => string {
  const byId = new Map<number, string>();
  for (const line of accounts.split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined) byId.set(Number(id), name);
  }
  return (id) => byId.get(id) ?? String(id);
}

const bad = (why: string): EngineError => new EngineError(500, `ps: error: ${why}`);

/** The columns that the arguments of ps(1) ask for: `-ef`, `aux`, `-o pid,comm`, `-eo pid=,args`. */
function parseArguments(text: string): readonly Column[] {
  const words = text.trim().split(/\s+/);
  let layout: readonly Column[] | null = null;
  const own: Column[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const format = /^(?:--format(?:=|$)|-?[a-zA-Z]*?o)(.*)$/.exec(word);
    if (format && (word.startsWith('-') || /o$/.test(word))) {
      own.push(...formatColumns(format[1] !== '' ? (format[1] ?? '') : (words.shift() ?? '')));
      continue;
    }
    layout = word.startsWith('-') ? unixLayout(word.slice(1), layout) : bsdLayout(word);
  }
  return own.length > 0 ? own : (layout ?? LAYOUTS.plain);
}

function unixLayout(letters: string, before: readonly Column[] | null): readonly Column[] | null {
  let layout = before;
  for (const letter of letters) {
    if (letter === 'f' || letter === 'F') layout = LAYOUTS.full;
    else if (letter === 'l') layout = LAYOUTS.long;
    else if (letter === 'u' || letter === 'x') return bsdLayout(letters);
    else if (!'eAadNwH'.includes(letter)) throw bad(`unsupported option -${letter}`);
  }
  return layout;
}

function bsdLayout(letters: string): readonly Column[] {
  for (const letter of letters) {
    if (!'auxwefT'.includes(letter)) throw bad(`unsupported option ${letter}`);
  }
  return letters.includes('u') ? LAYOUTS.user : LAYOUTS.bsd;
}

/** `pid,user=WHO,args`: names of columns, with titles of one's own. */
function formatColumns(list: string): Column[] {
  if (list === '') throw bad('format specification must follow -o');
  return list.split(',').map((part) => {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const column = COLUMNS[name.toLowerCase()];
    if (!column) throw bad(`unknown user-defined format specifier "${name}"`);
    const title = equals < 0 ? '' : part.slice(equals + 1);
    return title === '' ? column : { ...column, title };
  });
}
