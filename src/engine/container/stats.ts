import { NEVER } from '../../protocol/container.ts';
import type { Sys } from '../sys/sys.ts';
import { cgroupOf } from './cgroup.ts';
import type { Container } from './container.ts';

/**
 * What a container uses, read from its control group (cgroup-v2.rst) and, for the network, from
 * `/proc/PID/net/dev` of its namespace. The names and shapes are the Engine API's.
 */

/** `cpu_stats`; times in nanoseconds. */
export interface CpuStats {
  readonly cpu_usage: {
    readonly total_usage: number;
    readonly usage_in_kernelmode: number;
    readonly usage_in_usermode: number;
  };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
  readonly throttling_data: {
    readonly periods: number;
    readonly throttled_periods: number;
    readonly throttled_time: number;
  };
}

/** One reading. */
export interface Sample {
  /** RFC 3339. */
  readonly read: string;
  readonly cpu: CpuStats;
  readonly rest: Readonly<Record<string, unknown>>;
}

const NO_CPU: CpuStats = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

/** The reading of a container that does not run. */
const EMPTY: Sample = {
  read: NEVER,
  cpu: NO_CPU,
  rest: { pids_stats: {}, blkio_stats: blockStats(null), memory_stats: {} },
};

/** What the container uses now. */
export function sample(sys: Sys, container: Container): Sample {
  const { state } = container;
  const directory = cgroupOf(container);
  if (!state.Running || state.Restarting) return EMPTY;
  try {
    const file = (name: string): string => sys.readText(`${directory}/${name}`);
    const networks = networkStats(sys, container);
    return {
      read: sys.timestamp(),
      cpu: cpuStats(pairs(file('cpu.stat')), systemUsage(sys)),
      rest: {
        pids_stats: { current: Number(file('pids.current')), ...bounded(file('pids.max')) },
        blkio_stats: blockStats(file('io.stat')),
        memory_stats: {
          usage: Number(file('memory.current')),
          stats: pairs(file('memory.stat')),
          limit: Math.min(amount(file('memory.max')), sys.sysinfo().total),
        },
        ...(networks ? { networks } : {}),
      },
    };
  } catch {
    return EMPTY; // it ended while it was read
  }
}

/** A reading as the API shows it, beside the one before (null: none yet). */
export function statsDocument(
  { id, name }: Container,
  now: Sample,
  before: Sample | null,
): Record<string, unknown> {
  return {
    name: `/${name}`,
    id,
    read: now.read,
    preread: before?.read ?? NEVER,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: now.cpu,
    precpu_stats: before?.cpu ?? NO_CPU,
    ...now.rest,
  };
}

/** A "flat keyed" file: a name and a number on each line. */
function pairs(text: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const space = line.indexOf(' ');
    if (space > 0) found[line.slice(0, space)] = Number(line.slice(space + 1));
  }
  return found;
}

/** A file that holds a number, or `max` for no limit. */
function amount(text: string): number {
  return text.startsWith('max') ? Number.POSITIVE_INFINITY : Number(text);
}

/** Absent when there is no limit: 2⁶⁴-1, which Docker writes then, is no number of JavaScript's. */
function bounded(text: string): { limit?: number } {
  const limit = amount(text);
  return Number.isFinite(limit) ? { limit } : {};
}

function cpuStats(stat: Readonly<Record<string, number>>, system: number): CpuStats {
  const nanoseconds = (name: string): number => (stat[name] ?? 0) * 1000;
  return {
    cpu_usage: {
      total_usage: nanoseconds('usage_usec'),
      usage_in_kernelmode: nanoseconds('system_usec'),
      usage_in_usermode: nanoseconds('user_usec'),
    },
    system_cpu_usage: system,
    online_cpus: 1,
    throttling_data: {
      periods: stat['nr_periods'] ?? 0,
      throttled_periods: stat['nr_throttled'] ?? 0,
      throttled_time: nanoseconds('throttled_usec'),
    },
  };
}

/** Nanoseconds that all processors have spent, idle or not: the first line of `/proc/stat`. */
function systemUsage(sys: Sys): number {
  const [, ...ticks] = (sys.readText('/proc/stat').split('\n')[0] ?? '').split(/ +/);
  // user, nice, system, idle, iowait, irq, softirq; what follows is counted in these already
  return ticks.slice(0, 7).reduce((sum, each) => sum + Number(each), 0) * 10_000_000;
}

interface BlockEntry {
  readonly major: number;
  readonly minor: number;
  readonly op: string;
  readonly value: number;
}

/** `io.stat`: `MAJ:MIN rbytes=… wbytes=… rios=… wios=…` for each device. */
function blockStats(text: string | null): Record<string, unknown> {
  const bytes: BlockEntry[] = [];
  for (const line of text?.split('\n') ?? []) {
    const match = /^(\d+):(\d+) .*?rbytes=(\d+) wbytes=(\d+)/.exec(line);
    if (!match) continue;
    const [major = 0, minor = 0, read = 0, write = 0] = match.slice(1).map(Number);
    bytes.push(
      { major, minor, op: 'read', value: read },
      { major, minor, op: 'write', value: write },
    );
  }
  return {
    io_service_bytes_recursive: bytes.length > 0 ? bytes : null,
    io_serviced_recursive: null,
    io_queue_recursive: null,
    io_service_time_recursive: null,
    io_wait_time_recursive: null,
    io_merged_recursive: null,
    io_time_recursive: null,
    sectors_recursive: null,
  };
}

/** Counters of each interface but the loopback; null in the machine's own network. */
function networkStats(
  sys: Sys,
  { state, host }: Container,
): Record<string, Record<string, number>> | null {
  if (host.NetworkMode === 'host' || host.NetworkMode === 'none') return null;
  const found: Record<string, Record<string, number>> = {};
  for (const line of sys
    .readText(`/proc/${String(state.Pid)}/net/dev`)
    .split('\n')
    .slice(2)) {
    const [name = '', counters] = line.trim().split(/: */);
    if (counters === undefined || name === 'lo') continue;
    // bytes packets errs drop fifo frame compressed multicast, received and then sent
    const numbers = counters.split(/ +/).map(Number);
    const direction = (prefix: string, from: number): [string, number][] =>
      ['bytes', 'packets', 'errors', 'dropped'].map((what, i) => [
        `${prefix}_${what}`,
        numbers[from + i] ?? 0,
      ]);
    found[name] = Object.fromEntries([...direction('rx', 0), ...direction('tx', 8)]);
  }
  return found;
}
