import type { HostConfig } from '../../protocol/container.ts';
import type { Call } from '../sys/step.ts';

/**
 * Control groups, version 2: how much of the machine a container may use
 * (Documentation/admin-guide/cgroup-v2.rst).
 *
 * See one: `cat /sys/fs/cgroup/docker/<id>/memory.max`.
 */
const ROOT = '/sys/fs/cgroup';

/** Where containers are when nobody says. */
export const PARENT = `${ROOT}/docker`;

/** What each control group above a container hands down (cgroup.subtree_control). */
const CONTROLLERS = '+cpuset +cpu +memory +io +pids';

const PERIOD = 100_000;

/** The parts of a path below the root of the control groups; `..` does not lead above it. */
function partsOf(parent: string): string[] {
  const parts: string[] = [];
  for (const part of parent.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts;
}

/** The control group of a container; `parent` is its `CgroupParent`, '' for Docker's own. */
export function cgroupPath(id: string, parent = ''): string {
  return parent === '' ? `${PARENT}/${id}` : [ROOT, ...partsOf(parent), id].join('/');
}

/** A parent that the user named: made when it is missing, and left when the container goes. */
function makeParent(parent: string): Call[] {
  const parts = partsOf(parent);
  return parts.flatMap((_, i): Call[] => {
    const path = [ROOT, ...parts.slice(0, i + 1)].join('/');
    return [
      { op: 'mkdir', path, mode: 0o755, parents: false },
      { op: 'write', path: `${path}/cgroup.subtree_control`, data: CONTROLLERS },
    ];
  });
}

/**
 * `cpu.weight` (1 to 10000, 100 by default) for Docker's CPU shares (2 to 262144, 1024 by
 * default), by the formula that runc and crun use.
 */
function cpuWeight(shares: number): number {
  return 1 + Math.floor(((shares - 2) * 9999) / 262142);
}

/** The files to write and what to, for the limits that were asked for. */
export function limits(host: HostConfig): ReadonlyArray<readonly [file: string, value: string]> {
  const files: [string, string][] = [];
  if (host.Memory > 0) files.push(['memory.max', String(host.Memory)]);
  if (host.MemorySwap === -1) files.push(['memory.swap.max', 'max']);
  else if (host.MemorySwap > 0 && host.Memory > 0) {
    files.push(['memory.swap.max', String(host.MemorySwap - host.Memory)]);
  }
  if (host.MemoryReservation > 0) files.push(['memory.low', String(host.MemoryReservation)]);
  const period = host.CpuPeriod > 0 ? host.CpuPeriod : PERIOD;
  if (host.NanoCpus > 0) {
    files.push(['cpu.max', `${String(Math.round(host.NanoCpus / 10_000))} ${String(PERIOD)}`]);
  } else if (host.CpuQuota > 0 || host.CpuPeriod > 0) {
    const quota = host.CpuQuota > 0 ? String(host.CpuQuota) : 'max';
    files.push(['cpu.max', `${quota} ${String(period)}`]);
  }
  if (host.CpuShares > 0) files.push(['cpu.weight', String(cpuWeight(host.CpuShares))]);
  if (host.CpusetCpus !== '') files.push(['cpuset.cpus', host.CpusetCpus]);
  if (host.CpusetMems !== '') files.push(['cpuset.mems', host.CpusetMems]);
  if (host.PidsLimit !== null && host.PidsLimit > 0) {
    files.push(['pids.max', String(host.PidsLimit)]);
  }
  return files;
}

/** Makes the control group and sets its limits. */
export function makeCgroup(id: string, host: HostConfig): Call[] {
  const path = cgroupPath(id, host.CgroupParent);
  return [
    ...makeParent(host.CgroupParent),
    { op: 'mkdir', path, mode: 0o755, parents: false },
    ...limits(host).map(([file, data]): Call => ({ op: 'write', path: `${path}/${file}`, data })),
  ];
}

/** Removes the control group; it is empty by then. */
export function removeCgroup(id: string, host: HostConfig): Call[] {
  return [{ op: 'rmdir', path: cgroupPath(id, host.CgroupParent) }];
}
