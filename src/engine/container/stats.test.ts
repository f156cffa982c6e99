import { expect, it } from 'vitest';
import { World } from '../daemon/world.fixture.ts';
import { usageOf } from '../cli/stats/usage.ts';
import { cgroupOf } from './cgroup.ts';
import { sample, statsDocument } from './stats.ts';

it('reads the control group and the network of a container', () => {
  const world = new World();
  const { sys } = world;
  const container = world.create({ HostConfig: { NetworkMode: 'bridge' } });
  Object.assign(container.state, { Running: true, Status: 'running', Pid: 7 });
  const cgroup = cgroupOf(container);
  sys.mkdir(cgroup, 0o755, true);
  sys.mkdir('/proc/7/net', 0o755, true);
  const write = (usec: number, jiffies: number): void => {
    const files: Record<string, string> = {
      [`${cgroup}/cpu.stat`]: `usage_usec ${String(usec)}\nuser_usec 1\nsystem_usec 2\n`,
      [`${cgroup}/pids.current`]: '3\n',
      [`${cgroup}/pids.max`]: 'max\n',
      [`${cgroup}/io.stat`]: '8:0 rbytes=100 wbytes=200 rios=1 wios=2 dbytes=0 dios=0\n',
      [`${cgroup}/memory.current`]: '4096\n',
      [`${cgroup}/memory.stat`]: 'anon 1000\ninactive_file 96\n',
      [`${cgroup}/memory.max`]: '8192\n',
      '/proc/stat': `cpu  ${String(jiffies)} 0 0 50 0 0 0 0 9 9\ncpu0 1\n`,
      '/proc/7/net/dev':
        'Inter-|\n face |\n    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 10 1 2 3 0 0 0 0 20 4 5 6 0 0 0 0\n',
    };
    for (const [path, text] of Object.entries(files)) sys.writeFile(path, text);
  };
  write(1_000_000, 100);
  const before = sample(sys, container);
  write(1_500_000, 200);
  const document = statsDocument(container, sample(sys, container), before);
  expect(document).toMatchObject({
    name: '/one',
    id: container.id,
    pids_stats: { current: 3 },
    cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 }, system_cpu_usage: 2_500_000_000 },
    precpu_stats: { cpu_usage: { total_usage: 1_000_000_000 } },
    memory_stats: { usage: 4096, limit: 8192 },
    networks: { eth0: { rx_bytes: 10, rx_errors: 2, tx_bytes: 20, tx_dropped: 6 } },
  });
  expect(Object.keys(document['networks'] as object)).toEqual(['eth0']);
  // The command reads it back.
  expect(usageOf(document as unknown as Parameters<typeof usageOf>[0])).toEqual({
    ...{ cpu: 50, memory: 4000, limit: 8192, share: (4000 / 8192) * 100 },
    ...{ received: 10, sent: 20, read: 100, written: 200, pids: 3 },
  });
});

it('is empty for a container that does not run', () => {
  const world = new World();
  const container = world.create();
  const document = statsDocument(container, sample(world.sys, container), null);
  expect(document).toMatchObject({ read: '0001-01-01T00:00:00Z', memory_stats: {} });
  expect(usageOf(document as unknown as Parameters<typeof usageOf>[0])).toBeNull();
});
