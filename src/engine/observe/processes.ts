import {
  NAMESPACE_TYPES,
  type NamespaceType,
  type ProcessRole,
  type ProcessView,
} from '../../protocol/bottle.ts';
import { cgroupOf } from '../container/cgroup.ts';
import { RUN } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import type { Sys } from '../sys/sys.ts';

/** The kernel's threads are children of this one. */
const KTHREADD = 2;
const ROOT = '/sys/fs/cgroup';

/** Every process of the machine, read from `/proc` (proc(5)); one that ends meanwhile is left out. */
export function processes(context: Context): ProcessView[] {
  const { sys } = context;
  const byCgroup = new Map(
    context.containers.list().map((each) => [cgroupOf(each).slice(ROOT.length), each.id]),
  );
  const shims = shimsOf(context);
  return sys
    .readdir('/proc')
    .filter(({ name }) => /^\d+$/.test(name))
    .flatMap(({ name }): ProcessView[] => {
      try {
        const seen = read(sys, Number(name));
        if (!seen) return [];
        const inside = byCgroup.get(seen.cgroup) ?? null;
        const held = shims.get(seen.pid) ?? null;
        const role = held === null ? roleOf(seen, inside !== null) : 'shim';
        return [{ ...seen, role, container: inside ?? held }];
      } catch {
        return []; // gone since the directory was read
      }
    });
}

type Seen = Omit<ProcessView, 'role' | 'container'>;

function read(sys: Sys, pid: number): Seen | null {
  const status = sys.readText(`/proc/${String(pid)}/status`);
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const ppid = Number(field('PPid'));
  if (pid === KTHREADD || ppid === KTHREADD) return null;
  const command = sys.readText(`/proc/${String(pid)}/cmdline`).replace(/\0$/, '');
  return {
    pid,
    ppid,
    pids: field('NSpid').split(/\s+/).map(Number),
    name: field('Name'),
    command: command.replaceAll('\0', ' '),
    state: field('State').slice(0, 1),
    uid: Number(field('Uid').split(/\s+/)[0]),
    memory: Number.parseInt(field('VmRSS') || '0', 10) * 1024,
    namespaces: namespacesOf(sys, pid),
    cgroup: sys
      .readText(`/proc/${String(pid)}/cgroup`)
      .trim()
      .replace(/^0::/, ''),
  };
}

/** Inode numbers of a process's namespaces. */
export function namespacesOf(sys: Sys, pid: number): Record<NamespaceType, number> {
  const inode = (type: NamespaceType): number => {
    const link = sys.readlink(`/proc/${String(pid)}/ns/${type}`);
    return Number(/\[(\d+)\]/.exec(link)?.[1] ?? 0);
  };
  return Object.fromEntries(NAMESPACE_TYPES.map((type) => [type, inode(type)])) as Record<
    NamespaceType,
    number
  >;
}

function roleOf({ pid, command }: Seen, inside: boolean): ProcessRole {
  if (pid === 1) return 'init';
  if (inside) return 'container';
  const [, role] = /^engine (zygote|daemon|command)/.exec(command) ?? [];
  return role === 'zygote' || role === 'daemon' || role === 'command' ? role : 'other';
}

/** Process ids of the shims of all containers and execs that run, with the container of each. */
function shimsOf({ sys, containers, execs }: Context): Map<number, string> {
  const found = new Map<number, string>();
  for (const [id, container] of [
    ...containers.list().map(({ id }) => [id, id] as const),
    ...[...execs.values()].map((exec) => [exec.id, exec.container] as const),
  ]) {
    const path = `${RUN}/containers/${id}/pid`;
    if (!sys.stat(path)) continue;
    // The file names the container's first process, whose parent the shim is.
    const child = Number(sys.readText(path));
    const [, parent] = /^PPid:\s*(\d+)/m.exec(statusOf(sys, child)) ?? [];
    if (parent !== undefined) found.set(Number(parent), container);
  }
  return found;
}

function statusOf(sys: Sys, pid: number): string {
  try {
    return sys.readText(`/proc/${String(pid)}/status`);
  } catch {
    return ''; // it has just ended
  }
}
