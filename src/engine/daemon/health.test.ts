import { describe, expect, it } from 'vitest';
import type { Health } from '../../protocol/container.ts';
import { mergeHealthcheck } from '../container/life.ts';
import { start } from '../container/start.ts';
import { checkOf, nextProbe, note, type Check } from './health.ts';
import { World } from './world.fixture.ts';

const check: Check = {
  command: ['true'],
  interval: 30_000,
  timeout: 30_000,
  startPeriod: 10_000,
  startInterval: 5_000,
  retries: 3,
};
const fresh = (): Health => ({ Status: 'starting', FailingStreak: 0, Log: [] });
const result = (ExitCode: number, Output = '') => ({ Start: '', End: '', ExitCode, Output });

describe('what is checked', () => {
  it.each([
    [undefined, null],
    [{ Test: [] }, null],
    [{ Test: ['NONE'] }, null],
    [{ Test: ['CMD', 'a', 'b'] }, ['a', 'b']],
    [{ Test: ['CMD-SHELL', 'a b'] }, ['/bin/sh', '-c', 'a b']],
  ])('%j: %j', (config, command) => {
    expect(checkOf(config)?.command ?? null).toEqual(command);
  });

  it('fills in the defaults, and reads nanoseconds', () => {
    expect(checkOf({ Test: ['CMD', 'a'] })).toMatchObject({
      ...{ interval: 30_000, timeout: 30_000, startPeriod: 0, startInterval: 5_000, retries: 3 },
    });
    expect(checkOf({ Test: ['CMD', 'a'], Interval: 2e9, Retries: 1 })).toMatchObject({
      ...{ interval: 2000, retries: 1 },
    });
  });

  it('takes from the image what the user leaves out', () => {
    expect(
      mergeHealthcheck({ Interval: 1e9 }, { Test: ['CMD', 'a'], Interval: 5e9, Retries: 7 }),
    ).toEqual({ Test: ['CMD', 'a'], Interval: 1e9, Retries: 7 });
    expect(mergeHealthcheck({ Test: ['NONE'] }, { Test: ['CMD', 'a'] })).toEqual({
      Test: ['NONE'],
    });
  });
});

describe('what probes say', () => {
  it('is unhealthy after so many failures in a row, and healthy after one success', () => {
    const health = fresh();
    note(health, check, result(0), 20_000);
    expect(health).toMatchObject({ Status: 'healthy', FailingStreak: 0 });
    for (let i = 1; i <= 3; i++) {
      note(health, check, result(1), 20_000);
      expect(health).toMatchObject({ FailingStreak: i, Status: i < 3 ? 'healthy' : 'unhealthy' });
    }
    note(health, check, result(0), 20_000);
    expect(health).toMatchObject({ Status: 'healthy', FailingStreak: 0 });
  });

  it('forgives failures while it starts, but not behind a success', () => {
    const health = fresh();
    for (let i = 0; i < 5; i++) note(health, check, result(1), 9_999);
    expect(health).toMatchObject({ Status: 'starting', FailingStreak: 0 });
    note(health, check, result(0), 9_999);
    note(health, check, result(1), 9_999);
    expect(health).toMatchObject({ Status: 'healthy', FailingStreak: 1 });
  });

  it('keeps the last five', () => {
    const health = fresh();
    for (let i = 0; i < 7; i++) note(health, check, result(0, String(i)), 0);
    expect(health.Log.map(({ Output }) => Output)).toEqual(['2', '3', '4', '5', '6']);
  });

  it('asks more often while it starts', () => {
    expect(nextProbe(fresh(), check, 9_999)).toBe(5_000);
    expect(nextProbe(fresh(), check, 10_000)).toBe(30_000);
    expect(nextProbe({ ...fresh(), Status: 'healthy' }, check, 0)).toBe(30_000);
  });
});

describe('a monitor', () => {
  const Healthcheck = { Test: ['CMD', 'check'], Interval: 2e9, Timeout: 1e9, Retries: 1 };

  it('probes, tells what changed, and stops with the container', async () => {
    const world = new World();
    const container = world.create({ Healthcheck });
    const starting = start(world.context, container);
    const shim = await (await world.shim(0)).start();
    await starting;
    expect(container.state.Health).toEqual({ Status: 'starting', FailingStreak: 0, Log: [] });
    world.sys.advance(2000);
    const probe = await (await world.shim(1)).start();
    await world.quiet();
    probe.exit(0);
    await world.quiet();
    expect(container.state.Health).toMatchObject({ Status: 'healthy' });
    world.sys.advance(2000);
    const late = await (await world.shim(2)).start();
    await world.quiet();
    world.sys.advance(1000);
    expect(await late.killed()).toBe(9);
    late.exit(137);
    await world.quiet();
    expect(container.state.Health).toMatchObject({ Status: 'unhealthy', FailingStreak: 1 });
    expect(container.state.Health?.Log.at(-1)).toMatchObject({
      ExitCode: -1,
      Output: 'Health check exceeded timeout (1s)',
    });
    shim.exit(0);
    await world.quiet();
    world.sys.advance(100_000);
    await world.quiet();
    expect(world.sys.shims).toHaveLength(3);
    expect(world.context.execs.size).toBe(0);
    expect(world.actions()).toEqual([
      ...['create', 'start'],
      ...['exec_create: check', 'exec_start: check', 'exec_die', 'health_status: healthy'],
      ...['exec_create: check', 'exec_start: check', 'exec_die', 'health_status: unhealthy'],
      'die',
    ]);
  });
});
