import { resource } from '../each.ts';
import { ApiError, Failure, sentence } from '../failure.ts';
import { bool, text } from '../flags.ts';
import { formatFlag } from '../format/list.ts';
import { objectTemplate } from '../format/object.ts';
import { TemplateError, field } from '../format/template/index.ts';
import { isRecord } from '../format/template/values.ts';
import type { Cli, Command } from '../command.ts';

/** Where objects of a type are, in the order in which a name without a type is looked for. */
const PATHS: Readonly<Record<string, (name: string) => string>> = {
  container: (name) => `${resource('containers', name)}/json`,
  image: (name) => `${resource('images', name)}/json`,
  network: (name) => resource('networks', name),
  volume: (name) => resource('volumes', name),
};
const OTHER_TYPES = ['config', 'node', 'plugin', 'secret', 'service', 'task'];

/** Shows objects of any type as JSON, word for word as the daemon has them. */
export const inspect: Command = {
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  short: 'Return low-level information on Docker objects',
  arity: { min: 1 },
  flags: () => [
    formatFlag(false, 'f'),
    bool('size', 's', 'Display total file sizes if the type is container'),
    text('type', '', 'Only inspect objects of the given type'),
  ],
  async run(cli, flags, names) {
    const type = flags.text('type');
    const known = [...Object.keys(PATHS), ...OTHER_TYPES].toSorted();
    if (flags.changed('type') && !known.includes(type)) {
      throw new Failure(
        type === ''
          ? 'type is empty: must be one of "' + known.join('", "') + '"'
          : `unknown type: ${JSON.stringify(type)}: must be one of "${known.join('", "')}"`,
      );
    }
    return await show(cli, names, flags.text('format'), (name) =>
      find(cli, name, type === '' ? Object.keys(PATHS) : [type], flags.bool('size')),
    );
  },
};

/** `docker container inspect` and its like: one type of object. */
export function inspectOf(type: 'container' | 'image' | 'network' | 'volume'): Command {
  const word = type.toUpperCase();
  return {
    usage: `[OPTIONS] ${word} [${word}...]`,
    short: `Display detailed information on one or more ${type}s`,
    arity: { min: 1 },
    flags: () => [
      formatFlag(false, 'f'),
      ...(type === 'container' ? [bool('size', 's', 'Display total file sizes')] : []),
    ],
    run: (cli, flags, names) =>
      show(cli, names, flags.text('format'), (name) =>
        get(cli, type, name, type === 'container' && flags.bool('size')),
      ),
  };
}

function get(cli: Cli, type: string, name: string, size: boolean): Promise<unknown> {
  const path = PATHS[type]?.(name);
  if (path === undefined)
    throw new Failure(`This sandbox has no swarm: there are no objects of type ${type}`);
  return cli.client.json('GET', path, { query: { size } });
}

async function find(
  cli: Cli,
  name: string,
  types: readonly string[],
  size: boolean,
): Promise<unknown> {
  for (const type of types) {
    try {
      return await get(cli, type, name, size && type === 'container');
    } catch (error) {
      // Another type may have it; 501 comes for types that the engine does not have.
      const absent = error instanceof ApiError && (error.code === 404 || error.code === 501);
      if (!absent || types.length === 1) throw error;
    }
  }
  throw new Failure(`Error: No such object: ${name}`);
}

/** Prints what was found, then what was not. */
async function show(
  cli: Cli,
  names: readonly string[],
  source: string,
  load: (name: string) => Promise<unknown>,
): Promise<number> {
  const template = objectTemplate(source);
  const found: unknown[] = [];
  const problems: string[] = [];
  for (const name of names) {
    try {
      found.push(await load(name));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(sentence(error));
    }
  }
  if (!template) {
    const body = source === 'json' ? JSON.stringify(found) : JSON.stringify(found, null, 4);
    await cli.out(`${body}\n`);
  } else {
    // The line's end comes in any case: what is printed before a mistake stays on its line.
    let output = '';
    try {
      for (const one of found) output += `${template.execute(one, lookup)}\n`;
    } catch (error) {
      await cli.out(`${output}\n`);
      throw new Failure(`template parsing error: ${sentence(error)}`);
    }
    await cli.out(output === '' ? '\n' : output);
  }
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  return 0;
}

/** Fields that are maps: what is null there prints as an empty map. */
const MAPS =
  /^(Volumes|Labels|ExposedPorts|PortBindings|Ports|Networks|Options|Sysctls|Tmpfs|StorageOpt|Annotations|DriverOpts)$/;
/** Fields that are no list or map: what is null there is nothing. */
const POINTERS =
  /^(Health|Healthcheck|Init|PidsLimit|OomKillDisable|IPAMConfig|Descriptor|GraphDriver)$/;

/**
 * Go's client has a type for what the daemon answers, we have its JSON: a name in another case
 * (`.ID` for `Id`) is found all the same, and null prints as the empty list or map that it is.
 */
function lookup(value: unknown, name: string): unknown {
  let key = name;
  if (isRecord(value) && !Object.hasOwn(value, name)) {
    const lower = name.toLowerCase();
    const other = Object.keys(value).filter((known) => known.toLowerCase() === lower);
    if (other.length === 1 && other[0] !== undefined) [key] = other;
    // Absent unless it has something to say.
    else if (name === 'Health') return null;
  }
  try {
    const found = field(value, key);
    if (found !== null) return found;
    return MAPS.test(key) ? {} : POINTERS.test(key) ? null : [];
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    throw new TemplateError(sentence(error));
  }
}
