import { expect, test } from 'vitest';
import { pageKey, withControl } from './keys.ts';
import type { Pressed } from './keys.ts';

const key = (code: string, modifiers: Partial<Pressed> = {}): Pressed => ({
  code,
  ctrlKey: false,
  shiftKey: false,
  altKey: false,
  metaKey: false,
  ...modifiers,
});

test('Ctrl of the key bar makes control characters', () => {
  expect(withControl('c')).toBe('\u0003');
  expect(withControl('D')).toBe('\u0004');
  expect(withControl('[')).toBe('\u001b');
  expect(withControl('1')).toBe('1');
  expect(withControl('\u001b[A')).toBe('\u001b[A');
});

test('Ctrl+C interrupts, Ctrl+Shift+C copies, F6 leaves', () => {
  expect(pageKey(key('KeyC', { ctrlKey: true }))).toBeNull();
  expect(pageKey(key('KeyC', { ctrlKey: true, shiftKey: true }))).toBe('copy');
  expect(pageKey(key('F6'))).toBe('pass');
  expect(pageKey(key('F6', { shiftKey: true }))).toBe('pass');
  expect(pageKey(key('KeyV', { ctrlKey: true }))).toBe('paste');
  expect(pageKey(key('Digit3', { ctrlKey: true, shiftKey: true }))).toBe('pass');
  expect(pageKey(key('KeyA'))).toBeNull();
});
