import { expect, test } from 'vitest';
import type { ContainerPicture, PictureView, SignalView } from '../../protocol/bottle.ts';
import type { EngineEvent } from '../../course/index.ts';
import { forestOf } from './forest.ts';
import { after, lookAfter } from './happening.ts';
import { bottlesOf, cpuShares, isQuiet, racksOf, waterLevel } from './picture.ts';

const host = { pid: 1, mnt: 2, net: 3, uts: 4, ipc: 5, cgroup: 6, user: 7 };
const NEVER = '0001-01-01T00:00:00Z';

function container(
  name: string,
  first: number,
  more: Partial<ContainerPicture> = {},
): ContainerPicture {
  const namespaces = { ...host, pid: first * 10, mnt: first * 10 + 1, net: first * 10 + 2 };
  return {
    id: name.repeat(4),
    name,
    image: 'busybox',
    imageId: 'sha256:1',
    status: 'running',
    exitCode: 0,
    oomKilled: false,
    health: null,
    started: '2026-11-21T10:00:00.000000001Z',
    finished: NEVER,
    lower: ['sha256:a', ''],
    live: {
      pid: first,
      namespaces,
      cgroup: `/sys/fs/cgroup/docker/${name}`,
      limits: { memory: 32 << 20, cpu: null, pids: 9 },
      gauge: {
        id: name.repeat(4),
        memory: { current: 8 << 20, killed: 0 },
        cpu: { usage: 0 },
        pids: { current: 2 },
        processes: [first],
      },
    },
    ...more,
  };
}

const sharing = (name: string, first: number, net: number): ContainerPicture => {
  const alone = container(name, first);
  if (alone.live === null) throw new Error('it runs');
  return { ...alone, live: { ...alone.live, namespaces: { ...alone.live.namespaces, net } } };
};

const picture = (...containers: ContainerPicture[]): PictureView => ({
  time: '2026-11-21T10:00:10Z',
  machine: {
    hostname: 'bottle',
    kernel: '6.12',
    memory: { total: 128 << 20, available: 64 << 20 },
    namespaces: host,
  },
  containers,
  processes: containers.flatMap(({ id, live }) =>
    live === null
      ? []
      : [
          {
            pid: live.pid - 1,
            ppid: 1,
            pids: [live.pid - 1],
            name: 'shim',
            command: 'shim',
            state: 'S',
            role: 'shim',
            container: id,
          },
          {
            pid: live.pid + 1,
            ppid: live.pid,
            pids: [live.pid + 1, 7],
            name: 'sh',
            command: '',
            state: 'S',
            role: 'container',
            container: id,
          },
          {
            pid: live.pid,
            ppid: live.pid - 1,
            pids: [live.pid, 1],
            name: 'init',
            command: 'init \n',
            state: 'S',
            role: 'container',
            container: id,
          },
        ],
  ),
});

const draw = (seen: PictureView, signals: SignalView[] = []) => bottlesOf(seen, new Map(), signals);

test('a container’s first process comes first, each with both numbers', () => {
  const [bottle] = draw(picture(container('web', 52)));
  expect(bottle?.sailors).toEqual([
    { inside: 1, outside: 52, command: 'init', name: 'init', state: 'S' },
    { inside: 7, outside: 53, command: 'sh', name: 'sh', state: 'S' },
  ]);
  expect(bottle?.shims).toEqual([51]);
  expect(bottle && waterLevel(bottle.memory, 128 << 20)).toBe(0.25);
});

test('a wall is its own, shared with others by name, or a gap where the machine’s is used', () => {
  const [web, side] = draw(picture(container('web', 52), sharing('side', 62, 522)));
  const kinds = Object.fromEntries((web?.walls ?? []).map(({ type, kind }) => [type, kind]));
  expect(kinds).toMatchObject({ pid: 'own', mnt: 'own', net: 'shared', uts: 'host', user: 'host' });
  expect(side?.walls.find(({ type }) => type === 'net')).toMatchObject({
    others: ['web'],
    path: '/proc/62/ns/net',
  });
});

test('who shares a wall stands together, also over a third; who runs stands first', () => {
  const still = container('old', 0, { status: 'exited', live: null });
  const seen = picture(
    still,
    container('web', 52),
    container('alone', 72),
    sharing('a', 62, 522),
    sharing('b', 82, 522),
  );
  expect(
    racksOf(draw(seen)).map(({ bottles, shared }) => [bottles.map(({ name }) => name), shared]),
  ).toEqual([
    [['web', 'a', 'b'], ['net']],
    [['alone'], []],
    [['old'], []],
  ]);
});

test('the share of a processor is what two looks at the gauges tell', () => {
  const at = (time: string, usage: number) => ({
    time,
    memory: { total: 1, available: 1 },
    gauges: [
      {
        id: 'a',
        memory: { current: 0, killed: 0 },
        cpu: { usage },
        pids: { current: 1 },
        processes: [],
      },
    ],
  });
  const shares = cpuShares(
    at('2026-11-21T10:00:00.000000000Z', 1000),
    at('2026-11-21T10:00:02.000000000Z', 501_000),
  );
  expect(shares.get('a')).toBe(250);
  // The gauges are asked for less often while nobody would see them move.
  const [zero, one] = ['2026-11-21T10:00:00Z', '2026-11-21T10:00:01Z'] as const;
  expect(isQuiet(at(zero, 0), at(one, 40_000))).toBe(true);
  expect(isQuiet(at(zero, 0), at(one, 60_000))).toBe(false);
  expect(isQuiet({ ...at(zero, 0), gauges: [] }, at(one, 0))).toBe(false);
  // It was started again meanwhile.
  expect(cpuShares(at('2026-11-21T10:00:00Z', 1000), at('2026-11-21T10:00:01Z', 0)).has('a')).toBe(
    false,
  );
});

const signal = (time: string, name: string, sender: SignalView['sender']): SignalView => ({
  time,
  container: 'webwebwebweb',
  name: 'web',
  pid: 52,
  number: name === 'SIGKILL' ? 9 : 15,
  signal: name,
  sender,
});

test('a flag waits, is answered by the end, or is overtaken by SIGKILL', () => {
  const term = signal('2026-11-21T10:00:01.000000001Z', 'SIGTERM', 'stop');
  const kill = signal('2026-11-21T10:00:11.000000001Z', 'SIGKILL', 'patience');
  const fates = (seen: ContainerPicture, ...signals: SignalView[]) =>
    draw(picture(seen), signals)[0]?.flags.map(({ signal: name, fate, after: took }) => [
      name,
      fate,
      took,
    ]);
  const over = { status: 'exited', live: null, exitCode: 143 } as const;
  expect(fates(container('web', 52), term)).toEqual([['SIGTERM', 'waiting', null]]);
  expect(
    fates(container('web', 52, { ...over, finished: '2026-11-21T10:00:01.200000000Z' }), term),
  ).toEqual([['SIGTERM', 'answered', 200]]);
  expect(
    fates(container('web', 52, { ...over, finished: '2026-11-21T10:00:11.100Z' }), term, kill),
  ).toEqual([
    ['SIGTERM', 'unanswered', 10_000],
    ['SIGKILL', 'forced', 100],
  ]);
  // Of an earlier life.
  expect(fates(container('web', 52, { started: '2026-11-21T10:01:00Z' }), term)).toEqual([]);
});

const event = (action: string, attributes = {}): EngineEvent => ({
  type: 'container',
  action,
  id: 'webwebwebweb',
  attributes,
  time: Date.parse('2026-11-21T10:00:20Z'),
});

test('what an event tells is seen before the machine is looked at again', () => {
  const seen = picture(container('web', 52));
  const died = after(seen, event('die', { exitCode: '137' }));
  expect(died.containers[0]).toMatchObject({ status: 'exited', exitCode: 137, live: null });
  expect(died.processes).toEqual([]);
  expect(after(seen, event('destroy')).containers).toEqual([]);
  expect(
    after(picture(), event('create', { name: 'web', image: 'redis' })).containers,
  ).toMatchObject([{ name: 'web', image: 'redis', status: 'created' }]);
  expect(after(seen, event('attach'))).toBe(seen);
});

test('a look follows what changes the picture: at once a start, later a creation, never an image', () => {
  expect(lookAfter(event('start'))).toBe(0);
  expect(lookAfter(event('exec_start: sh -c ls'))).toBeGreaterThan(0);
  expect(lookAfter(event('create'))).toBeGreaterThan(100);
  expect(lookAfter(event('attach'))).toBeNull();
  expect(lookAfter({ ...event('pull'), type: 'image' })).toBeNull();
});

test('images that share layers lie beside each other, and a shared layer spans them', () => {
  const layers = (...ids: string[]) => ids.map((chainId) => ({ chainId, size: 1 }));
  const forest = forestOf([
    { id: '1', tags: ['nginx:1'], size: 1, layers: layers('a', 'ab') },
    { id: '2', tags: ['busybox:1'], size: 1, layers: layers('c') },
    { id: '3', tags: ['redis:7'], size: 1, layers: layers('a', 'ad', 'ade') },
  ]);
  expect(forest.rows.map(({ tags }) => tags[0])).toEqual(['busybox:1', 'nginx:1', 'redis:7']);
  expect(forest.sheets.find(({ chainId }) => chainId === 'a')).toMatchObject({
    row: 1,
    depth: 0,
    images: ['nginx:1', 'redis:7'],
  });
  expect(forest.depth).toBe(3);
});
