import {
  NAMESPACE_TYPES,
  type ContainerPicture,
  type GaugesView,
  type Limit,
  type NamespaceType,
  type PictureView,
  type SignalView,
} from '../../protocol/bottle.ts';
import { flagsOf } from './flags.ts';
import type { Flag } from './flags.ts';
import { milliseconds } from './time.ts';

/** One namespace, as a wall of the glass. */
export interface Wall {
  readonly type: NamespaceType;
  readonly inode: number;
  readonly path: string;
  /** Its own; the machine's, which is a gap; or shared with other containers. */
  readonly kind: 'own' | 'host' | 'shared';
  /** Names of the others. */
  readonly others: readonly string[];
}

export interface Sailor {
  /** The number that it has in the container, and that the machine sees. */
  readonly inside: number;
  readonly outside: number;
  readonly command: string;
  readonly name: string;
  /** One letter of proc(5). */
  readonly state: string;
}

/** What a container is in, in one word: the colours of the page have one meaning each. */
export type Condition =
  'created' | 'running' | 'paused' | 'restarting' | 'unhealthy' | 'done' | 'failed' | 'gone';

/** A container, as it is drawn. */
export interface Bottle {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly imageId: string;
  readonly condition: Condition;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  /** Its first process first; empty while nothing runs, as all that follows is. */
  readonly sailors: readonly Sailor[];
  /** Process ids of the shims that hold it, and its execs. */
  readonly shims: readonly number[];
  readonly walls: readonly Wall[];
  /** Of its control group, in the file system; '' while there is none. */
  readonly cgroup: string;
  readonly memory: Meter & { readonly killed: number };
  /** Thousandths of a processor; now: null until two looks have told. */
  readonly cpu: { readonly now: number | null; readonly limit: Limit };
  readonly tasks: Meter;
  /** Chain IDs from the uppermost down. */
  readonly lower: readonly string[];
  readonly flags: readonly Flag[];
}

export interface Meter {
  readonly now: number;
  readonly limit: Limit;
}

/** Containers that share walls stand together. */
export interface Rack {
  readonly bottles: readonly Bottle[];
  /** What they share, in the kernel's order; empty for one that stands alone. */
  readonly shared: readonly NamespaceType[];
}

/** What two looks at the gauges tell of each container's processor: thousandths of one. */
export function cpuShares(before: GaugesView, after: GaugesView): ReadonlyMap<string, number> {
  const microseconds = (milliseconds(after.time) - milliseconds(before.time)) * 1e3;
  if (!(microseconds > 0)) return new Map();
  const then = new Map(before.gauges.map(({ id, cpu }) => [id, cpu.usage]));
  return new Map(
    after.gauges.flatMap(({ id, cpu }) => {
      const used = cpu.usage - (then.get(id) ?? Number.NaN);
      return used >= 0 ? [[id, Math.round((used / microseconds) * 1000)] as const] : [];
    }),
  );
}

/** Under this share of a processor, in thousandths, nobody would see a meter move. */
const STILL = 50;

/** Whether nothing moves that a reader could see: the gauges may be asked for less often. */
export function isQuiet(before: GaugesView, after: GaugesView): boolean {
  const then = new Map(before.gauges.map((gauge) => [gauge.id, gauge]));
  const shares = cpuShares(before, after);
  return after.gauges.every(
    ({ id, memory, processes }) =>
      then.get(id)?.memory.current === memory.current &&
      String(then.get(id)?.processes) === String(processes) &&
      (shares.get(id) ?? STILL) < STILL,
  );
}

export function bottlesOf(
  picture: PictureView,
  shares: ReadonlyMap<string, number>,
  signals: readonly SignalView[],
): Bottle[] {
  return picture.containers.map((container): Bottle => {
    const { id, name, image, imageId, exitCode, oomKilled, lower, live } = container;
    const own = picture.processes.filter((process) => process.container === id);
    return {
      id,
      name,
      image,
      imageId,
      condition: conditionOf(container),
      exitCode,
      oomKilled,
      sailors: live === null ? [] : sailorsOf(own, live.pid),
      shims: own.filter(({ role }) => role === 'shim').map(({ pid }) => pid),
      walls: live === null ? [] : wallsOf(picture, container),
      cgroup: live?.cgroup ?? '',
      memory: {
        now: live?.gauge.memory.current ?? 0,
        limit: live?.limits.memory ?? null,
        killed: live?.gauge.memory.killed ?? 0,
      },
      cpu: { now: shares.get(id) ?? null, limit: live?.limits.cpu ?? null },
      tasks: { now: live?.gauge.pids.current ?? 0, limit: live?.limits.pids ?? null },
      lower,
      flags: flagsOf(container, signals),
    };
  });
}

function conditionOf({ status, exitCode, health }: ContainerPicture): Condition {
  if (status === 'exited') return exitCode === 0 ? 'done' : 'failed';
  if (status === 'dead' || status === 'removing') return 'gone';
  if (status === 'running' && health === 'unhealthy') return 'unhealthy';
  return status;
}

function sailorsOf(own: PictureView['processes'], first: number): Sailor[] {
  return own
    .filter(({ role }) => role === 'container')
    .map(({ pid, pids, command, name, state }) => ({
      inside: pids.at(-1) ?? pid,
      outside: pid,
      command: command.trim() === '' ? name : command.trim(),
      name,
      state,
    }))
    .sort((a, b) => rank(a) - rank(b) || a.inside - b.inside);
  function rank({ outside }: Sailor): number {
    return outside === first ? 0 : 1;
  }
}

function wallsOf(picture: PictureView, { id, live }: ContainerPicture): Wall[] {
  if (live === null) return [];
  return NAMESPACE_TYPES.map((type): Wall => {
    const inode = live.namespaces[type];
    const host = inode === picture.machine.namespaces[type];
    const others = picture.containers
      .filter((other) => other.id !== id && other.live?.namespaces[type] === inode)
      .map(({ name }) => name);
    return {
      type,
      inode,
      path: `/proc/${String(live.pid)}/ns/${type}`,
      kind: host ? 'host' : others.length > 0 ? 'shared' : 'own',
      others: host ? [] : others,
    };
  });
}

/** Containers that run first; those that share walls together, in the order of the first of them. */
export function racksOf(bottles: readonly Bottle[]): Rack[] {
  const racks: { bottles: Bottle[]; shared: Set<NamespaceType> }[] = [];
  const names = (bottle: Bottle): Set<string> =>
    new Set(bottle.walls.flatMap(({ others }) => others));
  const alive = (bottle: Bottle): number => (bottle.sailors.length > 0 ? 0 : 1);
  for (const bottle of [...bottles].sort((a, b) => alive(a) - alive(b))) {
    const others = names(bottle);
    const joined = racks.filter((rack) => rack.bottles.some(({ name }) => others.has(name)));
    const [home] = joined;
    const types = bottle.walls.filter(({ kind }) => kind === 'shared').map(({ type }) => type);
    if (home === undefined) {
      racks.push({ bottles: [bottle], shared: new Set(types) });
      continue;
    }
    home.bottles.push(bottle);
    for (const type of types) home.shared.add(type);
    // It may share one wall with these and another with those.
    for (const rack of joined.slice(1)) {
      home.bottles.push(...rack.bottles);
      for (const type of rack.shared) home.shared.add(type);
      racks.splice(racks.indexOf(rack), 1);
    }
  }
  return racks.map(({ bottles: together, shared }) => ({
    bottles: together,
    shared: NAMESPACE_TYPES.filter((type) => shared.has(type)),
  }));
}

/** How high the water stands on a glass whose mark is its limit, or the machine's memory where it has none: 0 to 1. */
export function waterLevel({ now, limit }: Meter, machine: number): number {
  const mark = limit ?? machine;
  return mark > 0 ? Math.min(1, now / mark) : 0;
}
