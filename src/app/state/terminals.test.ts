import { expect, test, vi } from 'vitest';
import { Terminals } from './terminals.svelte.ts';

test('tabs open in order, up to four', () => {
  const terminals = new Terminals();
  terminals.show(2);
  terminals.add();
  expect(terminals.open).toEqual([0, 1, 2]);
  expect(terminals.active).toBe(1);
  terminals.add();
  terminals.add();
  terminals.show(4);
  expect(terminals.open).toEqual([0, 1, 2, 3]);
  expect(terminals.active).toBe(3);
});

test('what is typed before a terminal is on the screen reaches it then, once', () => {
  const terminals = new Terminals();
  terminals.type('docker ');
  terminals.type('ps\r');
  terminals.focus();
  const screen = { type: vi.fn(), focus: vi.fn(), shown: vi.fn() };
  terminals.attach(0, screen);
  expect(screen.type.mock.calls).toEqual([['docker ps\r']]);
  expect(screen.focus).toHaveBeenCalledOnce();
  terminals.detach(0);
  const next = { type: vi.fn(), focus: vi.fn(), shown: vi.fn() };
  terminals.attach(0, next);
  expect(next.type).not.toHaveBeenCalled();
});
