import type { CgroupView, ContainerPicture, GaugeView, Limit } from '../../protocol/bottle.ts';
import { cgroupOf } from '../container/cgroup.ts';
import type { Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import type { Sys } from '../sys/sys.ts';
import { requireRunning } from './namespaces.ts';

/** Reads one file of a control group; '' where this kernel has not its controller. */
const filesOf =
  (sys: Sys, path: string) =>
  (name: string): string => {
    try {
      return sys.readText(`${path}/${name}`).trim();
    } catch {
      return '';
    }
  };

const limit = (text: string): Limit => (text === 'max' || text === '' ? null : Number(text));

/** The meters and limits of a container's control group (cgroup-v2.rst), each file read once. */
export function cgroup({ sys }: Context, container: Container): CgroupView {
  requireRunning(container);
  const path = cgroupOf(container);
  const file = filesOf(sys, path);
  const number = (name: string): number => Number(file(name) || '0');
  const cpu = fields(file('cpu.stat'));
  const [quota = 'max', period = '100000'] = file('cpu.max').split(' ');
  return {
    path,
    memory: {
      current: number('memory.current'),
      peak: number('memory.peak'),
      max: limit(file('memory.max')),
      low: number('memory.low'),
      swap: number('memory.swap.current'),
      swapMax: limit(file('memory.swap.max')),
      killed: fields(file('memory.events')).get('oom_kill') ?? 0,
    },
    cpu: {
      usage: cpu.get('usage_usec') ?? 0,
      user: cpu.get('user_usec') ?? 0,
      system: cpu.get('system_usec') ?? 0,
      quota: limit(quota),
      period: Number(period),
      weight: number('cpu.weight'),
      throttled: cpu.get('throttled_usec') ?? 0,
    },
    pids: {
      current: number('pids.current'),
      max: limit(file('pids.max')),
      refused: fields(file('pids.events')).get('max') ?? 0,
    },
    frozen: fields(file('cgroup.events')).get('frozen') === 1,
    processes: numbers(file('cgroup.procs')),
  };
}

/** What moves of it, of a container that runs. */
export function gauge({ sys }: Context, container: Container): GaugeView {
  const file = filesOf(sys, cgroupOf(container));
  return {
    id: container.id,
    memory: {
      current: Number(file('memory.current')),
      killed: fields(file('memory.events')).get('oom_kill') ?? 0,
    },
    cpu: { usage: fields(file('cpu.stat')).get('usage_usec') ?? 0 },
    pids: { current: Number(file('pids.current')) },
    processes: numbers(file('cgroup.procs')),
  };
}

/** What its kernel holds it to. */
export function limitsOf(
  { sys }: Context,
  container: Container,
): NonNullable<ContainerPicture['live']>['limits'] {
  const file = filesOf(sys, cgroupOf(container));
  const [quota = 'max', period = '100000'] = file('cpu.max').split(' ');
  const microseconds = limit(quota);
  return {
    memory: limit(file('memory.max')),
    cpu: microseconds === null ? null : Math.round((microseconds / Number(period)) * 1000),
    pids: limit(file('pids.max')),
  };
}

/** A file of numbers, a line each. */
const numbers = (text: string): number[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);

/** A file of lines `name number`. */
function fields(text: string): Map<string, number> {
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(' ');
      return [name, Number(value)];
    }),
  );
}
