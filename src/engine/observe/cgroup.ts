import type { CgroupView, Limit } from '../../protocol/bottle.ts';
import { cgroupOf } from '../container/cgroup.ts';
import type { Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { requireRunning } from './namespaces.ts';

/** The meters and limits of a container's control group (cgroup-v2.rst), each file read once. */
export function cgroup({ sys }: Context, container: Container): CgroupView {
  requireRunning(container);
  const path = cgroupOf(container);
  const file = (name: string): string => {
    try {
      return sys.readText(`${path}/${name}`).trim();
    } catch {
      return ''; // a controller that this kernel has not
    }
  };
  const number = (name: string): number => Number(file(name) || '0');
  const limit = (text: string): Limit => (text === 'max' || text === '' ? null : Number(text));
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
    processes: file('cgroup.procs')
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  };
}

/** A file of lines `name number`. */
function fields(text: string): Map<string, number> {
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(' ');
      return [name, Number(value)];
    }),
  );
}
