/** The first twelve digits of an id, its algorithm left out. */
export function shortId(id: string): string {
  const at = id.indexOf(':');
  return id.slice(at + 1, at + 13);
}

/** Labels as one cell, by name. */
export function labels(all: Readonly<Record<string, string>> | null | undefined): string {
  return Object.keys(all ?? {})
    .toSorted()
    .map((name) => `${name}=${all?.[name] ?? ''}`)
    .join(',');
}

/** The value of one label, for `{{.Label "name"}}`; '' where it has none. */
export function label(
  all: Readonly<Record<string, string>> | null | undefined,
): (name: unknown) => string {
  return (name) => all?.[String(name)] ?? '';
}

/** `name=value` pairs as the API's filters: `{"name":{"value":true}}`; undefined without any. */
export function filters(pairs: readonly string[]): string | undefined {
  const all: Record<string, Record<string, true>> = {};
  for (const pair of pairs) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    (all[name] ??= {})[pair.slice(at + 1)] = true;
  }
  return Object.keys(all).length > 0 ? JSON.stringify(all) : undefined;
}
