import * as v from 'valibot';

/** Fields of an object that may all be missing. */
type Entries = Readonly<
  Record<
    string,
    v.OptionalSchema<v.GenericSchema, unknown> | v.NullishSchema<v.GenericSchema, unknown>
  >
>;

/** What comes of those that were there; the others stay missing. */
type Output<E extends Entries> = { readonly [K in keyof E]?: v.InferOutput<E[K]> };

/**
 * An object of which every field may be missing; unknown fields are let through. As `v.looseObject`, but a
 * field that is missing costs nothing and is not filled in: clients send few of the many that there are.
 */
export function fields<const E extends Entries>(entries: E): v.GenericSchema<unknown, Output<E>> {
  return v.lazy((input) => v.looseObject(present(entries, input)));
}

function present<E extends Entries>(entries: E, input: unknown): E {
  const there: Record<string, Entries[string]> = {};
  for (const key of Object.keys(input instanceof Object ? input : {})) {
    const schema = Object.hasOwn(entries, key) && entries[key];
    if (schema) there[key] = schema;
  }
  // The fields that are left out are optional, and `Output` says that they may be missing.
  return there as E;
}
