import { isRecord, json, show, sprintf, truth } from './values.ts';

/** A function of a template; throws an Error whose message Go puts behind `error calling …`. */
export type TemplateFunction = (...args: unknown[]) => unknown;

/** text/template's own functions and Docker's (`json`, `join`, …). */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  and: (...args) => args.find((value) => !truth(value)) ?? args.at(-1),
  or: (...args) => args.find(truth) ?? args.at(-1),
  not: (value) => !truth(value),
  eq: (first, ...others) => others.some((other) => same(first, other)),
  ne: (a, b) => !same(a, b),
  lt: (a, b) => compare(a, b) < 0,
  le: (a, b) => compare(a, b) <= 0,
  gt: (a, b) => compare(a, b) > 0,
  ge: (a, b) => compare(a, b) >= 0,
  len: length,
  index: (value, ...keys) => keys.reduce(index, value),
  slice: (value, from = 0, to = undefined) => part(value, Number(from), to),
  print: (...args) => args.map(show).join(' '),
  println: (...args) => `${args.map(show).join(' ')}\n`,
  printf: (format, ...args) => sprintf(show(format), args),
  html: (value) => show(value).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`),
  urlquery: (value) => encodeURIComponent(show(value)).replaceAll('%20', '+'),
  js: (value) => JSON.stringify(show(value)).slice(1, -1),
  json: (value) => json(value, false),
  split: (value, separator) => show(value).split(show(separator)),
  join: (values, separator) => elements(values).map(show).join(show(separator)),
  title: (value) => show(value).replace(/(^|[\s_])\p{Ll}/gu, (word) => word.toUpperCase()),
  lower: (value) => show(value).toLowerCase(),
  upper: (value) => show(value).toUpperCase(),
  pad: (value, before, after) =>
    value === '' ? '' : ' '.repeat(Number(before)) + show(value) + ' '.repeat(Number(after)),
  truncate: (value, size) => [...show(value)].slice(0, Number(size)).join(''),
};

/**
 * In the heading of a table a field stands for its title, and what would shape the value leaves
 * the title as it is.
 */
export const headingFunctions: Readonly<Record<string, TemplateFunction>> = {
  ...functions,
  json: () => '',
  title: (value) => value,
  lower: (value) => value,
  upper: (value) => value,
  truncate: (value) => value,
  join: (value) => value,
  split: (value) => value,
};

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  return (a === undefined || a === null) && (b === undefined || b === null);
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new Error('incompatible types for comparison');
}

function length(value: unknown): number {
  // Go counts the bytes of a string; a template that asks is about ASCII.
  if (typeof value === 'string' || Array.isArray(value)) return value.length;
  if (isRecord(value)) return Object.keys(value).length;
  if (value === null) return 0;
  throw new Error(`len of type ${typeof value}`);
}

function index(value: unknown, key: unknown): unknown {
  if (Array.isArray(value) || typeof value === 'string') {
    const at = Number(key);
    if (!Number.isInteger(at) || at < 0 || at >= value.length) {
      throw new Error(`index out of range: ${show(key)}`);
    }
    return typeof value === 'string' ? value.charCodeAt(at) : value[at];
  }
  if (isRecord(value)) return Object.hasOwn(value, show(key)) ? value[show(key)] : '';
  throw new Error('index of untyped nil');
}

function part(value: unknown, from: number, to: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) throw new Error("can't slice this value");
  const end = to === undefined ? value.length : Number(to);
  if (from < 0 || end > value.length || from > end) {
    throw new Error(`index out of range: ${Math.max(from, end)}`);
  }
  return value.slice(from, end);
}

function elements(values: unknown): readonly unknown[] {
  if (Array.isArray(values)) return values;
  if (values === null || values === undefined) return [];
  throw new Error(`can't join ${show(values)}`);
}
