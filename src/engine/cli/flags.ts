import { Failure, sentence } from './failure.ts';

/**
 * Command-line flags as spf13/pflag reads them, which is what users of Docker have in their
 * fingers: `-it`, `-e A=b`, `-eA=b`, `-e=A=b`, `--env A=b`, `--env=A=b`, `--` ends the flags.
 */
export interface FlagSpec {
  readonly name: string;
  readonly short: string;
  /** The word behind the flag in the help: `list`; '' for a switch, which needs no value. */
  readonly type: string;
  readonly usage: string;
  /** What the flag is when it is not given; shown in the help when it says something. */
  readonly fallback: string;
  /** The flag may be given again and adds up. */
  readonly many: boolean;
  /** The value as it is kept; throws an Error whose message ends pflag's sentence. */
  readonly check?: (value: string) => string;
  /** Works, but is not in the help (`--net`), with the flag that it stands for. */
  readonly insteadOf?: string;
}

type Check = (value: string) => string;

/** A switch: `--all`, `--all=false`. */
export function bool(name: string, short: string, usage: string, fallback = false): FlagSpec {
  return {
    name,
    short,
    type: '',
    usage,
    fallback: String(fallback),
    many: false,
    check: parseBool,
  };
}

/** One value; `type` is the word in the help. */
export function text(
  name: string,
  short: string,
  usage: string,
  options: { fallback?: string; type?: string; check?: Check } = {},
): FlagSpec {
  const { fallback = '', type = 'string', check } = options;
  return { name, short, type, usage, fallback, many: false, ...(check && { check }) };
}

/** A value that may be given several times. */
export function list(
  name: string,
  short: string,
  usage: string,
  options: { type?: string; check?: Check } = {},
): FlagSpec {
  const { type = 'list', check } = options;
  return { name, short, type, usage, fallback: '', many: true, ...(check && { check }) };
}

/** A whole number. */
export function int(name: string, short: string, usage: string, fallback = 0): FlagSpec {
  return {
    name,
    short,
    type: 'int',
    usage,
    fallback: String(fallback),
    many: false,
    check: parseInteger,
  };
}

/** `--filter name=value`, any number of times. */
export function filter(
  usage = 'Filter output based on conditions provided',
  short = 'f',
): FlagSpec {
  return list('filter', short, usage, { type: 'filter', check: parseFilter });
}

/** Another spelling of the flag `name`, not shown. */
export function hidden(spec: FlagSpec, name: string): FlagSpec {
  return { ...spec, name, short: '', insteadOf: spec.name };
}

function parseBool(value: string): string {
  if (/^(1|t|T|true|TRUE|True)$/.test(value)) return 'true';
  if (/^(0|f|F|false|FALSE|False)$/.test(value)) return 'false';
  throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
}

/** Decimal, 0x… or 0…; normalised to decimal. */
export function parseInteger(value: string): string {
  const match = /^([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/.exec(value);
  const digits = match?.[2];
  if (digits === undefined) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax`);
  }
  const octal = /^0[0-7]+$/.test(digits);
  const size = octal ? Number.parseInt(digits, 8) : Number(digits);
  return String(match?.[1] === '-' ? -size : size);
}

function parseFilter(value: string): string {
  if (value === '') return value;
  const at = value.indexOf('=');
  if (at < 0) throw new Error('bad format of filter (expected name=value)');
  return `${value.slice(0, at).trim().toLowerCase()}=${value.slice(at + 1).trim()}`;
}

/** The values of a command's flags. */
export class Flags {
  readonly #specs: ReadonlyMap<string, FlagSpec>;
  readonly #values = new Map<string, string[]>();

  constructor(specs: ReadonlyMap<string, FlagSpec>) {
    this.#specs = specs;
  }

  /** Keeps one value. */
  set(spec: FlagSpec, value: string): void {
    const name = spec.insteadOf ?? spec.name;
    const kept = this.#values.get(name);
    if (kept && spec.many) kept.push(value);
    else this.#values.set(name, [value]);
  }

  /** True when the flag stood on the command line. */
  changed(name: string): boolean {
    return this.#values.has(name);
  }

  /** The names of the flags that stood on the command line. */
  given(): Iterable<string> {
    return this.#values.keys();
  }

  text(name: string): string {
    return this.#values.get(name)?.at(-1) ?? this.#spec(name).fallback;
  }

  bool(name: string): boolean {
    return this.text(name) === 'true';
  }

  int(name: string): number {
    return Number(this.text(name));
  }

  list(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  #spec(name: string): FlagSpec {
    const spec = this.#specs.get(name);
    // A command that asks for a flag it has not declared is a bug of the command.
    if (!spec) throw new Error(`flag --${name} is not declared`);
    return spec;
  }
}

/** A command's flags by their names; worth keeping, as some commands have a hundred. */
export interface FlagTable {
  readonly long: ReadonlyMap<string, FlagSpec>;
  readonly short: ReadonlyMap<string, FlagSpec>;
}

export function flagTable(specs: readonly FlagSpec[]): FlagTable {
  const long = new Map<string, FlagSpec>();
  const short = new Map<string, FlagSpec>();
  for (const spec of specs) {
    long.set(spec.name, spec);
    if (spec.short) short.set(spec.short, spec);
  }
  return { long, short };
}

/** What {@link parseFlags} found. */
export interface Parsed {
  readonly flags: Flags;
  readonly args: readonly string[];
  /** `--help` was among the flags. */
  readonly help: boolean;
}

/** Docker answers every mistake in a flag with this exit status. */
const BAD_FLAG = 125;

/**
 * @param interspersed flags may stand between and behind the positional arguments
 * @throws Failure with pflag's sentence, status 125
 */
export function parseFlags(
  { long, short }: FlagTable,
  argv: readonly string[],
  interspersed = true,
): Parsed {
  const flags = new Flags(long);
  const args: string[] = [];
  let help = false;
  let at = 0;

  const set = (spec: FlagSpec, value: string): void => {
    let kept: string;
    try {
      kept = spec.check ? spec.check(value) : value;
    } catch (error) {
      const name = spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`;
      throw new Failure(
        `invalid argument ${JSON.stringify(value)} for "${name}" flag: ${sentence(error)}`,
        BAD_FLAG,
      );
    }
    flags.set(spec, kept);
  };
  const next = (complaint: string): string => {
    const value = argv[at++];
    if (value === undefined) throw new Failure(`flag needs an argument: ${complaint}`, BAD_FLAG);
    return value;
  };

  const readLong = (arg: string): void => {
    const body = arg.slice(2);
    if (body.startsWith('-') || body.startsWith('=')) {
      throw new Failure(`bad flag syntax: ${arg}`, BAD_FLAG);
    }
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const spec = long.get(name);
    if (!spec) {
      if (name === 'help') help = true;
      else throw new Failure(`unknown flag: --${name}`, BAD_FLAG);
    } else if (equals >= 0) set(spec, body.slice(equals + 1));
    else set(spec, spec.type === '' ? 'true' : next(`--${name}`));
  };

  const readShort = (arg: string): void => {
    for (let rest = arg.slice(1); rest !== '';) {
      const letter = rest.charAt(0);
      const spec = short.get(letter);
      const after = rest.slice(1);
      if (!spec) {
        if (letter !== 'h') {
          throw new Failure(`unknown shorthand flag: '${letter}' in -${rest}`, BAD_FLAG);
        }
        help = true;
        rest = after;
        continue;
      }
      if (after.startsWith('=') && after.length > 1) return set(spec, after.slice(1));
      if (spec.type === '') {
        set(spec, 'true');
        rest = after;
      } else return set(spec, after === '' ? next(`'${letter}' in -${rest}`) : after);
    }
  };

  while (at < argv.length) {
    const arg = argv[at++] ?? '';
    if (arg === '--') {
      args.push(...argv.slice(at));
      break;
    }
    if (arg.startsWith('--')) readLong(arg);
    else if (arg.startsWith('-') && arg.length > 1) readShort(arg);
    else if (interspersed) args.push(arg);
    else {
      args.push(arg, ...argv.slice(at));
      break;
    }
  }
  return { flags, args, help };
}
