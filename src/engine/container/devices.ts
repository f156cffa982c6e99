import { DEFAULT_RULES, EVERY_DEVICE, parseRule, type DeviceRule } from '../cgroups/devices.ts';
import { EngineError } from '../errors.ts';
import type { Call } from '../sys/step.ts';
import type { Stat, Sys } from '../sys/sys.ts';
import type { Container } from './container.ts';

/** Devices that a container has beyond everybody's: their nodes, and the rules that open them. */
export interface Devices {
  readonly nodes: readonly Call[];
  /** null when the rules are everybody's. */
  readonly rules: readonly DeviceRule[] | null;
}

export const NO_DEVICES: Devices = { nodes: [], rules: null };

interface Found {
  readonly path: string;
  readonly stat: Stat;
}

/** Numbers of a device as makedev(3) packs them. */
const major = (rdev: number): number => Math.floor(rdev / 0x100) % 0x1000;
const minor = (rdev: number): number =>
  (rdev % 0x100) + (Math.floor(rdev / 0x100000) % 0x1000) * 0x100;

function node({ path, stat }: Found): Call {
  return {
    op: 'mknod_in',
    path,
    mode: stat.mode,
    type: stat.type === 'block' ? 'b' : 'c',
    major: major(stat.rdev),
    minor: minor(stat.rdev),
    owner: { uid: stat.uid, gid: stat.gid },
  };
}

const isDevice = ({ type }: Stat): boolean => type === 'char' || type === 'block';

/** Parts of `/dev` that are no device of the machine, or that each container has of its own. */
const NOT_SHARED = ['pts', 'shm', 'fd', 'mqueue', 'console', 'ptmx', '.udev'];

/** Every device below a directory, at its place below `target`. */
function below(sys: Sys, directory: string, target: string, leave: readonly string[]): Found[] {
  return sys.readdir(directory).flatMap(({ name, type }): Found[] => {
    if (leave.includes(name)) return [];
    const from = `${directory}/${name}`;
    const path = `${target}/${name}`;
    if (type === 'dir') return below(sys, from, path, []);
    const stat = type === 'char' || type === 'block' ? sys.lstat(from) : null;
    return stat && isDevice(stat) ? [{ path, stat }] : [];
  });
}

/**
 * The devices of `--device`, `--device-cgroup-rule` and `--privileged`.
 * @throws EngineError 400 with Docker's sentence when a path is no device.
 */
export function devicesOf(sys: Sys, { host }: Container): Devices {
  if (host.Privileged) {
    return { nodes: below(sys, '/dev', '/dev', NOT_SHARED).map(node), rules: EVERY_DEVICE };
  }
  const asked = host.Devices ?? [];
  const rules = (host.DeviceCgroupRules ?? []).flatMap((text) => parseRule(text) ?? []);
  if (asked.length === 0 && rules.length === 0) return NO_DEVICES;
  const nodes: Call[] = [];
  const opened: DeviceRule[] = [];
  for (const { PathOnHost, PathInContainer, CgroupPermissions } of asked) {
    for (const found of gather(sys, PathOnHost, PathInContainer)) {
      nodes.push(node(found));
      opened.push({
        allow: true,
        type: found.stat.type === 'block' ? 'b' : 'c',
        major: major(found.stat.rdev),
        minor: minor(found.stat.rdev),
        access: CgroupPermissions,
      });
    }
  }
  return { nodes, rules: [...DEFAULT_RULES, ...opened, ...rules] };
}

function gather(sys: Sys, source: string, target: string): Found[] {
  const stat = sys.stat(source);
  if (stat && isDevice(stat)) return [{ path: target, stat }];
  const found = stat?.type === 'dir' ? below(sys, source, target, []) : [];
  if (found.length > 0) return found;
  const reason = stat ? 'not a device node' : 'no such file or directory';
  throw new EngineError(
    500,
    `error gathering device information while adding custom device "${source}": ${reason}`,
  );
}
