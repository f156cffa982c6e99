import { describe, expect, it } from 'vitest';
import type { Step } from '../sys/step.ts';
import { argumentsOf } from '../sys/step.ts';
import type { Container } from './container.ts';
import { NOTHING_ASKED, type Link } from '../network/endpoint.ts';
import { execPlan, startPlan } from './plan.ts';
import { ALONE } from './surroundings.ts';
import { parseCreate } from '../api/schema.ts';
import { NEVER } from '../../protocol/container.ts';

const ID = 'c0ffee'.padEnd(64, '0');
const ROOT = { uid: 0, gid: 0, groups: [0], home: '/root' };

function container(body: Record<string, unknown> = {}): Container {
  const { config, host } = parseCreate(
    JSON.stringify({ Image: 'busybox', Cmd: ['true'], Hostname: 'c0ffee000000', ...body }),
  );
  return {
    id: ID,
    name: 'brave_hopper',
    created: NEVER,
    image: 'busybox',
    imageId: 'sha256:0',
    chain: [],
    config,
    host,
    mounts: [],
    overlay: { directory: `/lib/${ID}`, lower: ['/lib/layer/diff'], links: ['/lib/l/layer'] },
    state: {
      Status: 'running',
      Running: true,
      Paused: false,
      Restarting: false,
      OOMKilled: false,
      Dead: false,
      Pid: 42,
      ExitCode: 0,
      Error: '',
      StartedAt: NEVER,
      FinishedAt: NEVER,
    },
    endpoints: [],
    published: [],
    execs: [],
    restarts: 0,
    manuallyStopped: false,
  };
}

const lines = (plan: readonly Step[]): string[] =>
  plan.map((step) =>
    [
      step.phase,
      step.op,
      ...argumentsOf(step).map((argument) => (typeof argument === 'string' ? argument : 'bytes')),
    ].join(' '),
  );
const position = (plan: readonly Step[], start: string): number => {
  const at = lines(plan).findIndex((line) => line.startsWith(start));
  expect(at, `${start} is in the plan`).toBeGreaterThanOrEqual(0);
  return at;
};

describe('the plan of a start', () => {
  const plan = startPlan(container(), ROOT);

  it('limits and mounts before there is a process, and clears both away after it', () => {
    expect(lines(plan).slice(0, 3)).toEqual([
      `host mkdir /sys/fs/cgroup/docker/${ID} 0755 0`,
      `host mount overlay /lib/${ID}/merged overlay 0 lowerdir=/lib/l/layer,upperdir=/lib/${ID}/diff,workdir=/lib/${ID}/work`,
      `host clone ${String(0x6c020000)} /sys/fs/cgroup/docker/${ID}`,
    ]);
    expect(lines(plan).slice(-2)).toEqual([
      `after umount /lib/${ID}/merged 2`,
      `after rmdir /sys/fs/cgroup/docker/${ID}`,
    ]);
  });

  it('makes the cgroup namespace inside the cgroup, not at the clone', () => {
    expect(position(plan, 'child unshare 33554432')).toBe(position(plan, 'host clone') + 1);
  });

  it('builds the new root before it moves there, and hides the host’s files after', () => {
    const order = ['child propagation /', 'child root', 'child mount_in proc', 'child pivot_root'];
    const places = order.map((start) => position(plan, start));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(position(plan, 'child mask /proc/kcore')).toBeGreaterThan(places[3] ?? 0);
    expect(position(plan, 'child readonly /proc/sys')).toBeGreaterThan(places[3] ?? 0);
  });

  it('gives power up in the one order that works: filter, bounding set, user, capabilities', () => {
    const order = ['seccomp', 'bounding', 'keepcaps', 'setgroups', 'setgid', 'setuid', 'capset'];
    const places = order.map((op) => position(plan, `child ${op}`));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(lines(plan)).toContain('child capset a80425fb a80425fb 0');
  });

  it('ends in the command, with Docker’s own variables', () => {
    const last = plan.findLast(({ phase }) => phase === 'child');
    expect(last).toMatchObject({
      op: 'execve',
      argv: ['true'],
      env: [
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        'HOSTNAME=c0ffee000000',
        'HOME=/root',
      ],
    });
  });

  it('with no-new-privileges filters last, when fewer calls are left to make', () => {
    const locked = startPlan(
      container({ HostConfig: { SecurityOpt: ['no-new-privileges'] } }),
      ROOT,
    );
    expect(position(locked, 'child no_new_privs')).toBeGreaterThan(
      position(locked, 'child capset'),
    );
    expect(position(locked, 'child seccomp')).toBe(position(locked, 'child no_new_privs') + 1);
  });

  it('leaves a user without power over others none', () => {
    const user = startPlan(container(), { uid: 1000, gid: 1000, groups: [1000], home: '/' });
    expect(lines(user)).toContain('child capset 0 0 0');
    expect(lines(user)).toContain('child bounding a80425fb');
  });

  it('hides nothing and filters nothing when privileged', () => {
    const all = lines(startPlan(container({ HostConfig: { Privileged: true } }), ROOT));
    expect(all.some((line) => /^child (seccomp|mask|readonly)/.test(line))).toBe(false);
    expect(all).toContain('child bounding 1ffffffffff');
  });

  it('writes limits as cgroup files', () => {
    const limited = startPlan(
      container({
        HostConfig: { Memory: 16777216, NanoCpus: 5e8, PidsLimit: 20, CpuShares: 1024 },
      }),
      ROOT,
    );
    const file = (name: string): string => `host write /sys/fs/cgroup/docker/${ID}/${name}`;
    expect(lines(limited)).toEqual(
      expect.arrayContaining([
        `${file('memory.max')} 16777216`,
        `${file('cpu.max')} 50000 100000`,
        `${file('pids.max')} 20`,
        `${file('cpu.weight')} 39`,
      ]),
    );
  });

  it('joins an address through a veth pair, and the host’s network by making none', () => {
    const link = (address: string, number: number, bridge: string): Link => ({
      address,
      prefix: 16,
      gateway: address.replace(/\d+$/, '1'),
      mac: '02:42:ac:11:00:02',
      bridge,
      number,
      internal: false,
    });
    const wired = container();
    const asked = NOTHING_ASKED;
    wired.endpoints.push({
      network: 'b',
      name: 'bridge',
      asked,
      link: link('172.17.0.2', 0, 'docker0'),
    });
    const linked = startPlan(wired, ROOT);
    const outer = `veth${ID.slice(0, 7)}`;
    expect(lines(linked)).toContain(`host link_master ${outer} docker0`);
    expect(lines(linked)).toContain('child route default 172.17.0.1');
    wired.endpoints.push({ network: 'a', name: 'app', asked, link: link('172.18.0.5', 1, 'br-a') });
    const twice = lines(startPlan(wired, ROOT, { ...ALONE, names: true }));
    expect(twice).toContain(`host link_master ${outer}1 br-a`);
    expect(twice).toContain('child addr eth1 172.18.0.5/16');
    expect(twice).toContain('child route default 172.18.0.1');
    expect(twice).toContain('host resolver 127.0.0.11');
    expect(twice).toContain(`after link_delete ${outer}1`);
    expect(position(linked, 'host link_netns')).toBe(position(linked, 'host clone') + 1);
    expect(lines(linked)).toContain('child addr eth0 172.17.0.2/16');
    const host = startPlan(container({ HostConfig: { NetworkMode: 'host' } }), ROOT);
    expect(lines(host)).toContain(`host clone ${String(0x2c020000)} /sys/fs/cgroup/docker/${ID}`);
    expect(lines(host)).not.toContain('child link_up lo');
  });
});

describe('the plan of an exec', () => {
  it('enters the pid namespace before its process is, and the others in it', () => {
    const plan = execPlan(
      container(),
      { command: ['ls'], env: ['A=1'], workingDir: '/', privileged: false },
      ROOT,
      false,
    );
    expect(lines(plan).slice(0, 4)).toEqual([
      `host setns_pidfd 42 ${String(0x20000000)}`,
      `host clone 0 /sys/fs/cgroup/docker/${ID}`,
      'child setsid',
      `child setns_pidfd 42 ${String(0x4e020000)}`,
    ]);
    expect(plan.at(-1)).toMatchObject({ op: 'execve', argv: ['ls'] });
  });
});
