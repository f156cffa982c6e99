/** The query of a URL: of a name that comes twice the first value. */
export type Query = ReadonlyMap<string, string>;

/** `application/x-www-form-urlencoded` in a URL; of a name that comes twice the first holds. */
export function parseQuery(text: string): Query {
  return new Map([...parseQueries(text)].map(([name, [value = '']]) => [name, value]));
}

/** The same with all values of a name, in order. */
export function parseQueries(text: string): ReadonlyMap<string, readonly string[]> {
  const queries = new Map<string, string[]>();
  if (text === '') return queries;
  for (const part of text.split('&')) {
    const equals = part.indexOf('=');
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    const values = queries.get(name);
    if (values) values.push(value);
    else queries.set(name, [value]);
  }
  return queries;
}

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
