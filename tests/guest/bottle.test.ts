/** What the page draws from: the views under `/bottle`, and the command that prints them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  CgroupView,
  GaugesView,
  ImagesView,
  LayersView,
  NamespacesView,
  PictureView,
  ProcessesView,
  ProcessView,
  SignalsView,
} from '../../src/protocol/bottle.ts';
import { Guest } from './machine.ts';

let guest: Guest;
let id: string;

beforeAll(async () => {
  guest = await Guest.open();
  await guest.sh('docker pull -q busybox');
  const script = 'echo new >/new; echo more >>/etc/group; rm /bin/wget; mkdir /d; sleep 999';
  id = (
    await guest.sh(`docker run -d --name seen -m 32m --pids-limit 9 busybox sh -c '${script}'`)
  ).stdout.trim();
  await guest.sh('docker run -d --name friend --pid container:seen --uts host busybox sleep 998');
  await guest.sh('docker exec seen sh -c "until [ -d /d ]; do sleep 0.05; done"');
});

afterAll(() => guest.close());

const view = (what: string, name = 'seen'): Promise<unknown> =>
  guest.api(`/bottle/containers/${name}/${what}`);

describe('processes', () => {
  let all: readonly ProcessView[];

  beforeAll(async () => {
    ({ processes: all } = (await guest.api('/bottle/processes')) as ProcessesView);
  });

  it('have a number in each pid namespace', () => {
    const sleep = all.find(({ command }) => command === 'sleep 999');
    expect(sleep?.pids[0]).toBe(sleep?.pid);
    expect(sleep?.pids).toHaveLength(2);
    expect(sleep).toMatchObject({ name: 'sleep', role: 'container', container: id, uid: 0 });
    expect(sleep?.cgroup).toBe(`/docker/${id}`);
    expect(sleep?.memory).toBeGreaterThan(0);
    expect(all.find(({ pid }) => pid === 1)).toMatchObject({ role: 'init', pids: [1] });
  });

  it('are what they are for, from init to the container', () => {
    const byRole = (role: string): ProcessView[] => all.filter((each) => each.role === role);
    const [zygote] = byRole('zygote');
    const [daemon] = byRole('daemon');
    expect(zygote?.ppid).toBe(1);
    expect(daemon?.ppid).toBe(zygote?.pid);
    const shims = byRole('shim');
    expect(shims).toHaveLength(2);
    const first = all.find(
      ({ container, ppid }) => container === id && shims.some(({ pid }) => pid === ppid),
    );
    expect(first?.pids.at(-1)).toBe(1);
    expect(all.some(({ name }) => name.startsWith('kworker'))).toBe(false);
  });

  it('share a namespace when its number is the same', () => {
    const sleep = (seconds: number): ProcessView | undefined =>
      all.find(({ command }) => command === `sleep ${seconds}`);
    expect(sleep(998)?.namespaces.pid).toBe(sleep(999)?.namespaces.pid);
    expect(sleep(998)?.namespaces.mnt).not.toBe(sleep(999)?.namespaces.mnt);
    expect(sleep(998)?.namespaces.uts).toBe(all.find(({ pid }) => pid === 1)?.namespaces.uts);
  });
});

describe('a container', () => {
  it('has namespaces, its own, the host’s and shared ones', async () => {
    const { pid, namespaces } = (await view('namespaces', 'friend')) as NamespacesView;
    const of = (type: string) => namespaces.find((each) => each.type === type);
    expect(of('pid')).toMatchObject({ host: false, sharedWith: [id], path: `/proc/${pid}/ns/pid` });
    expect(of('uts')).toMatchObject({ host: true, sharedWith: [] });
    expect(of('mnt')).toMatchObject({ host: false, sharedWith: [] });
    const { stdout } = await guest.sh('bottle ns friend');
    expect(stdout).toMatch(
      /^NAMESPACE +INODE +SHARED WITH +FILE\npid +\d+ +[0-9a-f]{12} +\/proc\//,
    );
    expect(stdout).toMatch(/uts +\d+ +the host +/);
  });

  it('has a control group with meters and limits', async () => {
    const group = (await view('cgroup')) as CgroupView;
    expect(group).toMatchObject({
      path: `/sys/fs/cgroup/docker/${id}`,
      memory: { max: 32 << 20, killed: 0 },
      cpu: { quota: null, period: 100000, weight: 100 },
      pids: { max: 9, refused: 0 },
      frozen: false,
    });
    expect(group.memory.current).toBeGreaterThan(0);
    expect(group.cpu.usage).toBeGreaterThan(0);
    expect(group.processes).toHaveLength(group.pids.current);
    const { stdout } = await guest.sh('bottle cgroup seen');
    expect(stdout).toMatch(
      new RegExp(`^/sys/fs/cgroup/docker/${id}\n\nRESOURCE +NOW +LIMIT +FILES\n`),
    );
    expect(stdout).toMatch(/^memory +[\d.]+[KM]iB +32MiB +memory.current memory.max$/m);
  });

  it('has layers, and changes in the top one by what overlayfs did', async () => {
    const { merged, upper, lower } = (await view('layers')) as LayersView;
    expect(merged).toMatch(/\/merged$/);
    const means = Object.fromEntries(upper.changes.map((each) => [each.path, each.means]));
    expect(means).toMatchObject({
      '/new': 'new',
      '/d': 'new',
      '/etc/group': 'copy-up',
      '/bin/wget': 'whiteout',
    });
    expect(upper.changes.find(({ path }) => path === '/new')).toMatchObject({
      kind: 'added',
      type: 'file',
      size: 4,
    });
    // The image's one layer, and the engine's own of mount points, below all images.
    expect(lower.map(({ chainId }) => chainId.slice(0, 7))).toEqual(['sha256:', '']);
    expect(lower[0]?.containers).toHaveLength(2);
    const { stdout } = await guest.sh('bottle layers seen');
    expect(stdout).toMatch(/^D +whiteout +\/bin\/wget$/m);
    expect(stdout).toMatch(/^lower \(of 2 containers\) /m);
  });

  it('has a trace of its start', async () => {
    const { stdout } = await guest.sh('bottle trace seen');
    expect(stdout).toMatch(/^\d+ +host +clone .* ok +/m);
    expect(stdout).toMatch(/^\d+ +child +execve sh .* ok +/m);
  });

  it('that does not run has layers, and says why there is nothing else', async () => {
    await guest.sh('docker create --name still busybox true');
    expect((await view('layers', 'still')) as LayersView).toMatchObject({
      merged: null,
      upper: { changes: [] },
    });
    const { stderr, code } = await guest.sh('bottle ns still');
    expect(stderr).toContain('container still is not running: it has no processes to look at');
    expect(code).toBe(1);
    await guest.sh('docker rm still');
  });
});

describe('the picture', () => {
  it('has the machine and every container in one look', async () => {
    const seen = (await guest.api('/bottle/picture')) as PictureView;
    expect(seen.machine).toMatchObject({ hostname: 'bottle' });
    expect(seen.machine.memory.total).toBeGreaterThan(seen.machine.memory.available);
    const [first, second] = seen.containers;
    expect(first).toMatchObject({
      id,
      name: 'seen',
      status: 'running',
      live: {
        cgroup: `/sys/fs/cgroup/docker/${id}`,
        limits: { memory: 32 << 20, cpu: null, pids: 9 },
        gauge: { id, memory: { killed: 0 } },
      },
    });
    expect(first?.lower).toHaveLength(2);
    expect(second?.live?.namespaces.pid).toBe(first?.live?.namespaces.pid);
    expect(second?.live?.namespaces.uts).toBe(seen.machine.namespaces.uts);
    const { processes } = (await guest.api('/bottle/processes')) as ProcessesView;
    const of = (all: readonly { pid: number; role: string; container: string | null }[]) =>
      all.filter(({ container }) => container === id).map(({ pid, role }) => `${role} ${pid}`);
    expect(of(seen.processes)).toEqual(of(processes));
  });

  it('does not take the kernel’s threads for processes, also not in a second look', async () => {
    await guest.api('/bottle/picture');
    const { processes } = (await guest.api('/bottle/picture')) as PictureView;
    expect(processes.every(({ ppid }) => ppid !== 2)).toBe(true);
    const { stdout } = await guest.sh('sleep 60 & echo $!');
    const later = (await guest.api('/bottle/picture')) as PictureView;
    expect(later.processes.find(({ pid }) => pid === Number(stdout))).toMatchObject({
      command: 'sleep 60',
      role: 'other',
      container: null,
    });
  });

  it('has gauges of what runs, which move, and images with their layers', async () => {
    const before = (await guest.api('/bottle/gauges')) as GaugesView;
    await guest.sh('docker exec seen sh -c "i=0; while [ $i -lt 2000 ]; do i=$((i+1)); done"');
    const after = (await guest.api('/bottle/gauges')) as GaugesView;
    expect(after.gauges.map((gauge) => gauge.id)).toContain(id);
    const usage = ({ gauges }: GaugesView) =>
      gauges.find((gauge) => gauge.id === id)?.cpu.usage ?? 0;
    expect(usage(after)).toBeGreaterThan(usage(before));
    expect(after.time > before.time).toBe(true);
    const { images } = (await guest.api('/bottle/images')) as ImagesView;
    const [image] = images;
    expect(image).toMatchObject({ tags: ['busybox:latest'] });
    expect(image?.layers.reduce((sum, { size }) => sum + size, 0)).toBe(image?.size);
  });
});

describe('signals', () => {
  it('tell who was sent what, and why', async () => {
    await guest.sh(
      'docker run -d --name deaf busybox sh -c "trap : TERM; while :; do sleep 0.1; done"',
    );
    const pid = Number((await guest.sh("docker inspect -f '{{.State.Pid}}' deaf")).stdout);
    await guest.sh('docker kill -s WINCH friend; docker stop -t 1 deaf; docker rm -f friend');
    const { signals } = (await guest.api('/bottle/signals')) as SignalsView;
    expect(
      signals.slice(-4).map(({ name, signal, sender }) => `${name} ${signal} ${sender}`),
    ).toEqual([
      'friend SIGWINCH kill',
      'deaf SIGTERM stop',
      'deaf SIGKILL patience',
      'friend SIGKILL remove',
    ]);
    expect(signals.at(-3)).toMatchObject({ pid, number: 15 });
    await guest.sh('docker rm deaf');
  });

  it('can be followed as they are sent', async () => {
    const response = await guest.machine.request('/bottle/signals?follow=1');
    await guest.sh('docker kill -s HUP seen');
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(JSON.parse(new TextDecoder().decode(value))).toMatchObject({
      container: id,
      signal: 'SIGHUP',
      sender: 'kill',
    });
    await reader?.cancel();
  });
});
