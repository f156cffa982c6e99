/** The part of `GET /containers/…/stats` that is shown. Times in nanoseconds, sizes in bytes. */
export interface StatsDocument {
  readonly id: string;
  readonly name: string;
  readonly cpu_stats: Cpu;
  readonly precpu_stats: Cpu;
  readonly memory_stats: {
    readonly usage?: number;
    readonly limit?: number;
    readonly stats?: Readonly<Record<string, number>>;
  };
  readonly pids_stats: { readonly current?: number };
  readonly blkio_stats?: {
    readonly io_service_bytes_recursive?:
      readonly { readonly op: string; readonly value: number }[] | null;
  };
  readonly networks?: Readonly<
    Record<string, { readonly rx_bytes: number; readonly tx_bytes: number }>
  >;
}

interface Cpu {
  readonly cpu_usage: { readonly total_usage: number };
  readonly system_cpu_usage?: number;
  readonly online_cpus?: number;
}

/** What a container uses; shares in per cent. */
export interface Usage {
  readonly cpu: number;
  readonly memory: number;
  readonly limit: number;
  readonly share: number;
  readonly received: number;
  readonly sent: number;
  readonly read: number;
  readonly written: number;
  readonly pids: number;
}

/** Null for a container that does not run. */
export function usageOf(document: StatsDocument): Usage | null {
  const { memory_stats: memory, pids_stats: pids, networks, blkio_stats: block } = document;
  if (memory.usage === undefined) return null;
  // What the kernel can take back at once is not counted: files that nobody reads any more.
  const inactive = memory.stats?.['inactive_file'] ?? 0;
  const used = inactive < memory.usage ? memory.usage - inactive : memory.usage;
  const limit = memory.limit ?? 0;
  const interfaces = Object.values(networks ?? {});
  const blocks = (letter: string): number =>
    (block?.io_service_bytes_recursive ?? [])
      .filter(({ op }) => op.toLowerCase().startsWith(letter))
      .reduce((sum, { value }) => sum + value, 0);
  return {
    cpu: cpuShare(document.precpu_stats, document.cpu_stats),
    memory: used,
    limit,
    share: limit > 0 ? (used / limit) * 100 : 0,
    received: interfaces.reduce((sum, { rx_bytes }) => sum + rx_bytes, 0),
    sent: interfaces.reduce((sum, { tx_bytes }) => sum + tx_bytes, 0),
    read: blocks('r'),
    written: blocks('w'),
    pids: pids.current ?? 0,
  };
}

/** Of what all processors did between two readings, the part that was the container's. */
function cpuShare(before: Cpu, now: Cpu): number {
  const own = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const all = (now.system_cpu_usage ?? 0) - (before.system_cpu_usage ?? 0);
  return own > 0 && all > 0 ? (own / all) * (now.online_cpus ?? 1) * 100 : 0;
}
