/** What keys a schema allows at a place: read from its JSON Schema, which says it in a form made for reading. */
import { z } from 'zod';

/** The part of a JSON Schema that leads to keys. */
interface Node {
  readonly $ref?: string | undefined;
  readonly properties?: Readonly<Record<string, Node>> | undefined;
  readonly items?: Node | undefined;
  readonly anyOf?: readonly Node[] | undefined;
  readonly $defs?: Readonly<Record<string, Node>> | undefined;
}
const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    properties: z.record(z.string(), node).optional(),
    items: node.optional(),
    anyOf: z.array(node).optional(),
    $defs: z.record(z.string(), node).optional(),
  }),
);

/** The keys an object may have at `path`, through unions: of every way that has the path. */
export function allowedKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const root = node.parse(z.toJSONSchema(schema, { io: 'input' }));
  const open = (at: Node): readonly Node[] => {
    if (at.$ref !== undefined) {
      const name = at.$ref.replace('#/$defs/', '');
      const target = root.$defs?.[name];
      return target === undefined ? [] : open(target);
    }
    return at.anyOf === undefined ? [at] : at.anyOf.flatMap(open);
  };
  let places = open(root);
  for (const part of path) {
    places = places.flatMap((place) => {
      const next = typeof part === 'number' ? place.items : place.properties?.[String(part)];
      return next === undefined ? [] : open(next);
    });
  }
  return [...new Set(places.flatMap((place) => Object.keys(place.properties ?? {})))];
}
