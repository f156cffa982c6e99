import type { Call } from '../sys/step.ts';

/**
 * Namespaces: what a process sees of the machine (namespaces(7)).
 *
 * See them: `ls -l /proc/self/ns`; `docker run --rm busybox ls -l /proc/self/ns` beside it.
 */
export const CLONE_NEWNS = 0x00020000;
export const CLONE_NEWCGROUP = 0x02000000;
export const CLONE_NEWUTS = 0x04000000;
export const CLONE_NEWIPC = 0x08000000;
export const CLONE_NEWPID = 0x20000000;
export const CLONE_NEWNET = 0x40000000;

/** The modes of `HostConfig` that say which namespaces a container shares. */
export interface NamespaceModes {
  readonly NetworkMode: string;
  readonly PidMode: string;
  readonly IpcMode: string;
  readonly UTSMode: string;
}

/** Whether a mode asks for a namespace of the container's own. */
export function isOwn(mode: string): boolean {
  return mode !== 'host' && !mode.startsWith('container:');
}

/** The container whose namespace a mode `container:<id>` asks for, or null. */
export function sharedWith(mode: string): string | null {
  return mode.startsWith('container:') ? mode.slice('container:'.length) : null;
}

/**
 * Flags of the clone that starts a container. The cgroup namespace is not among them: its root is
 * the cgroup of whoever makes it, so the child makes it itself, once it stands in its own.
 */
export function cloneFlags(modes: NamespaceModes): number {
  return (
    CLONE_NEWNS |
    (isOwn(modes.UTSMode) ? CLONE_NEWUTS : 0) |
    (isOwn(modes.IpcMode) ? CLONE_NEWIPC : 0) |
    (isOwn(modes.PidMode) ? CLONE_NEWPID : 0) |
    (isOwn(modes.NetworkMode) ? CLONE_NEWNET : 0)
  );
}

/** Enters the namespace of another process, by its file below `/proc`. */
export function enterNamespace(pid: number, type: 'pid' | 'ipc' | 'net'): Call {
  const nstype = { pid: CLONE_NEWPID, ipc: CLONE_NEWIPC, net: CLONE_NEWNET }[type];
  return { op: 'setns', path: `/proc/${String(pid)}/ns/${type}`, nstype };
}

/**
 * The namespaces that an exec enters with setns(2) in its new process; entering one where it is already
 * changes nothing. The pid namespace is apart: it holds for children only, so the parent enters it
 * before the clone.
 */
export const JOINED = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP | CLONE_NEWNET;
