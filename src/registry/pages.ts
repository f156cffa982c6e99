import { RegistryError } from './errors.ts';

export interface Page {
  readonly items: readonly string[];
  /** `Link` to the next page, when there is one. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Lists in pages by the query's `n` and `last` (distribution-spec "Listing Tags"), in lexical order.
 * Throws a RegistryError when `n` is not a number.
 */
export function paginate(names: readonly string[], url: string): Page {
  const { pathname, searchParams } = new URL(url);
  const n = searchParams.get('n');
  if (n !== null && !/^\d{1,9}$/.test(n)) {
    throw new RegistryError('PAGINATION_NUMBER_INVALID', 'invalid number of results requested', {
      n,
    });
  }
  const last = searchParams.get('last');
  const sorted = [...names].sort(compare);
  const rest = last === null ? sorted : sorted.filter((name) => compare(name, last) > 0);
  if (n === null) return { items: rest, headers: {} };
  const items = rest.slice(0, Number(n));
  const end = items.at(-1);
  if (end === undefined || items.length === rest.length) return { items, headers: {} };
  const next = `${pathname}?${new URLSearchParams({ n, last: end })}`;
  return { items, headers: { Link: `<${next}>; rel="next"` } };
}

/** The specification's lexical order: alphanumeric without regard to case; case decides among equals. */
function compare(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x !== y) return x < y ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
