import { parseBytes } from '../format/units.ts';

/** A mount of `HostConfig.Mounts`. */
export interface MountBody {
  Type: string;
  Source?: string;
  Target?: string;
  ReadOnly?: boolean;
  Consistency?: string;
  BindOptions?: Record<string, unknown>;
  VolumeOptions?: Record<string, unknown>;
  TmpfsOptions?: Record<string, unknown>;
}

/** For the flag parser: throws what is wrong with a `--mount`, keeps it as it is. */
export function checkMount(value: string): string {
  parseMount(value, '/');
  return value;
}

/**
 * `--mount type=bind,source=/x,target=/y,readonly`.
 * @param cwd what a relative source is relative to
 * @throws Error whose message ends pflag's sentence
 */
export function parseMount(value: string, cwd: string): MountBody {
  const mount: MountBody = { Type: 'volume' };
  for (const item of csv(value)) {
    const equals = item.indexOf('=');
    const key = (equals < 0 ? item : item.slice(0, equals)).toLowerCase();
    const given = equals < 0 ? undefined : item.slice(equals + 1);
    setOption(mount, key, given, item);
  }
  if (mount.Type === '') throw new Error('type is required');
  if (!mount.Target) throw new Error('target is required');
  for (const [type, options] of [
    ['bind', mount.BindOptions],
    ['volume', mount.VolumeOptions],
    ['tmpfs', mount.TmpfsOptions],
  ] as const) {
    if (options && mount.Type !== type) {
      throw new Error(`cannot mix '${type}-*' options with mount type '${mount.Type}'`);
    }
  }
  if (mount.Type === 'bind' && mount.Source?.startsWith('.')) {
    mount.Source = resolve(cwd, mount.Source);
  }
  return mount;
}

function setOption(mount: MountBody, key: string, given: string | undefined, item: string): void {
  const { BindOptions: bind = {}, VolumeOptions: volume = {}, TmpfsOptions: tmpfs = {} } = mount;
  switch (key) {
    case 'readonly':
    case 'ro':
      mount.ReadOnly = flag(key, given);
      return;
    case 'volume-nocopy':
      mount.VolumeOptions = { ...volume, NoCopy: flag(key, given) };
      return;
    case 'bind-nonrecursive':
      mount.BindOptions = { ...bind, NonRecursive: flag(key, given) };
      return;
  }
  if (given === undefined) throw new Error(`invalid field '${item}' must be a key=value pair`);
  switch (key) {
    case 'type':
      mount.Type = given.toLowerCase();
      return;
    case 'source':
    case 'src':
      mount.Source = given;
      return;
    case 'target':
    case 'dst':
    case 'destination':
      mount.Target = given;
      return;
    case 'consistency':
      mount.Consistency = given.toLowerCase();
      return;
    case 'bind-propagation':
      mount.BindOptions = { ...bind, Propagation: given.toLowerCase() };
      return;
    case 'volume-subpath':
      mount.VolumeOptions = { ...volume, Subpath: given };
      return;
    case 'volume-label':
      mount.VolumeOptions = { ...volume, Labels: added(volume['Labels'], given) };
      return;
    case 'volume-driver':
    case 'volume-opt': {
      const driver = record(volume['DriverConfig']);
      const config =
        key === 'volume-driver'
          ? { ...driver, Name: given }
          : { ...driver, Options: added(driver['Options'], given) };
      mount.VolumeOptions = { ...volume, DriverConfig: config };
      return;
    }
    case 'tmpfs-size':
      try {
        mount.TmpfsOptions = { ...tmpfs, SizeBytes: parseBytes(given) };
      } catch {
        throw new Error(`invalid value for ${key}: ${given}`);
      }
      return;
    case 'tmpfs-mode':
      if (!/^[0-7]+$/.test(given)) throw new Error(`invalid value for ${key}: ${given}`);
      mount.TmpfsOptions = { ...tmpfs, Mode: Number.parseInt(given, 8) };
      return;
    default:
      throw new Error(`unexpected key '${key}' in '${item}'`);
  }
}

function flag(key: string, given: string | undefined): boolean {
  if (given === undefined || /^(1|t|T|true|TRUE|True)$/.test(given)) return true;
  if (/^(0|f|F|false|FALSE|False)$/.test(given)) return false;
  throw new Error(`invalid value for ${key}: ${given}`);
}

function added(to: unknown, pair: string): Record<string, unknown> {
  const at = pair.indexOf('=');
  const [name, value] = at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
  return { ...record(to), [name]: value };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** One line of CSV: a field in double quotes may hold commas. */
export function csv(line: string): string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/gy;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return fields;
  }
  throw new Error(`parse error on line 1: bare " in non-quoted field`);
}

/** A path seen from `cwd`, without `.` and `..`. */
export function resolve(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
