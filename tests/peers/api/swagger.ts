/** Swagger 2.0 as JSON Schema. */

/** A part of the specification, as YAML gives it. */
export type Tree = { readonly [key: string]: unknown };

export interface Operation {
  readonly responses: Readonly<Record<string, { readonly schema?: Tree }>>;
}

export interface Swagger {
  readonly definitions: Tree;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** What Go's formats mean for a check. */
const FORMATS: Readonly<Record<string, Tree>> = {
  uint8: { minimum: 0, maximum: 0xff },
  uint16: { minimum: 0, maximum: 0xffff },
  uint32: { minimum: 0, maximum: 0xffff_ffff },
  uint64: { minimum: 0 },
  // RFC 3339 with nanoseconds
  dateTime: {
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$',
  },
};

/**
 * Fields that Docker's own daemon answers with null when they are empty (slices, maps and pointers of Go that are
 * written all the same), though the specification does not call them nullable.
 */
const NIL = new Set(
  (
    'Aliases Authorization Binds BlkioDeviceReadBps BlkioDeviceReadIOps BlkioDeviceWriteBps ' +
    'BlkioDeviceWriteIOps BlkioWeightDevice CapAdd CapDrop DNSNames DeviceCgroupRules Devices Dns ' +
    'DnsOptions DnsSearch ExtraHosts GenericResources GroupAdd Labels Links MemorySwappiness ' +
    'OomKillDisable Options SecurityOpt Tags Ulimits Volumes VolumesFrom Warnings ' +
    'ContainersDeleted Entrypoint ExitCode ImagesDeleted NetworksDeleted'
  ).split(' '),
);

/** A schema with `x-nullable` and Go's formats as JSON Schema says them. */
export function toJsonSchema(tree: Tree): Tree {
  const { 'x-nullable': nullable, ...rest } = tree;
  const reference = rest['$ref'];
  const schema =
    typeof reference === 'string' ? { $ref: reference.replace('#/', 'api#/') } : inner(rest);
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function inner(tree: Tree): Tree {
  const schema: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree)) {
    schema[key] = Array.isArray(value)
      ? value.map((item: unknown) => (isTree(item) ? toJsonSchema(item) : item))
      : isTree(value) && key !== 'default'
        ? toJsonSchema(NIL.has(key) ? { ...value, 'x-nullable': true } : value)
        : value;
  }
  const format = typeof tree['format'] === 'string' ? FORMATS[tree['format']] : undefined;
  return { ...schema, ...format };
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
