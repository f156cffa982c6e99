import { describe, expect, it } from 'vitest';
import type { Container } from '../container/container.ts';
import { start } from '../container/start.ts';
import { restart, stop } from '../container/stop.ts';
import { removeForced } from '../container/remove.ts';
import { nextDelay, wantsStart } from './restart.ts';
import { World, type FakeShim } from './world.fixture.ts';

describe('policies', () => {
  const policy = (Name: string, MaximumRetryCount = 0) => ({ Name, MaximumRetryCount });
  const ending = (exitCode: number, manuallyStopped = false, restarts = 0) => ({
    exitCode,
    manuallyStopped,
    restarts,
  });

  it.each([
    [policy('no'), ending(1), false],
    [policy(''), ending(1), false],
    [policy('always'), ending(0), true],
    [policy('always'), ending(1, true), true],
    [policy('unless-stopped'), ending(0), true],
    [policy('unless-stopped'), ending(0, true), false],
    [policy('on-failure'), ending(0), false],
    [policy('on-failure'), ending(1, false, 1000), true],
    [policy('on-failure', 3), ending(1, false, 2), true],
    [policy('on-failure', 3), ending(1, false, 3), false],
  ])('%j of %j: %j', (asked, how, expected) => {
    expect(wantsStart(asked, how)).toBe(expected);
  });

  it('waits twice as long each time, a minute at most', () => {
    const waits = [0];
    for (let i = 0; i < 12; i++) waits.push(nextDelay(waits[i] ?? 0, 50));
    expect(waits.slice(1, 5)).toEqual([100, 200, 400, 800]);
    expect(waits.at(-1)).toBe(60_000);
    expect(nextDelay(60_000, 9_999)).toBe(60_000);
    expect(nextDelay(60_000, 10_000)).toBe(100);
  });
});

describe('a container with a policy', () => {
  const withPolicy = (world: World, Name: string, MaximumRetryCount = 0): Container =>
    world.create({ HostConfig: { RestartPolicy: { Name, MaximumRetryCount } } });

  async function started(world: World, container: Container): Promise<FakeShim> {
    const index = world.sys.shims.length;
    const starting = start(world.context, container);
    const shim = await (await world.shim(index)).start();
    await starting;
    return shim;
  }

  it('is started again, later each time, and given up after its retries', async () => {
    const world = new World();
    const container = withPolicy(world, 'on-failure', 2);
    (await started(world, container)).exit(7);
    for (const [wait, shim] of [
      [100, 1],
      [200, 2],
    ] as const) {
      await world.quiet();
      expect(container.state).toMatchObject({
        Status: 'restarting',
        Restarting: true,
        Running: true,
        ExitCode: 7,
        Pid: 0,
      });
      world.sys.advance(wait - 1);
      await world.quiet();
      expect(world.sys.shims).toHaveLength(shim);
      world.sys.advance(1);
      const next = await (await world.shim(shim)).start();
      await world.quiet();
      expect(container.state).toMatchObject({ Status: 'running', Restarting: false });
      next.exit(7);
    }
    await world.quiet();
    expect(container.state).toMatchObject({ Status: 'exited', Running: false, ExitCode: 7 });
    expect(container.restarts).toBe(2);
    world.sys.advance(100_000);
    await world.quiet();
    expect(world.sys.shims).toHaveLength(3);
    expect(world.sys.timers).toBe(0);
    expect(world.actions('exitCode')).toEqual([
      'create',
      ...['start', 'die 7', 'start', 'die 7', 'start', 'die 7'],
    ]);
  });

  it('that is stopped while it waits has ended, and says so', async () => {
    const world = new World();
    const container = withPolicy(world, 'always');
    (await started(world, container)).exit(1);
    await world.quiet();
    expect(container.state.Status).toBe('restarting');
    await stop(world.context, container, undefined, undefined);
    expect(container.state).toMatchObject({ Status: 'exited', Running: false, Restarting: false });
    world.sys.advance(100_000);
    await world.quiet();
    expect(world.sys.shims).toHaveLength(1);
    expect(world.actions().slice(-2)).toEqual(['die', 'stop']);
  });

  it('that is stopped while it runs stays stopped, and comes back with the daemon only if always', async () => {
    for (const [policy, shims] of [
      ['always', 2],
      ['unless-stopped', 1],
    ] as const) {
      const world = new World();
      const container = withPolicy(world, policy);
      const shim = await started(world, container);
      const stopping = stop(world.context, container, undefined, undefined);
      expect(await shim.killed()).toBe(15);
      shim.exit(143);
      await stopping;
      world.sys.advance(100_000);
      await world.quiet();
      expect(container.state).toMatchObject({ Status: 'exited', ExitCode: 143 });
      expect(container.manuallyStopped).toBe(true);
      const back = world.supervisor.startWithDaemon();
      await world.quiet();
      expect(world.sys.shims).toHaveLength(shims);
      if (shims === 2) await (await world.shim(1)).start();
      await back;
    }
  });

  it('that was never started is left alone when the daemon starts', async () => {
    const world = new World();
    withPolicy(world, 'always');
    await world.supervisor.startWithDaemon();
    expect(world.sys.shims).toHaveLength(0);
  });

  it('goes when it is removed by force while it waits', async () => {
    const world = new World();
    const container = withPolicy(world, 'always');
    (await started(world, container)).exit(1);
    await world.quiet();
    await removeForced(world.context, container, { force: true, volumes: false });
    expect(world.context.containers.has(container.id)).toBe(false);
    world.sys.advance(100_000);
    await world.quiet();
    expect(world.sys.shims).toHaveLength(1);
    expect(world.sys.timers).toBe(0);
  });
});

it('kill, die, stop: in this order, and SIGKILL when its time is over', async () => {
  const world = new World();
  const container = world.create({ StopTimeout: 3 });
  const starting = start(world.context, container);
  const shim = await (await world.shim(0)).start();
  await starting;
  const stopping = stop(world.context, container, undefined, undefined);
  expect(await shim.killed()).toBe(15);
  world.sys.advance(2_999);
  await world.quiet();
  world.sys.advance(1);
  expect(await shim.killed()).toBe(9);
  shim.exit(137);
  await stopping;
  expect(world.actions('signal', 'exitCode')).toEqual([
    'create',
    'start',
    'kill 15',
    'kill 9',
    'die 137',
    'stop',
  ]);
});

it('restart keeps what --rm would remove', async () => {
  const world = new World();
  const container = world.create({ HostConfig: { AutoRemove: true } });
  const starting = start(world.context, container);
  const shim = await (await world.shim(0)).start();
  await starting;
  const restarting = restart(world.context, container, 5, 'SIGINT');
  expect(await shim.killed()).toBe(2);
  shim.exit(0);
  await (await world.shim(1)).start();
  await restarting;
  expect(container.state.Status).toBe('running');
  expect(world.actions().slice(2)).toEqual(['kill', 'die', 'stop', 'start', 'restart']);
});
