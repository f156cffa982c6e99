/** `HostConfig.Mounts`: what `--mount` asks for, checked by moby's rules and in its sentences. */
import type { Mount } from '../../protocol/mount.ts';
import { EngineError } from '../errors.ts';
import { cleanPath, type UserMount } from './mount.ts';

const PROPAGATIONS = ['', 'private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'];

/**
 * The mount that is asked for; a volume has its `Name` (perhaps ''), and no `Source` yet.
 * @throws EngineError 400 that says which field of which type of mount is wrong
 */
export function mountOf(asked: Mount): UserMount {
  const problem = problemOf(asked);
  if (problem !== null) {
    throw new EngineError(400, `invalid mount config for type "${asked.Type}": ${problem}`);
  }
  const common = {
    Destination: cleanPath(asked.Target),
    Mode: '',
    RW: asked.ReadOnly !== true,
  };
  const { BindOptions: bind, VolumeOptions: volume } = asked;
  if (asked.Type === 'bind') {
    return {
      ...common,
      Type: 'bind',
      Source: cleanPath(asked.Source),
      Propagation: bind?.Propagation || 'rprivate',
      make: bind?.CreateMountpoint === true,
      single: bind?.NonRecursive === true,
      shallow: bind?.ReadOnlyNonRecursive === true,
    };
  }
  if (asked.Type === 'tmpfs') {
    return { ...common, Type: 'tmpfs', Source: '', Propagation: '', options: tmpfsOptions(asked) };
  }
  const subpath = volume?.Subpath ?? '';
  return {
    ...common,
    Type: 'volume',
    Name: asked.Source,
    Source: '',
    Driver: volume?.DriverConfig?.Name || 'local',
    Propagation: '',
    anonymous: asked.Source === '',
    copy: volume?.NoCopy !== true && subpath === '',
    ...(subpath === '' ? {} : { subpath }),
  };
}

function problemOf(mount: Mount): string | null {
  const { Type, Source, Target, BindOptions: bind, VolumeOptions: volume } = mount;
  if (Target === '') return 'field Target must not be empty';
  if (cleanPath(Target) === '/' && Target.startsWith('/')) {
    return "invalid specification: destination can't be '/'";
  }
  if (!Target.startsWith('/')) return notAbsolute(Target);
  const extra = (field: string): string => `field ${field} must not be specified`;
  switch (Type) {
    case 'bind':
      if (Source === '') return 'field Source must not be empty';
      if (!PROPAGATIONS.includes(bind?.Propagation ?? '')) {
        return `invalid propagation mode: ${bind?.Propagation ?? ''}`;
      }
      if (volume) return extra('VolumeOptions');
      if (mount.TmpfsOptions) return extra('TmpfsOptions');
      if (!Source.startsWith('/')) return notAbsolute(Source);
      if (bind?.ReadOnlyNonRecursive && mount.ReadOnly !== true) {
        return 'mount source must be read-only';
      }
      return null;
    case 'volume':
      if (bind) return extra('BindOptions');
      if (mount.TmpfsOptions) return extra('TmpfsOptions');
      if (Source === '' && mount.ReadOnly === true) {
        return 'must not set ReadOnly mode when using anonymous volumes';
      }
      return subpathProblem(volume?.Subpath ?? '');
    case 'tmpfs':
      if (bind) return extra('BindOptions');
      if (volume) return extra('VolumeOptions');
      return Source === '' ? null : extra('Source');
    default:
      return 'mount type unknown';
  }
}

function subpathProblem(subpath: string): string | null {
  if (subpath === '') return null;
  const leaves = subpath.startsWith('/') || subpath.split('/').includes('..');
  return leaves ? 'subpath must be a relative path within the volume' : null;
}

function notAbsolute(path: string): string {
  return `invalid mount path: '${path}' mount path must be absolute`;
}

function tmpfsOptions({ TmpfsOptions: tmpfs, ReadOnly }: Mount): string {
  return [
    ...(ReadOnly === true ? ['ro'] : []),
    ...(tmpfs?.Mode ? [`mode=${tmpfs.Mode.toString(8)}`] : []),
    ...(tmpfs?.SizeBytes ? [`size=${String(tmpfs.SizeBytes)}`] : []),
  ].join(',');
}
