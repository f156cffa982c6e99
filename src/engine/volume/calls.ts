import { MS_BIND, MS_RDONLY, MS_REC, MS_REMOUNT } from '../rootfs/flags.ts';
import type { Call, MountPointKind } from '../sys/step.ts';
import type { UserMount } from './mount.ts';
import { tmpfsMount } from './tmpfs.ts';

const MS_PRIVATE = 1 << 18;
const MS_SLAVE = 1 << 19;

/** Propagations that mount(2) can give a mount of one's own; the default is what a bind has anyway. */
const PROPAGATION: Readonly<Record<string, number>> = {
  private: MS_PRIVATE,
  slave: MS_SLAVE,
  rslave: MS_SLAVE | MS_REC,
};

/** A mount with what kind of thing stands behind it on the machine right now. */
export interface PreparedMount {
  readonly mount: UserMount;
  readonly kind: 'dir' | 'file';
}

/**
 * The calls that put a user's mounts in place, outer ones before those inside them.
 *
 * Unlike the engine's own, these follow the image's symbolic links (a volume at `/var/run/app` goes
 * where the image's `/var/run` leads), and never further than the container's root.
 *
 * See it: `docker run --rm -v v:/data busybox mount | grep data`.
 */
export function mountCalls(mounts: readonly PreparedMount[]): Call[] {
  const depth = ({ mount }: PreparedMount): number => mount.Destination.split('/').length;
  return mounts.toSorted((a, b) => depth(a) - depth(b)).flatMap(callsOf);
}

function callsOf({ mount, kind }: PreparedMount): Call[] {
  const { Source, Destination: target, RW, Propagation, subpath = '' } = mount;
  if (mount.Type === 'tmpfs') return [tmpfsMount(target, mount.options ?? '')];
  const follow: MountPointKind = `follow-${kind}`;
  const call = (source: string, flags: number, data = ''): Call => ({
    op: 'mount_in',
    source,
    target,
    fstype: '',
    flags,
    data,
    kind: follow,
  });
  const all = mount.single === true ? 0 : MS_REC;
  const change = PROPAGATION[Propagation];
  return [
    call(Source, MS_BIND | all, subpath),
    ...(change === undefined ? [] : [call('', change)]),
    // A bind takes no options with it: they need a second call. With MS_REC, for what is below too.
    ...(RW
      ? []
      : [call('', MS_BIND | MS_REMOUNT | MS_RDONLY | (mount.shallow === true ? 0 : all))]),
  ];
}
