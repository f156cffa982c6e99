import type { HostConfig } from '../../protocol/container.ts';
import { limits } from '../cgroups/limits.ts';
import { verifyLimits } from '../cgroups/verify.ts';
import { EngineError } from '../errors.ts';
import { cgroupOf } from './cgroup.ts';
import type { Container } from './container.ts';
import { emit, type Context } from './context.ts';
import { checkRestartPolicy } from './life.ts';
import { CPUS } from './settle.ts';

/** What `update` can change; what is absent (or 0 and '', as Go has it) stays. */
export type Changes = Partial<
  Pick<
    HostConfig,
    | 'Memory'
    | 'MemorySwap'
    | 'MemoryReservation'
    | 'NanoCpus'
    | 'CpuShares'
    | 'CpuPeriod'
    | 'CpuQuota'
    | 'CpusetCpus'
    | 'CpusetMems'
    | 'PidsLimit'
    | 'RestartPolicy'
  >
>;

/** What the files of a control group say when nothing is limited. */
const UNLIMITED: Readonly<Record<string, string>> = {
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'memory.low': '0',
  'cpu.max': 'max 100000',
  'cpu.weight': '100',
  'pids.max': 'max',
};

/**
 * Changes the limits and the restart policy of a container, also while it runs: its control group's
 * files are written anew.
 *
 * @throws EngineError 400 or 409 with Docker's sentence; nothing has changed then.
 */
export function update(
  context: Context,
  container: Container,
  changes: Changes,
): readonly string[] {
  const { host, id, state } = container;
  const cannot = (status: EngineError['status'], why: string): EngineError =>
    new EngineError(status, `Cannot update container ${id}: ${why}`);
  if (state.Dead || state.Status === 'removing') {
    throw cannot(409, 'container is marked for removal and cannot be "update"');
  }
  const policy = changes.RestartPolicy;
  if (policy && policy.Name !== '') checkRestartPolicy(policy);
  if (policy && host.AutoRemove && !['', 'no'].includes(policy.Name)) {
    throw cannot(
      409,
      'Restart policy cannot be updated because AutoRemove is enabled for the container',
    );
  }
  const set = Object.fromEntries(
    Object.entries(changes).filter(([name, value]) => name !== 'RestartPolicy' && !isZero(value)),
  );
  const asked: HostConfig = { ...host, ...set };
  checkConflicts(host, changes, cannot);
  const { host: wanted, warnings } = verifyLimits(asked, { cpus: CPUS }, true);
  if (state.Running && !state.Restarting) {
    write(context, container, wanted, (why) => cannot(500, why));
  }
  Object.assign(host, wanted);
  if (policy && policy.Name !== '') host.RestartPolicy = policy;
  context.containers.save(container);
  emit(context, container, 'update');
  return warnings;
}

function isZero(value: unknown): boolean {
  return value === undefined || value === null || value === 0 || value === '';
}

type Refuse = (status: EngineError['status'], why: string) => EngineError;

/** What the container has already and what is asked for now may exclude each other. */
function checkConflicts(host: HostConfig, changes: Changes, cannot: Refuse): void {
  const { NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0, Memory = 0, MemorySwap = 0 } = changes;
  const pairs = [
    ['Nano CPUs', NanoCpus, 'CPU Period', host.CpuPeriod],
    ['Nano CPUs', NanoCpus, 'CPU Quota', host.CpuQuota],
    ['CPU Period', CpuPeriod, 'NanoCPUs', host.NanoCpus],
    ['CPU Quota', CpuQuota, 'NanoCPUs', host.NanoCpus],
  ] as const;
  for (const [name, asked, other, set] of pairs) {
    if (asked <= 0 || set <= 0) continue;
    throw cannot(
      409,
      `Conflicting options: ${name} cannot be updated as ${other} has already been set`,
    );
  }
  if (Memory > 0 && MemorySwap === 0 && host.MemorySwap > 0 && Memory > host.MemorySwap) {
    throw cannot(
      409,
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
  }
}

/** Writes what differs; what was written is taken back when the kernel refuses one of them. */
function write(
  { sys }: Context,
  container: Container,
  wanted: HostConfig,
  cannot: (why: string) => EngineError,
): void {
  const directory = cgroupOf(container);
  const before = new Map(limits(container.host));
  const after = new Map(limits(wanted));
  const done: string[] = [];
  try {
    for (const file of new Set([...before.keys(), ...after.keys()])) {
      const value = after.get(file) ?? UNLIMITED[file];
      if (value === undefined || value === before.get(file)) continue;
      sys.writeFile(`${directory}/${file}`, value);
      done.push(file);
    }
  } catch (error) {
    for (const file of done.reverse()) {
      const value = before.get(file) ?? UNLIMITED[file];
      if (value !== undefined) sys.writeFile(`${directory}/${file}`, value);
    }
    throw cannot(error instanceof Error ? error.message : String(error));
  }
}
