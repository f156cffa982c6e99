import { parseDuration } from '../../duration.ts';
import { readFlags } from './flags.ts';
import type { Healthcheck } from './instruction.ts';
import type { Node } from './node.ts';

/** Shortest interval, in nanoseconds. */
const SHORTEST = 1_000_000;

/** HEALTHCHECK: the test of a container, as the configuration has it. */
export function readHealthcheck(node: Node): Healthcheck {
  const [word, ...args] = node.args;
  if (word === undefined) throw new Error('HEALTHCHECK requires at least one argument');
  const kind = word.toUpperCase();
  if (kind === 'NONE') {
    if (args.length > 0) throw new Error('HEALTHCHECK NONE takes no arguments');
    return { Test: ['NONE'] };
  }
  const flags = readFlags(node.flags, {
    interval: 'text',
    timeout: 'text',
    'start-period': 'text',
    'start-interval': 'text',
    retries: 'text',
  });
  if (kind !== 'CMD') {
    throw new Error(`Unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD)`);
  }
  if (args.length === 0) throw new Error('Missing command after HEALTHCHECK CMD');
  const interval = (name: string): number => duration(name, flags.get(name) ?? '');
  const health: Record<string, number> = {
    Interval: interval('interval'),
    Timeout: interval('timeout'),
    StartPeriod: interval('start-period'),
    StartInterval: interval('start-interval'),
    Retries: retries(flags.get('retries') ?? ''),
  };
  const given = Object.entries(health).filter(([, value]) => value !== 0);
  return {
    Test: node.json ? ['CMD', ...args] : ['CMD-SHELL', args.join(' ')],
    ...Object.fromEntries(given),
  };
}

function duration(name: string, text: string): number {
  if (text === '') return 0;
  const value = parseDuration(text);
  if (value !== 0 && value < SHORTEST) {
    throw new Error(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
  }
  return value;
}

function retries(text: string): number {
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  const count = Number(text);
  if (Math.abs(count) > 2 ** 31 - 1) {
    throw new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  if (count < 0) throw new Error(`--retries cannot be negative (${count})`);
  return count;
}
