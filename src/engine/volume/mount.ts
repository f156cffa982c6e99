import type { MountPoint } from '../../protocol/mount.ts';

/** A mount of a container: what the API shows of it, and how it came to be. */
export interface UserMount extends MountPoint {
  /** Nobody gave the volume a name: `rm -v` takes it away with the container. */
  readonly anonymous?: boolean;
  /** An empty volume takes the image's files at its place. */
  readonly copy?: boolean;
  /** A part of the volume stands for all of it. */
  readonly subpath?: string;
  /** A directory of the machine that is missing is made (`-v`), or is an error (`--mount`). */
  readonly make?: boolean;
  /** Only the mount itself, not what is mounted below it. */
  readonly single?: boolean;
  /** Read-only for the mount itself, not for what is mounted below it. */
  readonly shallow?: boolean;
  /** Options of a tmpfs, as mount(8) takes them. */
  readonly options?: string;
}

/** What the API shows of it. */
export function shown(mount: UserMount): MountPoint {
  const { Type, Name, Source, Destination, Driver, Mode, RW, Propagation } = mount;
  return {
    Type,
    ...(Name === undefined ? {} : { Name }),
    Source,
    Destination,
    ...(Driver === undefined ? {} : { Driver }),
    Mode,
    RW,
    Propagation,
  };
}

/** A path without `.`, `..`, doubled and trailing slashes; `..` of the root is the root. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
