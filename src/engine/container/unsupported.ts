import { EngineError } from '../errors.ts';

/**
 * What `create` can be asked for and this engine does not do.
 *
 * A request for it is answered with 501 and the row's sentence: a container that silently lacks what
 * was asked for is worse than none. Who builds a field takes its row away.
 */
export interface Unsupported {
  /** Where it stands in the body of `POST /containers/create`: `HostConfig.Devices`. */
  readonly field: string;
  /** Why not, in words for who typed the flag. */
  readonly sentence: string;
  /** Values that ask for nothing, beside Go's zero values. */
  readonly harmless?: readonly unknown[];
}

/** Fields that wait to be built. */
const WAITING: readonly Unsupported[] = [];

/** Fields that will stay out: the machine is a 32-bit computer emulated in a browser's tab. */
const NEVER_HERE: readonly Unsupported[] = [
  {
    field: 'HostConfig.DeviceRequests',
    sentence: 'this computer is emulated in a browser’s tab and has no GPU (--gpus)',
  },
  {
    field: 'HostConfig.StorageOpt',
    sentence:
      'the disk is memory without quotas, so a container’s size cannot be bounded (--storage-opt)',
  },
  {
    field: 'HostConfig.Runtime',
    sentence: 'containers are started by the engine itself, there is no other runtime (--runtime)',
    harmless: ['bottle', 'runc', 'io.containerd.runc.v2'],
  },
  {
    field: 'HostConfig.UsernsMode',
    sentence: 'users are not remapped here, so there is nothing to opt out of (--userns)',
    harmless: ['host'],
  },
  {
    field: 'HostConfig.Isolation',
    sentence: 'isolation technologies are for Windows (--isolation)',
    harmless: ['default'],
  },
  {
    field: 'HostConfig.CpuRealtimePeriod',
    sentence: 'the kernel here has no realtime groups (--cpu-rt-period)',
  },
  {
    field: 'HostConfig.CpuRealtimeRuntime',
    sentence: 'the kernel here has no realtime groups (--cpu-rt-runtime)',
  },
];

/** Every row, in the order in which they are looked at. */
export const UNSUPPORTED: readonly Unsupported[] = [...WAITING, ...NEVER_HERE];

const HOST = 'HostConfig.';

/** The rows with the name of the field in its object. */
const rows = UNSUPPORTED.map((row) => ({
  row,
  inHost: row.field.startsWith(HOST),
  name: row.field.startsWith(HOST) ? row.field.slice(HOST.length) : row.field,
}));

/**
 * @param body the parsed body of `POST /containers/create`
 * @throws EngineError 501 with the sentence of the first thing that was asked for in vain
 */
export function refuseUnsupported(body: Readonly<Record<string, unknown>>): void {
  const { HostConfig } = body;
  const host = (HostConfig instanceof Object ? HostConfig : {}) as Readonly<
    Record<string, unknown>
  >;
  for (const { row, inHost, name } of rows) {
    const value = (inHost ? host : body)[name];
    if (value === undefined || value === null || isZero(value)) continue;
    if (row.harmless?.includes(value)) continue;
    throw new EngineError(501, `${row.field} is not in this sandbox: ${row.sentence}`);
  }
}

/** Go's zero value, which clients send for what nobody asked for. */
function isZero(value: unknown): boolean {
  if (typeof value === 'object') return Object.keys(value ?? {}).length === 0;
  return value === '' || value === 0 || value === false;
}
