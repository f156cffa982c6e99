/** How Go's fmt and encoding/json show the values that a template meets. */

/** A value that is looked up field by field and prints as a whole in its own way. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `%v`: what an action prints. */
export function show(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined) return '<no value>';
  if (value === null) return '<nil>';
  if (typeof value === 'number') return showNumber(value);
  if (Array.isArray(value)) return `[${value.map(show).join(' ')}]`;
  if (isRecord(value)) {
    const entries = Object.keys(value)
      .toSorted()
      .map((key) => `${key}:${show(value[key])}`);
    return `map[${entries.join(' ')}]`;
  }
  return String(value);
}

function showNumber(value: number): string {
  const plain = Number.isInteger(value) || Math.abs(value) < 1e21;
  return plain ? String(value) : value.toExponential();
}

/** Knows its own JSON, to the character. */
export interface Encoded {
  encoded(): string;
}

/** encoding/json's compact form; `escape` makes `<`, `>` and `&` safe for HTML, its default. */
export function json(value: unknown, escape: boolean): string {
  if (isRecord(value) && typeof value['encoded'] === 'function') return String(value['encoded']());
  const text = JSON.stringify(value) ?? 'null';
  return escape ? text.replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : text;
}

/** What `if`, `and`, `or` and `not` hold for true: anything but the empty value of its kind. */
export function truth(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** fmt.Sprintf with the verbs that formats use. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+)?)?(.)/gsu,
    (
      all: string,
      flags: string,
      width: string | undefined,
      rawPrecision: string | undefined,
      verb: string,
    ) => {
      if (verb === '%') return '%';
      const number = (given: string | undefined): number | undefined =>
        given === '*' ? Number(args[next++]) : given === undefined ? undefined : Number(given);
      const columns = number(width) ?? 0;
      const precision = all.includes('.') ? (number(rawPrecision) ?? 0) : undefined;
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const body = one(verb, args[next++], precision, flags);
      if (flags.includes('-')) return body.padEnd(columns);
      return body.padStart(columns, flags.includes('0') && 'dfxXo'.includes(verb) ? '0' : ' ');
    },
  );
  return next < args.length ? `${text}%!(EXTRA ${args.slice(next).map(show).join(', ')})` : text;
}

/** Go's name of the type that the API's documents have in its structures. */
function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'map[string]interface {}';
}

function one(verb: string, value: unknown, precision: number | undefined, flags: string): string {
  switch (verb) {
    case 'q':
      return JSON.stringify(show(value));
    case 'd':
      return typeof value === 'number' ? String(Math.trunc(value)) : wrong(verb, value);
    case 'f':
      return typeof value === 'number' ? value.toFixed(precision ?? 6) : wrong(verb, value);
    case 'e':
    case 'g':
      return typeof value === 'number' ? String(value) : wrong(verb, value);
    case 'x':
    case 'X':
    case 'o': {
      if (typeof value !== 'number') return wrong(verb, value);
      const text = value.toString(verb === 'o' ? 8 : 16);
      return verb === 'X' ? text.toUpperCase() : text;
    }
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong(verb, value);
    case 'T':
      return typeName(value);
    case 's':
    case 'v': {
      const text =
        flags.includes('#') && typeof value === 'string' ? JSON.stringify(value) : show(value);
      return precision === undefined ? text : [...text].slice(0, precision).join('');
    }
    default:
      return wrong(verb, value);
  }
}

function wrong(verb: string, value: unknown): string {
  const type =
    typeof value === 'number' ? 'int' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `%!${verb}(${type}=${show(value)})`;
}
