import { expect, test, vi } from 'vitest';
import type { Boot, Guest } from './guest.ts';
import { MachineState } from './machine.svelte.ts';

function guest(): Guest & { crash(reason: Error): void } {
  let crashed: (reason: Error) => void = () => undefined;
  return {
    consoles: [],
    network: { connect: () => Promise.reject(new Error('no network')) },
    request: () => Promise.reject(new Error('no engine here')),
    on(_event, callback) {
      crashed = callback;
      return { dispose: () => undefined };
    },
    onDeed: () => ({ dispose: () => undefined }),
    capture: () => {
      throw new Error('nothing to save here');
    },
    pause: vi.fn(),
    resume: vi.fn(),
    destroy: vi.fn(() => Promise.resolve()),
    crash: (reason) => {
      crashed(reason);
    },
  };
}

test('the level follows the bytes of all parts and never falls', async () => {
  const levels: number[] = [];
  const state = new MachineState(({ onProgress }) => {
    for (const [stage, loaded, total] of [
      ['code', 300, 600],
      ['code', 600, 600],
      ['state', 0, 7000],
      ['state', 7000, 7000],
    ] as const) {
      onProgress({ stage, loaded, total });
      levels.push(state.level);
    }
    expect(state.progress.stage).toBe('start');
    return Promise.resolve(guest());
  });
  await state.start();
  expect(levels).toEqual([...levels].sort((a, b) => a - b));
  expect([state.stage, state.level]).toEqual(['running', 1]);
});

test('a failure is named, and another start may succeed', async () => {
  const boot = vi
    .fn<Boot>()
    .mockRejectedValueOnce(Object.assign(new Error('cut off'), { code: 'snapshot-truncated' }))
    .mockResolvedValueOnce(guest());
  const state = new MachineState(boot);
  await state.start();
  expect(state.failure).toEqual({ kind: 'damaged', cause: 'cut off' });
  await state.start(true);
  expect([state.stage, state.failure, state.cold]).toEqual(['running', null, true]);
});

test('a machine that finishes starting in a hidden page is paused at once, and resumed when shown', async () => {
  const machine = guest();
  const state = new MachineState(() => Promise.resolve(machine));
  state.setHidden(true);
  await state.start();
  expect(state.stage).toBe('paused');
  expect(machine.pause).toHaveBeenCalledOnce();
  state.setHidden(false);
  expect(state.stage).toBe('running');
  expect(machine.resume).toHaveBeenCalledOnce();
});

test('a crash is a failure; the crash of a machine already replaced is not', async () => {
  const first = guest();
  const second = guest();
  const boot = vi.fn<Boot>().mockResolvedValueOnce(first).mockResolvedValueOnce(second);
  const state = new MachineState(boot);
  await state.start();
  first.crash(Object.assign(new Error('its kernel gave up'), { code: 'crashed' }));
  expect(state.failure?.kind).toBe('crashed');
  await state.start();
  expect(first.destroy).toHaveBeenCalledOnce();
  first.crash(new Error('late'));
  expect(state.stage).toBe('running');
});

test('an overtaken start is taken down when it arrives', async () => {
  const late = guest();
  const arrivals: ((machine: Guest) => void)[] = [];
  const state = new MachineState(() => new Promise((resolve) => arrivals.push(resolve)));
  const first = state.start();
  const second = state.start(true);
  await vi.waitFor(() => {
    expect(arrivals).toHaveLength(2);
  });
  arrivals[1]?.(guest());
  await second;
  arrivals[0]?.(late);
  await first;
  expect(late.destroy).toHaveBeenCalledOnce();
  expect(state.stage).toBe('running');
});
