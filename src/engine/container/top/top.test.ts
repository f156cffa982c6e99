import { beforeAll, describe, expect, it } from 'vitest';
import { World } from '../../daemon/world.fixture.ts';
import { EngineError } from '../../errors.ts';
import { cgroupOf } from '../cgroup.ts';
import type { Container } from '../container.ts';
import { top } from './index.ts';

describe('top', () => {
  const world = new World();
  let container: Container;

  beforeAll(() => {
    const { sys } = world;
    container = world.create();
    Object.assign(container.state, { Running: true, Status: 'running', Pid: 7 });
    const cgroup = cgroupOf(container);
    sys.mkdir(`${cgroup}/inner`, 0o755, true);
    sys.writeFile(`${cgroup}/cgroup.procs`, '9\n7\n');
    sys.writeFile(`${cgroup}/inner/cgroup.procs`, '');
    sys.writeFile('/etc/passwd', 'root:x:0:0::/root:/bin/sh\nlearner:x:1000:1000::/:/bin/sh\n');
    sys.writeFile('/etc/group', 'root:x:0:\n');
    sys.writeFile('/proc/uptime', '100.00 50.00\n');
    const put = (pid: number, stat: string, cmdline: string): void => {
      sys.mkdir(`/proc/${String(pid)}`, 0o555);
      sys.writeFile(`/proc/${String(pid)}/stat`, stat);
      sys.writeFile(`/proc/${String(pid)}/cmdline`, cmdline);
    };
    // utime and stime are fields 14 and 15, starttime is 22, vsize 23, rss 24 (proc_pid_stat(5))
    put(
      7,
      '7 (a) b) S 1 7 7 34817 9 0 0 0 0 0 250 50 0 0 20 0 1 0 4000 2097152 100',
      'sh\0-c\0x y\0',
    );
    put(9, '9 (sleep) R 7 9 7 0 -1 0 0 0 0 0 0 0 0 0 25 5 2 0 9000 1024 1', '');
  });

  it('shows what ps -ef shows, with the arguments as one', () => {
    expect(top(world.context, container, '')).toEqual({
      Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
      Processes: [
        ['root', '7', '1', '5', '2025', 'pts/1', '00:00:03', 'sh -c x y'],
        ['root', '9', '7', '0', '2025', '?', '00:00:00', '[sleep]'],
      ],
    });
  });

  it('shows what ps aux shows', () => {
    const { Titles, Processes } = top(world.context, container, 'aux');
    expect(Titles.join(' ')).toBe('USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND');
    expect(Processes[0]?.join(' ')).toMatch(/^root 7 5\.0 0\.3 2048 400 pts\/1 Ss 2025 0:03 sh/);
    expect(Processes[1]?.[7]).toBe('RNl');
  });

  it.each(['-o pid,comm', '-eo pid,comm', '-opid,comm', '--format=pid,comm', '--format pid,comm'])(
    'takes columns of one’s own: %s',
    (args) => {
      expect(top(world.context, container, args)).toEqual({
        Titles: ['PID', 'COMMAND'],
        Processes: [
          ['7', 'a) b'],
          ['9', 'sleep'],
        ],
      });
    },
  );

  it.each([
    ['-o comm', "Couldn't find PID field in ps output"],
    ['-o pid,nope', 'ps: error: unknown user-defined format specifier "nope"'],
    ['-ez', 'ps: error: unsupported option -z'],
  ])('%s: %s', (args, sentence) => {
    expect(() => top(world.context, container, args)).toThrow(new EngineError(500, sentence));
  });
});
