import type { HostConfig } from '../../protocol/container.ts';
import type { Call } from '../sys/step.ts';

/**
 * Control groups, version 2: how much of the machine a container may use
 * (Documentation/admin-guide/cgroup-v2.rst).
 *
 * See one: `cat /sys/fs/cgroup/docker/<id>/memory.max`.
 */
const PARENT = '/sys/fs/cgroup/docker';

const PERIOD = 100_000;

/** The control group of a container. */
export function cgroupPath(id: string): string {
  return `${PARENT}/${id}`;
}

/**
 * `cpu.weight` (1 to 10000, 100 by default) for Docker's CPU shares (2 to 262144, 1024 by
 * default), by the formula that runc and crun use.
 */
export function cpuWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262142);
}

/** The files to write and what to, for the limits that were asked for. */
export function limits(host: HostConfig): ReadonlyArray<readonly [file: string, value: string]> {
  const files: [string, string][] = [];
  if (host.Memory > 0) {
    files.push(['memory.max', String(host.Memory)]);
    // Without this the last megabytes are hunted for swap that is not there.
    files.push(['memory.oom.group', '0']);
  }
  if (host.MemoryReservation > 0) files.push(['memory.low', String(host.MemoryReservation)]);
  if (host.NanoCpus > 0) {
    files.push(['cpu.max', `${String(Math.round(host.NanoCpus / 10_000))} ${String(PERIOD)}`]);
  } else if (host.CpuQuota > 0) {
    files.push(['cpu.max', `${String(host.CpuQuota)} ${String(host.CpuPeriod || PERIOD)}`]);
  }
  if (host.CpuShares > 0) files.push(['cpu.weight', String(cpuWeight(host.CpuShares))]);
  if (host.CpusetCpus !== '') files.push(['cpuset.cpus', host.CpusetCpus]);
  if (host.PidsLimit !== null && host.PidsLimit > 0) {
    files.push(['pids.max', String(host.PidsLimit)]);
  }
  return files;
}

/** Makes the control group and sets its limits. */
export function makeCgroup(id: string, host: HostConfig): Call[] {
  const path = cgroupPath(id);
  return [
    { op: 'mkdir', path, mode: 0o755, parents: false },
    ...limits(host).map(([file, data]): Call => ({ op: 'write', path: `${path}/${file}`, data })),
  ];
}

/** Removes the control group; it is empty by then. */
export function removeCgroup(id: string): Call[] {
  return [{ op: 'rmdir', path: cgroupPath(id) }];
}
