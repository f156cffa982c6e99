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

/** The namespaces that every container has of its own, made by clone(2). */
const ALWAYS = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID;

/**
 * Flags of the clone that starts a container. The cgroup namespace is not among them: its root is
 * the cgroup of whoever makes it, so the child makes it itself, once it stands in its own.
 */
export function cloneFlags(networkMode: string): number {
  return networkMode === 'host' ? ALWAYS : ALWAYS | CLONE_NEWNET;
}

/**
 * The namespaces that an exec enters with setns(2) in its new process. The pid namespace is apart:
 * it holds for children only, so the parent enters it before the clone.
 */
export function joinFlags(networkMode: string): number {
  const flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP;
  return networkMode === 'host' ? flags : flags | CLONE_NEWNET;
}
