import { EngineError } from '../errors.ts';
import { parseReference, withDefaultTag, type Reference } from '../image/index.ts';

/** The parameters of `POST /build`. */
export interface BuildOptions {
  /** Path in the context. */
  readonly dockerfile: string;
  readonly tags: readonly Reference[];
  readonly target: string;
  readonly noCache: boolean;
  readonly pull: boolean;
  readonly args: ReadonlyMap<string, string | null>;
  readonly labels: Readonly<Record<string, string>>;
  /** Remove the containers of steps that went well, and of all. */
  readonly remove: boolean;
  readonly forceRemove: boolean;
  readonly quiet: boolean;
  /** A URL instead of a body. */
  readonly remote: string;
  readonly platform: string;
  /** Limits and network of RUN, as the body of a container's creation has them. */
  readonly host: Readonly<Record<string, unknown>>;
}

/** @throws EngineError 400 in Docker's words */
export function buildOptions(query: URLQuery): BuildOptions {
  const text = (name: string): string => query.get(name)?.at(-1) ?? '';
  const flag = (name: string, otherwise = false): boolean => {
    const value = text(name).toLowerCase();
    return value === '' ? otherwise : !['0', 'no', 'false', 'none'].includes(value);
  };
  const number = (name: string): number => {
    const value = text(name);
    if (value === '') return 0;
    if (!/^-?\d+$/.test(value)) {
      throw new EngineError(400, `invalid value for ${name}: "${value}" is not a number`);
    }
    return Number(value);
  };
  return {
    dockerfile: text('dockerfile') || 'Dockerfile',
    tags: tagsOf(query.get('t') ?? []),
    target: text('target'),
    noCache: flag('nocache'),
    pull: flag('pull'),
    args: new Map(Object.entries(record(text('buildargs'), 'build args', true))),
    labels: onlyTexts(record(text('labels'), 'labels', false)),
    remove: flag('rm', true),
    forceRemove: flag('forcerm'),
    quiet: flag('q'),
    remote: text('remote'),
    platform: text('platform'),
    host: {
      NetworkMode: text('networkmode') || 'default',
      Memory: number('memory'),
      MemorySwap: number('memswap'),
      CpuShares: number('cpushares'),
      CpuPeriod: number('cpuperiod'),
      CpuQuota: number('cpuquota'),
      CpusetCpus: text('cpusetcpus'),
      CpusetMems: text('cpusetmems'),
      ShmSize: number('shmsize'),
      CgroupParent: text('cgroupparent'),
      ExtraHosts: (query.get('extrahosts') ?? []).flatMap((list) => list.split(',')),
      SecurityOpt: list(text('securityopt'), 'security options'),
      Ulimits: list(text('ulimits'), 'ulimits'),
      LogConfig: { Type: 'none', Config: {} },
    },
  };
}

/** A query whose names may come several times. */
export type URLQuery = ReadonlyMap<string, readonly string[]>;

function tagsOf(names: readonly string[]): Reference[] {
  const tags = new Map<string, Reference>();
  for (const name of names) {
    if (name === '') continue;
    const reference = withDefaultTag(parseReference(name));
    if (reference.digest !== null) {
      throw new EngineError(400, 'build tag cannot contain a digest');
    }
    tags.set(`${reference.domain}/${reference.path}:${reference.tag ?? ''}`, reference);
  }
  return [...tags.values()];
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(400, `error reading ${what}: ${reason}`);
  }
}

function list(text: string, what: string): unknown[] {
  const value: unknown = text === '' ? [] : (parse(text, what) ?? []);
  if (Array.isArray(value)) return value;
  throw new EngineError(400, `error reading ${what}: not a list`);
}

function record(text: string, what: string, nulls: boolean): Record<string, string | null> {
  const value: unknown = text === '' ? {} : (parse(text, what) ?? {});
  const fits = (entry: unknown): entry is string | null =>
    typeof entry === 'string' || (nulls && entry === null);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value).filter((entry): entry is [string, string | null] =>
      fits(entry[1]),
    );
    if (entries.length === Object.keys(value).length) return Object.fromEntries(entries);
  }
  throw new EngineError(400, `error reading ${what}: not a map of strings`);
}

function onlyTexts(map: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, value ?? '']));
}
