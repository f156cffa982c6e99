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

/** A process without what costs a system call for each of its namespaces. */
type Outline = Omit<ProcessView, 'namespaces'>;

/** Every process of the machine, read from `/proc` (proc(5)); one that ends meanwhile is left out. */
export function processes(context: Context): ProcessView[] {
  return outlines(context).flatMap((outline) => {
    try {
      return [{ ...outline, namespaces: namespacesOf(context.sys, outline.pid) }];
    } catch {
      return []; // gone since it was read
    }
  });
}

/** As {@link processes}, without their namespaces: three files each. */
export function outlines(context: Context): Outline[] {
  const byCgroup = new Map(
    context.containers.list().map((each) => [cgroupOf(each).slice(ROOT.length), each.id]),
  );
  const seen = readAll(context.sys);
  const shims = shimsOf(context, seen);
  return seen.map((each) => {
    const inside = byCgroup.get(each.cgroup) ?? null;
    const held = shims.get(each.pid) ?? null;
    const role = held === null ? roleOf(each, inside !== null) : 'shim';
    return { ...each, role, container: inside ?? held };
  });
}

type Seen = Omit<ProcessView, 'role' | 'container' | 'namespaces'>;

/**
 * The kernel's threads that the last look found: they are most of what is in `/proc`, and need no second look. For
 * one to come back as a process all other numbers would have to be given away between two looks.
 */
let threads: ReadonlySet<number> = new Set([KTHREADD]);

function readAll(sys: Sys): Seen[] {
  const pids = sys.readdir('/proc').flatMap(({ name }) => (/^\d/.test(name) ? [Number(name)] : []));
  const known = new Set(pids.filter((pid) => threads.has(pid)));
  const seen = pids
    .filter((pid) => !known.has(pid))
    .flatMap((pid) => {
      try {
        const process = read(sys, pid);
        if (process.ppid !== KTHREADD) return [process];
        known.add(pid);
      } catch {
        // gone since the directory was read
      }
      return [];
    });
  threads = known;
  return seen;
}

/** Lines of `/proc/PID/status`. */
const lines = {
  name: /^Name:\s*(.*)$/m,
  state: /^State:\s*(.)/m,
  ppid: /^PPid:\s*(\d+)/m,
  uid: /^Uid:\s*(\d+)/m,
  pids: /^NSpid:\s*(.*)$/m,
  memory: /^VmRSS:\s*(\d+)/m,
};

function read(sys: Sys, pid: number): Seen {
  const status = sys.readText(`/proc/${String(pid)}/status`);
  const field = (name: keyof typeof lines): string => lines[name].exec(status)?.[1] ?? '';
  const ppid = Number(field('ppid'));
  const thread = ppid === KTHREADD;
  return {
    pid,
    ppid,
    pids: field('pids').split(/\s+/).map(Number),
    name: field('name'),
    command: thread
      ? ''
      : sys
          .readText(`/proc/${String(pid)}/cmdline`)
          .replace(/\0$/, '')
          .replaceAll('\0', ' '),
    state: field('state'),
    uid: Number(field('uid')),
    memory: Number(field('memory')) * 1024,
    cgroup: thread
      ? ''
      : sys
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
function shimsOf({ sys, containers, execs }: Context, seen: readonly Seen[]): Map<number, string> {
  const parents = new Map(seen.map(({ pid, ppid }) => [pid, ppid]));
  const found = new Map<number, string>();
  for (const [id, container] of [
    ...containers.list().map(({ id }) => [id, id] as const),
    ...[...execs.values()].map((exec) => [exec.id, exec.container] as const),
  ]) {
    const path = `${RUN}/containers/${id}/pid`;
    if (!sys.stat(path)) continue;
    // The file names the container's first process, whose parent the shim is.
    const parent = parents.get(Number(sys.readText(path)));
    if (parent !== undefined) found.set(parent, container);
  }
  return found;
}
