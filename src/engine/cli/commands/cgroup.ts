import type { CgroupView, Limit } from '../../../protocol/bottle.ts';
import { resource } from '../each.ts';
import { align } from '../format/table.ts';
import { bytesSize } from '../format/units.ts';
import type { Command } from '../command.ts';

/** Shows what a container uses against what it may, by the files of its control group. */
export const cgroup: Command = {
  usage: 'CONTAINER',
  short: 'Show the control group of a running container: meters, limits and their files',
  arity: { min: 1, max: 1 },
  async run(cli, _, [name = '']) {
    const view = await cli.client.json<CgroupView>(
      'GET',
      `/bottle${resource('containers', name)}/cgroup`,
    );
    const rows = table(view).map((row) => row.join('\t'));
    await cli.out(
      `${view.path}\n\n${align(`RESOURCE\tNOW\tLIMIT\tFILES\n${rows.join('\n')}\n`, { minWidth: 6 })}`,
    );
    return 0;
  },
};

const size = (limit: Limit): string => (limit === null ? 'none' : bytesSize(limit));
const count = (limit: Limit): string => (limit === null ? 'none' : String(limit));
const seconds = (microseconds: number): string => `${(microseconds / 1e6).toFixed(2)}s`;

function table({ memory, cpu, pids, frozen, processes }: CgroupView): string[][] {
  const share = cpu.quota === null ? 'none' : `${(cpu.quota / cpu.period).toFixed(2)} CPUs`;
  return [
    ['memory', size(memory.current), size(memory.max), 'memory.current memory.max'],
    ['memory peak', size(memory.peak), '', 'memory.peak'],
    ['memory kept', '', size(memory.low), 'memory.low'],
    ['swap', size(memory.swap), size(memory.swapMax), 'memory.swap.current memory.swap.max'],
    ['killed for memory', String(memory.killed), '', 'memory.events'],
    ['cpu time', seconds(cpu.usage), share, 'cpu.stat cpu.max'],
    ['cpu held back', seconds(cpu.throttled), '', 'cpu.stat'],
    ['cpu weight', String(cpu.weight), '', 'cpu.weight'],
    ['processes', String(pids.current), count(pids.max), 'pids.current pids.max'],
    ['forks refused', String(pids.refused), '', 'pids.events'],
    ['frozen', frozen ? 'yes' : 'no', '', 'cgroup.freeze'],
    ['process ids', processes.join(' '), '', 'cgroup.procs'],
  ];
}
