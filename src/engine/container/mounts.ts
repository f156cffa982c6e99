import type { ContainerConfig, HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';
import { O_PATH } from '../sys/fcntl.ts';
import type { Call } from '../sys/step.ts';
import type { Sys } from '../sys/sys.ts';
import {
  ANONYMOUS,
  checkTmpfsOptions,
  cleanPath,
  dataPath,
  mountCalls,
  mountOf,
  parseBind,
  parseVolumesFrom,
  type PreparedMount,
  type UserMount,
} from '../volume/index.ts';
import type { Container } from './container.ts';
import type { Context } from './context.ts';

/**
 * The mounts that a container's configuration asks for, by what they appear at. Later kinds replace
 * earlier ones at the same place, as in Docker: those of `--volumes-from`, then `-v`, then `--mount`,
 * then what the image declares as VOLUME and nothing else has taken.
 *
 * Nothing is made yet: volumes have their names, or '' for a new one.
 *
 * @throws EngineError 400 for what cannot be, 404 for a container that is not there.
 */
export function askedMounts(
  context: Context,
  config: ContainerConfig,
  host: HostConfig,
): UserMount[] {
  const found = new Map<string, UserMount>();
  for (const spec of host.VolumesFrom ?? []) {
    const { container, mode } = parseVolumesFrom(spec);
    const words = mode.split(',');
    for (const mount of donor(context, container).mounts) {
      if (mount.Type === 'tmpfs') continue;
      const RW = mount.RW && !words.includes('ro');
      const Mode = mode === '' ? mount.Mode : mode;
      found.set(mount.Destination, { ...mount, RW, Mode, copy: false });
    }
  }
  const given = new Set<string>();
  const add = (mount: UserMount): void => {
    if (given.has(mount.Destination)) {
      throw new EngineError(400, `Duplicate mount point: ${mount.Destination}`);
    }
    given.add(mount.Destination);
    found.set(mount.Destination, mount);
  };
  for (const spec of host.Binds ?? []) add(parseBind(spec, host.VolumeDriver ?? ''));
  for (const mount of host.Mounts ?? []) {
    const asked = mountOf(mount);
    if (asked.Type === 'bind' && asked.make !== true && !context.sys.stat(asked.Source)) {
      throw new EngineError(
        400,
        `invalid mount config for type "bind": bind source path does not exist: ${asked.Source}`,
      );
    }
    add(asked);
  }
  for (const [path, options] of Object.entries(host.Tmpfs ?? {})) {
    if (!path.startsWith('/')) {
      throw new EngineError(400, `invalid mount path: '${path}' mount path must be absolute`);
    }
    if (given.has(cleanPath(path))) {
      throw new EngineError(400, `Duplicate mount point: ${cleanPath(path)}`);
    }
    checkTmpfsOptions(options);
    found.delete(cleanPath(path));
  }
  const inMemory = new Set(Object.keys(host.Tmpfs ?? {}).map(cleanPath));
  for (const path of Object.keys(config.Volumes ?? {})) {
    const mount = parseBind(path, host.VolumeDriver ?? '');
    if (!found.has(mount.Destination) && !inMemory.has(mount.Destination)) {
      found.set(mount.Destination, mount);
    }
  }
  return [...found.values()];
}

/**
 * Gives each mount its volume, making those that are missing. When one cannot be made the creation of the container
 * fails, and {@link VolumeStore.undo} removes those that were.
 */
export function makeVolumes({ volumes }: Context, { id, mounts, host }: Container): UserMount[] {
  return mounts.map((mount) => {
    if (mount.Type !== 'volume' || mount.Source !== '') return mount;
    const name = mount.Name ?? '';
    const options = (host.Mounts ?? []).find(
      ({ Target }) => cleanPath(Target) === mount.Destination,
    )?.VolumeOptions;
    const volume = volumes.create({
      name,
      driver: mount.Driver ?? '',
      labels: { ...options?.Labels, ...(name === '' ? { [ANONYMOUS]: '' } : {}) },
      options: options?.DriverConfig?.Options ?? {},
      maker: id,
    });
    return {
      ...mount,
      Name: volume.name,
      Source: dataPath(volume.name),
      Driver: 'local',
      // Docker notes that a named volume may be relabelled; nothing here has labels.
      Mode: mount.Mode === '' && name !== '' ? 'z' : mount.Mode,
    };
  });
}

/**
 * The calls that make a container's mounts; looks at what stands behind each, and makes the
 * directories that `-v` promised.
 * @throws EngineError 400 for a source that is not there.
 */
export function prepareMounts({ sys }: Context, container: Container): Call[] {
  const { mounts, host } = container;
  const prepared = mounts.map((mount): PreparedMount => {
    if (mount.Type === 'tmpfs') return { mount, kind: 'dir' };
    if (mount.subpath !== undefined) return { mount, kind: partKind(sys, mount, mount.subpath) };
    let found = sys.stat(mount.Source);
    if (!found && mount.Type === 'bind' && mount.make === true) {
      sys.mkdir(mount.Source, 0o755, true);
      found = sys.stat(mount.Source);
    }
    if (!found) {
      throw new EngineError(
        400,
        `invalid mount config for type "${mount.Type}": bind source path does not exist: ${mount.Source}`,
      );
    }
    return { mount, kind: found.type === 'dir' ? 'dir' : 'file' };
  });
  const inMemory = Object.entries(host.Tmpfs ?? {}).map(([path, options]): PreparedMount => ({
    mount: {
      Type: 'tmpfs',
      Source: '',
      Destination: cleanPath(path),
      Mode: '',
      RW: true,
      Propagation: '',
      options,
    },
    kind: 'dir',
  }));
  return mountCalls([...prepared, ...inMemory]);
}

/** What is in a volume is its containers' word: a link in it must not lead out of it. */
function partKind(sys: Sys, { Source }: UserMount, subpath: string): 'dir' | 'file' {
  let fd;
  try {
    fd = sys.openIn(Source, subpath, O_PATH);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(400, `cannot access path ${Source}/${subpath}: ${reason}`);
  }
  try {
    return sys.stat(`/proc/self/fd/${String(fd)}`)?.type === 'dir' ? 'dir' : 'file';
  } finally {
    sys.close(fd);
  }
}

/** Volumes that containers have, by name, with the containers' IDs. */
export function volumeUsers({ containers }: Context): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { id, mounts } of containers.list()) {
    for (const { Type, Name } of mounts) {
      if (Type === 'volume' && Name !== undefined)
        users.set(Name, [...(users.get(Name) ?? []), id]);
    }
  }
  return users;
}

/** `rm -v`: the volumes that nobody gave a name, unless another container has them too. */
export function removeAnonymous(context: Context, { mounts }: Container): void {
  const anonymous = mounts.filter(({ anonymous: nameless }) => nameless === true);
  if (anonymous.length === 0) return;
  const users = volumeUsers(context);
  for (const { Name } of anonymous) {
    if (Name === undefined || users.has(Name) || !context.volumes.find(Name)) continue;
    context.volumes.remove(Name);
  }
}

/** Tells the listeners that a container's volumes came into use, or went out of it. */
export function emitMounts(
  { events }: Context,
  { id, mounts }: Container,
  action: 'mount' | 'unmount',
): void {
  for (const { Type, Name = '', Destination, RW, Propagation } of mounts) {
    if (Type !== 'volume') continue;
    events.emit('volume', action, Name, {
      container: id,
      driver: 'local',
      ...(action === 'mount'
        ? { destination: Destination, propagation: Propagation, 'read/write': String(RW) }
        : {}),
    });
  }
}

/** A container that `--volumes-from` names: 400 when it is not there, for 404 would have clients pull the image. */
function donor(context: Context, name: string): Container {
  try {
    return context.containers.get(name);
  } catch (error) {
    throw error instanceof EngineError ? new EngineError(400, error.message) : error;
  }
}
