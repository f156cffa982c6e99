import { describe, expect, it } from 'vitest';
import { Failure } from './failure.ts';
import { bool, filter, flagTable, hidden, int, list, parseFlags, text } from './flags.ts';

const name = text('name', '', 'a name');
const specs = [
  bool('interactive', 'i', 'in'),
  bool('tty', 't', 'terminal'),
  bool('proxy', '', 'on unless told', true),
  list('env', 'e', 'variables'),
  int('last', 'n', 'a number', -1),
  filter(),
  name,
  hidden(name, 'title'),
];

const parse = (line: string, interspersed = true): ReturnType<typeof parseFlags> =>
  parseFlags(flagTable(specs), line === '' ? [] : line.split(' '), interspersed);

function complaint(line: string): string {
  try {
    parse(line);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    expect(error).toMatchObject({ status: 125 });
    return error instanceof Error ? error.message : '';
  }
  return 'nothing';
}

describe('parseFlags', () => {
  it('has the fallback of what was not said', () => {
    const { flags, args } = parse('');
    expect(flags.bool('tty')).toBe(false);
    expect(flags.bool('proxy')).toBe(true);
    expect(flags.int('last')).toBe(-1);
    expect(flags.list('env')).toEqual([]);
    expect(flags.changed('name')).toBe(false);
    expect(args).toEqual([]);
  });

  it.each([
    ['-it', true, true],
    ['-i -t', true, true],
    ['-ti=false', false, true],
    ['--tty --interactive=0', false, true],
    ['--tty=T', false, true],
  ])('%s', (line, interactive, tty) => {
    const { flags } = parse(line);
    expect([flags.bool('interactive'), flags.bool('tty')]).toEqual([interactive, tty]);
  });

  it('takes values in every way that pflag does, and keeps each of a list', () => {
    const { flags } = parse('-e A=1 -eB=2 -e=C=3 --env D=4 --env=E=5 -ite F=6');
    expect(flags.list('env')).toEqual(['A=1', 'B=2', 'C=3', 'D=4', 'E=5', 'F=6']);
    expect(flags.bool('tty')).toBe(true);
  });

  it('keeps the last of a flag that is said once', () => {
    expect(parse('--name a --name b').flags.text('name')).toBe('b');
  });

  it('knows a flag by its hidden name', () => {
    expect(parse('--title x').flags.text('name')).toBe('x');
  });

  it('lets flags stand behind arguments, unless the first argument ends them', () => {
    expect(parse('a -i b').args).toEqual(['a', 'b']);
    const { args, flags } = parse('-t a -i --env x', false);
    expect(args).toEqual(['a', '-i', '--env', 'x']);
    expect(flags.bool('interactive')).toBe(false);
  });

  it('ends the flags at --, and takes - for an argument', () => {
    expect(parse('-i -- -t --nope').args).toEqual(['-t', '--nope']);
    expect(parse('- a').args).toEqual(['-', 'a']);
    expect(parse('-- a', false).args).toEqual(['a']);
  });

  it('reads numbers as Go does', () => {
    expect(parse('-n 0x10').flags.int('last')).toBe(16);
    expect(parse('-n -3').flags.int('last')).toBe(-3);
  });

  it('hears --help wherever it stands', () => {
    expect(parse('a --help b').help).toBe(true);
    expect(parse('-h').help).toBe(true);
    expect(parse('a --help', false).help).toBe(false);
  });

  it.each([
    ['--nope', 'unknown flag: --nope'],
    ['--nope=3', 'unknown flag: --nope'],
    ['-zx', "unknown shorthand flag: 'z' in -zx"],
    ['-iz', "unknown shorthand flag: 'z' in -z"],
    ['--name', 'flag needs an argument: --name'],
    ['-e', "flag needs an argument: 'e' in -e"],
    ['-ite', "flag needs an argument: 'e' in -e"],
    ['--=x', 'bad flag syntax: --=x'],
    [
      '-n x',
      'invalid argument "x" for "-n, --last" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      '--tty=maybe',
      'invalid argument "maybe" for "-t, --tty" flag: strconv.ParseBool: parsing "maybe": invalid syntax',
    ],
    [
      '-f foo',
      'invalid argument "foo" for "-f, --filter" flag: bad format of filter (expected name=value)',
    ],
  ])('%s: %s', (line, message) => {
    expect(complaint(line)).toBe(message);
  });
});
