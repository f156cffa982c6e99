import * as v from 'valibot';
import type { ContainerConfig, HealthConfig, HostConfig } from '../../protocol/container.ts';
import { refuseUnsupported } from '../container/unsupported.ts';
import { endpointsConfigOf, networkFields, networkHostOf, networkingSchema } from './networking.ts';
import type { EndpointsConfig } from '../../protocol/network.ts';
import { EngineError } from '../errors.ts';
import { textMap } from './maps.ts';
import { MASKED_PATHS, READONLY_PATHS } from '../rootfs/mounts.ts';
import { fields } from './fields.ts';
import { isolationFields, isolationOf } from './isolation.ts';
import { mountFrom, mountSchema } from './mountSchema.ts';

/**
 * What clients send, checked at the door. As in Go, an absent field and `null` are the zero value,
 * and unknown fields are let through.
 */
const text = v.optional(v.nullable(v.string()), '');
const flag = v.optional(v.nullable(v.boolean()), false);
/** Whole, and of a size that JavaScript still tells apart from its neighbours. */
const whole = v.pipe(v.number(), v.safeInteger());
const number = v.optional(v.nullable(whole), 0);
const texts = v.nullish(v.array(v.string()));
const map = textMap;
const set = v.nullish(v.record(v.string(), v.unknown()));

const hostSchema = fields({
  ...isolationFields,
  AutoRemove: flag,
  NetworkMode: text,
  RestartPolicy: v.nullish(v.looseObject({ Name: text, MaximumRetryCount: number })),
  Privileged: flag,
  ReadonlyRootfs: flag,
  CapAdd: texts,
  CapDrop: texts,
  SecurityOpt: texts,
  LogConfig: v.nullish(v.looseObject({ Type: text, Config: map })),
  ConsoleSize: v.nullish(v.tuple([whole, whole])),
  Memory: number,
  MemoryReservation: number,
  MemorySwap: number,
  NanoCpus: number,
  CpuShares: number,
  CpuPeriod: number,
  CpuQuota: number,
  CpusetCpus: text,
  PidsLimit: v.nullish(whole),
  ShmSize: number,
  MaskedPaths: texts,
  ReadonlyPaths: texts,
  OomScoreAdj: number,
  Tmpfs: map,
  Binds: texts,
  Mounts: v.nullish(v.array(mountSchema)),
  VolumesFrom: texts,
  VolumeDriver: text,
  ...networkFields,
  GroupAdd: texts,
  Ulimits: v.nullish(v.array(v.looseObject({ Name: v.string(), Soft: whole, Hard: whole }))),
  Sysctls: map,
});

const healthSchema = v.nullish(
  v.looseObject({
    Test: texts,
    Interval: number,
    Timeout: number,
    StartPeriod: number,
    StartInterval: number,
    Retries: number,
  }),
);

const createSchema = fields({
  Hostname: text,
  Domainname: text,
  User: text,
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  ExposedPorts: set,
  Tty: flag,
  OpenStdin: flag,
  StdinOnce: flag,
  Env: texts,
  // The API takes one string for a list of one.
  Cmd: v.nullish(v.union([v.array(v.string()), v.string()])),
  Image: text,
  Volumes: set,
  WorkingDir: text,
  Entrypoint: v.nullish(v.union([v.array(v.string()), v.string()])),
  Labels: map,
  StopSignal: v.nullish(v.string()),
  StopTimeout: v.nullish(whole),
  Healthcheck: healthSchema,
  HostConfig: v.nullish(hostSchema),
  MacAddress: text,
  NetworkingConfig: networkingSchema,
});

export const execSchema = fields({
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  DetachKeys: text,
  Tty: flag,
  Env: texts,
  Cmd: texts,
  Privileged: flag,
  User: text,
  WorkingDir: text,
});

export const execStartSchema = fields({
  Detach: flag,
  Tty: flag,
  ConsoleSize: v.nullish(v.tuple([whole, whole])),
});

/**
 * JSON of a body, of the shape that `schema` says.
 * @throws EngineError 400 that names the field and what is wrong with it.
 */
export function parseBody<S extends v.GenericSchema>(schema: S, body: string): v.InferOutput<S> {
  let document: unknown;
  try {
    document = JSON.parse(body === '' ? '{}' : body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(400, `invalid JSON: ${reason}`);
  }
  const result = v.safeParse(schema, document);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const field = v.getDotPath(issue) ?? 'the body';
  throw new EngineError(400, `invalid JSON: ${field}: ${issue.message}`);
}

const list = (value: string[] | string | null | undefined): string[] | null =>
  typeof value === 'string' ? [value] : (value ?? null);

const keys = (value: Record<string, unknown> | null | undefined): Record<string, never> =>
  Object.fromEntries(
    Object.keys(value ?? {})
      .sort()
      .map((key) => [key, {}]),
  ) as Record<string, never>;

/** A health check without the fields that say nothing, as Docker keeps it. */
function healthOf(asked: NonNullable<v.InferOutput<typeof healthSchema>>): HealthConfig {
  const health: HealthConfig = asked.Test ? { Test: asked.Test } : {};
  for (const name of ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const) {
    if (asked[name]) health[name] = asked[name];
  }
  return health;
}

/** Bytes of `/dev/shm` when nobody says. */
const SHM_SIZE = 64 * 1024 * 1024;

/**
 * The body of `POST /containers/create`, every default filled in.
 * @throws EngineError 400
 */
export function parseCreate(body: string): {
  config: ContainerConfig;
  host: HostConfig;
  networking: EndpointsConfig;
} {
  const asked = parseBody(createSchema, body);
  if (body === '') throw new EngineError(400, 'invalid JSON: got EOF while reading request body');
  refuseUnsupported(asked);
  const host = asked.HostConfig ?? {};
  const config: ContainerConfig = {
    Hostname: asked.Hostname ?? '',
    Domainname: asked.Domainname ?? '',
    User: asked.User ?? '',
    AttachStdin: asked.AttachStdin ?? false,
    AttachStdout: asked.AttachStdout ?? false,
    AttachStderr: asked.AttachStderr ?? false,
    ExposedPorts: keys(asked.ExposedPorts),
    Tty: asked.Tty ?? false,
    OpenStdin: asked.OpenStdin ?? false,
    StdinOnce: asked.StdinOnce ?? false,
    Env: asked.Env ?? [],
    Cmd: list(asked.Cmd),
    Image: asked.Image ?? '',
    Volumes: asked.Volumes ? keys(asked.Volumes) : null,
    WorkingDir: asked.WorkingDir ?? '',
    Entrypoint: list(asked.Entrypoint),
    OnBuild: null,
    ...(asked.MacAddress ? { MacAddress: asked.MacAddress } : {}),
    Labels: asked.Labels ?? {},
    ...(asked.StopSignal ? { StopSignal: asked.StopSignal } : {}),
    ...(typeof asked.StopTimeout === 'number' ? { StopTimeout: asked.StopTimeout } : {}),
    ...(asked.Healthcheck ? { Healthcheck: healthOf(asked.Healthcheck) } : {}),
  };
  const log = host.LogConfig;
  return {
    config,
    networking: endpointsConfigOf(asked.NetworkingConfig),
    host: {
      ...isolationOf(host),
      AutoRemove: host.AutoRemove ?? false,
      NetworkMode: host.NetworkMode || 'default',
      RestartPolicy: {
        Name: host.RestartPolicy?.Name || 'no',
        MaximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
      },
      Privileged: host.Privileged ?? false,
      ReadonlyRootfs: host.ReadonlyRootfs ?? false,
      CapAdd: host.CapAdd ?? null,
      CapDrop: host.CapDrop ?? null,
      SecurityOpt: host.SecurityOpt ?? null,
      LogConfig: { Type: log?.Type || 'json-file', Config: log?.Config ?? {} },
      ConsoleSize: host.ConsoleSize ?? [0, 0],
      Memory: host.Memory ?? 0,
      MemoryReservation: host.MemoryReservation ?? 0,
      MemorySwap: host.MemorySwap ?? 0,
      NanoCpus: host.NanoCpus ?? 0,
      CpuShares: host.CpuShares ?? 0,
      CpuPeriod: host.CpuPeriod ?? 0,
      CpuQuota: host.CpuQuota ?? 0,
      CpusetCpus: host.CpusetCpus ?? '',
      PidsLimit: host.PidsLimit ?? null,
      ShmSize: host.ShmSize || SHM_SIZE,
      MaskedPaths: host.MaskedPaths ?? [...MASKED_PATHS],
      ReadonlyPaths: host.ReadonlyPaths ?? [...READONLY_PATHS],
      OomScoreAdj: host.OomScoreAdj ?? 0,
      Binds: host.Binds ?? null,
      ...(host.Mounts && host.Mounts.length > 0 ? { Mounts: host.Mounts.map(mountFrom) } : {}),
      VolumesFrom: host.VolumesFrom ?? null,
      VolumeDriver: host.VolumeDriver ?? '',
      ...networkHostOf(host),
      GroupAdd: host.GroupAdd ?? null,
      Ulimits: host.Ulimits ?? null,
      ...(host.Tmpfs ? { Tmpfs: host.Tmpfs } : {}),
      ...(host.Sysctls ? { Sysctls: host.Sysctls } : {}),
    },
  };
}
