import type { Call, MountPointKind } from '../sys/step.ts';
import {
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REC,
  MS_REMOUNT,
  MS_STRICTATIME,
} from './flags.ts';

/**
 * What stands in every container beside the image's files (OCI runtime specification, "Default
 * Filesystems"). See it: `docker run --rm busybox mount`.
 */
const QUIET = MS_NOSUID | MS_NOEXEC | MS_NODEV;

/** Character devices of every container: name, major, minor (admin-guide/devices.txt). */
const DEVICES = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const;

const LINKS = [
  ['/proc/self/fd', '/dev/fd'],
  ['/proc/self/fd/0', '/dev/stdin'],
  ['/proc/self/fd/1', '/dev/stdout'],
  ['/proc/self/fd/2', '/dev/stderr'],
  ['/proc/kcore', '/dev/core'],
  ['pts/ptmx', '/dev/ptmx'],
] as const;

function filesystem(fstype: string, target: string, flags: number, data: string): Call {
  return { op: 'mount_in', source: fstype, target, fstype, flags, data, kind: 'dir' };
}

/** What stands on `/dev/shm`: a tmpfs of so many bytes, a directory of the host, or nothing. */
export type SharedMemory = { readonly size: number } | { readonly source: string } | null;

/** A tmpfs for POSIX shared memory (shm_overview(7)) on the host, for several containers. */
export function mountSharedMemory(target: string, size: number): Call {
  const data = `mode=1777,size=${String(size)}`;
  return { op: 'mount', source: 'shm', target, fstype: 'tmpfs', flags: QUIET, data };
}

function sharedMemory(shm: SharedMemory): Call[] {
  if (!shm) return [];
  return 'source' in shm
    ? bindMount(shm.source, '/dev/shm', 'dir', false)
    : [filesystem('tmpfs', '/dev/shm', QUIET, `mode=1777,size=${String(shm.size)}`)];
}

/** The kernel's file systems and the devices. */
export function defaultMounts(shm: SharedMemory, privileged: boolean): Call[] {
  const readonly = privileged ? 0 : MS_RDONLY;
  return [
    filesystem('proc', '/proc', QUIET, ''),
    filesystem('tmpfs', '/dev', MS_NOSUID | MS_STRICTATIME, 'mode=755,size=65536k'),
    filesystem(
      'devpts',
      '/dev/pts',
      MS_NOSUID | MS_NOEXEC,
      'newinstance,ptmxmode=0666,mode=0620,gid=5',
    ),
    filesystem('sysfs', '/sys', QUIET | readonly, ''),
    filesystem('cgroup2', '/sys/fs/cgroup', QUIET | readonly, ''),
    filesystem('mqueue', '/dev/mqueue', QUIET, ''),
    ...sharedMemory(shm),
    ...DEVICES.map(([name, major, minor]): Call => ({
      op: 'mknod_in',
      path: `/dev/${name}`,
      mode: 0o666,
      type: 'c',
      major,
      minor,
    })),
    ...LINKS.map(([target, path]): Call => ({ op: 'symlink_in', target, path })),
  ];
}

/** A file or directory of the host at a place in the container; `readonly` takes a second call. */
export function bindMount(
  source: string,
  target: string,
  kind: MountPointKind,
  readonly: boolean,
): Call[] {
  const bind: Call = {
    op: 'mount_in',
    source,
    target,
    fstype: '',
    flags: MS_BIND | MS_REC,
    data: '',
    kind,
  };
  if (!readonly) return [bind];
  return [bind, { ...bind, source: '', flags: MS_BIND | MS_REMOUNT | MS_RDONLY }];
}

/** Paths of `/proc` and `/sys` that tell of the host or change it: hidden. */
export const MASKED_PATHS: readonly string[] = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

/** Paths of `/proc` that may be read and not written. */
export const READONLY_PATHS: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];
