import type { HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';

/** Docker's smallest memory limit, in bytes. */
const LEAST_MEMORY = 6 * 1024 * 1024;

/** What limits are checked against. */
export interface Machine {
  readonly cpus: number;
}

const discarded = (what: string, then: string): string =>
  `Your kernel does not support ${what} or the cgroup is not mounted. ${then} discarded.`;

/** The numbers of a list such as `0-2,5`, or null when it is none. */
function parseSet(text: string): number[] | null {
  const numbers: number[] = [];
  for (const part of text.split(',')) {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part);
    if (!match) return null;
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (last < first || last > 8192) return null;
    for (let each = first; each <= last; each++) numbers.push(each);
  }
  return numbers;
}

function checkMemory({ Memory, MemorySwap, MemoryReservation }: HostConfig, update: boolean): void {
  if (Memory !== 0 && Memory < LEAST_MEMORY) {
    throw new EngineError(400, 'Minimum memory limit allowed is 6MB');
  }
  if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory) {
    throw new EngineError(
      400,
      'Minimum memoryswap limit should be larger than memory limit, see usage',
    );
  }
  if (Memory === 0 && MemorySwap > 0 && !update) {
    throw new EngineError(
      400,
      'You should always set the Memory limit when using Memoryswap limit, see usage',
    );
  }
  if (MemoryReservation > 0 && MemoryReservation < LEAST_MEMORY) {
    throw new EngineError(400, 'Minimum memory reservation allowed is 6MB');
  }
  if (Memory > 0 && MemoryReservation > 0 && Memory < MemoryReservation) {
    throw new EngineError(
      400,
      'Minimum memory limit can not be less than memory reservation limit, see usage',
    );
  }
}

function checkSet(what: string, name: string, wanted: string, count: number): void {
  if (wanted === '') return;
  const numbers = parseSet(wanted);
  if (!numbers) throw new EngineError(400, `Invalid value ${wanted} for cpuset ${name}`);
  if (numbers.some((each) => each >= count)) {
    const available = count === 1 ? '0' : `0-${String(count - 1)}`;
    throw new EngineError(
      400,
      `Requested ${what} are not available - requested ${wanted}, available: ${available}`,
    );
  }
}

function checkCpu(host: HostConfig, { cpus }: Machine): void {
  const { NanoCpus, CpuPeriod, CpuQuota, CpusetCpus, CpusetMems } = host;
  const conflict = (other: string): EngineError =>
    new EngineError(400, `Conflicting options: Nano CPUs and CPU ${other} cannot both be set`);
  if (NanoCpus > 0 && CpuPeriod > 0) throw conflict('Period');
  if (NanoCpus > 0 && CpuQuota > 0) throw conflict('Quota');
  if (NanoCpus < 0 || NanoCpus > cpus * 1e9) {
    const count = String(cpus);
    throw new EngineError(
      400,
      `Range of CPUs is from 0.01 to ${count}.00, as there are only ${count} CPUs available`,
    );
  }
  if (CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000)) {
    throw new EngineError(
      400,
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    );
  }
  if (CpuQuota > 0 && CpuQuota < 1000) {
    throw new EngineError(400, 'CPU cfs quota can not be less than 1ms (i.e. 1000)');
  }
  checkSet('CPUs', 'cpus', CpusetCpus, cpus);
  checkSet('memory nodes', 'mems', CpusetMems, 1);
}

const THROTTLES = [
  ['BlkioDeviceReadBps', 'BPS Block I/O read limit', 'Block I/O BPS read limit'],
  ['BlkioDeviceWriteBps', 'BPS Block I/O write limit', 'Block I/O BPS write limit'],
  ['BlkioDeviceReadIOps', 'IOPS Block read limit', 'Block I/O IOPS read limit'],
  ['BlkioDeviceWriteIOps', 'IOPS Block write limit', 'Block I/O IOPS write limit'],
] as const;

/** Takes out what this kernel has not, with Docker's warnings. */
function discard(host: HostConfig): { readonly host: HostConfig; readonly warnings: string[] } {
  const warnings: string[] = [];
  const kept = { ...host };
  if (kept.MemorySwappiness !== null) {
    // -1 is how clients say that nobody asked.
    if (kept.MemorySwappiness !== -1) {
      warnings.push(discarded('memory swappiness capabilities', 'Memory swappiness'));
    }
    kept.MemorySwappiness = null;
  }
  if (kept.OomKillDisable !== null) {
    if (kept.OomKillDisable) {
      warnings.push('Your kernel does not support OomKillDisable. OomKillDisable discarded.');
    }
    kept.OomKillDisable = null;
  }
  if (kept.BlkioWeight > 0) {
    warnings.push(discarded('Block I/O weight', 'Weight'));
    kept.BlkioWeight = 0;
  }
  if (kept.BlkioWeightDevice && kept.BlkioWeightDevice.length > 0) {
    warnings.push(discarded('Block I/O weight_device', 'Weight-device'));
    kept.BlkioWeightDevice = [];
  }
  // The disk is memory: there is no block device whose traffic could be held back.
  for (const [name, what, then] of THROTTLES) {
    if (!kept[name] || kept[name].length === 0) continue;
    warnings.push(discarded(what, then));
    kept[name] = [];
  }
  return { host: kept, warnings };
}

/**
 * Checks limits as Docker does, for `create` and for `update`.
 *
 * @returns the limits that are left, and a warning for each that this kernel does not have.
 * @throws EngineError 400 with Docker's sentence.
 */
export function verifyLimits(
  host: HostConfig,
  machine: Machine,
  update = false,
): { readonly host: HostConfig; readonly warnings: string[] } {
  checkMemory(host, update);
  checkCpu(host, machine);
  const left = discard(host);
  // Twice the memory when nobody says, of which there is no swap to take the second half from.
  if (host.Memory > 0 && host.MemorySwap === 0) left.host.MemorySwap = host.Memory * 2;
  return left;
}
