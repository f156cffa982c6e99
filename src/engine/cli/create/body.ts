import type { Flags } from '../flags.ts';

/** A JSON object on its way to the daemon. */
export type Body = Record<string, unknown>;

/** The property when there is something in it. */
export function some(name: string, value: object): Body {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}

type Names = Readonly<Record<string, string>>;

/** Flags that were given, under the names that the API has for them. */
export function texts(flags: Flags, names: Names): Record<string, string> {
  return picked(flags, names, (flag) => flags.text(flag));
}

export function numbers(flags: Flags, names: Names): Record<string, number> {
  return picked(flags, names, (flag) => Number(flags.text(flag)));
}

export function switches(flags: Flags, names: Names): Record<string, boolean> {
  return picked(flags, names, (flag) => flags.bool(flag));
}

export function lists(flags: Flags, names: Names): Record<string, readonly string[]> {
  return picked(flags, names, (flag) => flags.list(flag));
}

function picked<T>(flags: Flags, names: Names, value: (flag: string) => T): Record<string, T> {
  const found: Record<string, T> = {};
  // Few of the many are ever given.
  for (const flag of flags.given()) {
    const name = names[flag];
    if (name !== undefined) found[name] = value(flag);
  }
  return found;
}
