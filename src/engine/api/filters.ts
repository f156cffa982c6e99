import { EngineError } from '../errors.ts';

/** `filters` of a list request: for each name, the values of which one must fit. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/**
 * Reads `{"name":["value"]}` and the older `{"name":{"value":true}}`.
 * @throws EngineError 400 when it is neither, or names a filter that is not `allowed`.
 */
export function parseFilters(text: string | undefined, allowed: readonly string[]): Filters {
  if (text === undefined || text === '') return new Map();
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new EngineError(400, 'invalid filter');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new EngineError(400, 'invalid filter');
  }
  const filters = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(document as Record<string, unknown>)) {
    if (!allowed.includes(name)) throw new EngineError(400, `invalid filter '${name}'`);
    filters.set(name, valuesOf(value));
  }
  return filters;
}

/** A list of texts, or an object whose names are the values. */
function valuesOf(value: unknown): string[] {
  if (value === null) return [];
  if (typeof value !== 'object') throw new EngineError(400, 'invalid filter');
  if (!Array.isArray(value)) return Object.keys(value);
  return value.map((each: unknown) => {
    if (typeof each !== 'string') throw new EngineError(400, 'invalid filter');
    return each;
  });
}

/** Whether one of the filter's values passes `test`; true when there is no such filter. */
export function fits(filters: Filters, name: string, test: (value: string) => boolean): boolean {
  const values = filters.get(name);
  return values === undefined || values.length === 0 || values.some(test);
}

/** `label=key` or `label=key=value`, all of which must hold. */
export function fitsLabels(filters: Filters, labels: Readonly<Record<string, string>>): boolean {
  return (filters.get('label') ?? []).every((wanted) => {
    const equals = wanted.indexOf('=');
    return equals < 0
      ? wanted in labels
      : labels[wanted.slice(0, equals)] === wanted.slice(equals + 1);
  });
}
