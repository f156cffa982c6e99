import { PARENT, cgroupPath } from '../cgroups/limits.ts';
import { DEFAULT_RULES, filterDevices, type DeviceRule } from '../cgroups/devices.ts';
import { EngineError } from '../errors.ts';
import { enterNamespace, isOwn, sharedWith } from '../namespaces/namespaces.ts';
import { MNT_DETACH } from '../rootfs/flags.ts';
import { mountSharedMemory, type SharedMemory } from '../rootfs/mounts.ts';
import type { Call } from '../sys/step.ts';
import { runDirectory, type Container } from './container.ts';
import type { Context } from './context.ts';
import { devicesOf, NO_DEVICES, type Devices } from './devices.ts';
import { needsNames } from './networks/names.ts';
import { checkSysctls } from './sysctls.ts';

/** What a start must know of the rest of the machine; looked up just before it. */
export interface Surroundings {
  /** First processes of the containers whose namespaces are shared. */
  readonly pid: number | null;
  readonly ipc: number | null;
  readonly network: number | null;
  /** One of its networks has names: it needs a resolver of its own. */
  readonly names: boolean;
  readonly devices: Devices;
  /** Nobody has told the kernel yet which devices containers may open. */
  readonly filterMissing: boolean;
}

/** A container that shares nothing and has no device of its own. */
export const ALONE: Surroundings = {
  pid: null,
  ipc: null,
  network: null,
  names: false,
  devices: NO_DEVICES,
  filterMissing: false,
};

/** Whether this daemon has seen the default filter in force. An earlier one's may be: once more is no harm. */
let filtered = false;

/** To be called when a start went well that had {@link Surroundings.filterMissing}. */
export function noteFiltered(): void {
  filtered = true;
}

/** @throws EngineError in Docker's words when a container that is to be shared with does not run. */
export function surroundingsOf(context: Context, container: Container): Surroundings {
  const { host } = container;
  checkSysctls(host);
  const pid = sharedWith(host.PidMode);
  const ipc = sharedWith(host.IpcMode);
  const network = sharedWith(host.NetworkMode);
  return {
    pid: pid === null ? null : firstProcess(context, pid, 'PID'),
    ipc: ipc === null ? null : firstProcess(context, ipc, 'IPC'),
    network: network === null ? null : networkProcess(context, network),
    names: needsNames(context, container),
    devices: devicesOf(context.sys, container),
    filterMissing: !filtered,
  };
}

function firstProcess({ containers }: Context, id: string, what: 'PID' | 'IPC'): number {
  const begin = `failed to join ${what} namespace: `;
  let other: Container;
  try {
    other = containers.get(id);
  } catch (error) {
    throw new EngineError(500, begin + (error instanceof Error ? error.message : String(error)));
  }
  if (!other.state.Running) throw new EngineError(500, `${begin}container ${id} is not running`);
  if (what === 'IPC' && other.host.IpcMode !== 'shareable') {
    throw new EngineError(
      500,
      `${begin}container ${id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`,
    );
  }
  return other.state.Pid;
}

/** The first process of the container whose network is shared. */
function networkProcess({ containers }: Context, id: string): number {
  const other = containers.get(id);
  if (!other.state.Running) {
    throw new EngineError(409, `cannot join network of a non running container: ${other.id}`);
  }
  return other.state.Pid;
}

/** Where the shared memory of a container is that others may join. */
export const sharedMemoryPath = (id: string): string => `${runDirectory(id)}/shm`;

/** Host steps before the clone: rules for devices, shared memory, the pid namespace of another. */
export function prepare(
  { id, host }: Container,
  { pid, devices, filterMissing }: Surroundings,
): Call[] {
  const calls: Call[] = filterMissing ? [filterDevices(PARENT, DEFAULT_RULES)] : [];
  const rules = rulesFor(host.CgroupParent, devices.rules);
  if (rules) calls.push(filterDevices(cgroupPath(id, host.CgroupParent), rules));
  if (host.IpcMode === 'shareable') {
    const path = sharedMemoryPath(id);
    calls.push({ op: 'mkdir', path, mode: 0o755, parents: false });
    calls.push(mountSharedMemory(path, host.ShmSize));
  }
  if (pid !== null) calls.push(enterNamespace(pid, 'pid'));
  return calls;
}

/** Everybody's rules are in force for `/docker` as a whole; elsewhere each container needs them itself. */
function rulesFor(parent: string, own: readonly DeviceRule[] | null): readonly DeviceRule[] | null {
  return own ?? (parent === '' ? null : DEFAULT_RULES);
}

/** The child's first steps: namespaces that it does not have from the clone. */
export function enter({ ipc, network }: Surroundings): Call[] {
  return [
    ...(ipc === null ? [] : [enterNamespace(ipc, 'ipc')]),
    ...(network === null ? [] : [enterNamespace(network, 'net')]),
  ];
}

/** What stands on the container's `/dev/shm`. */
export function sharedMemoryOf({ id, host }: Container): SharedMemory {
  const { IpcMode, ShmSize } = host;
  if (IpcMode === 'none') return null;
  if (IpcMode === 'host') return { source: '/dev/shm' };
  if (IpcMode === 'shareable') return { source: sharedMemoryPath(id) };
  const other = sharedWith(IpcMode);
  return other === null ? { size: ShmSize } : { source: sharedMemoryPath(other) };
}

/** When it is over: what {@link prepare} made and does not go with the cgroup. */
export function clear({ id, host }: Container): Call[] {
  return host.IpcMode === 'shareable'
    ? [{ op: 'umount', target: sharedMemoryPath(id), flags: MNT_DETACH }]
    : [];
}

/** Whether our own init is process 1: only where there is a pid namespace whose process 1 it can be. */
export function hasInit({ host }: Container): boolean {
  return host.Init === true && isOwn(host.PidMode);
}
