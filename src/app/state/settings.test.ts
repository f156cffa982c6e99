import { expect, test } from 'vitest';
import { Settings } from './settings.svelte.ts';
import type { KeyValue } from './storage.ts';

const page = new URL('http://localhost/');

class Shelf implements KeyValue {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
}

const blocked = (): KeyValue => {
  throw new DOMException('The operation is insecure.', 'SecurityError');
};

test('what was chosen is there on the next visit', () => {
  const shelf = new Shelf();
  const first = new Settings(page, ['en-US'], () => shelf);
  first.theme = 'dark';
  first.language = 'ko';
  first.lessonWidth = 480;
  first.save();
  const second = new Settings(page, ['en-US'], () => shelf);
  expect([second.theme, second.language, second.lessonWidth]).toEqual(['dark', 'ko', 480]);
  expect(second.problem).toBeNull();
});

test('the language of the address outranks the stored one, the stored one the browser’s', () => {
  const shelf = new Shelf();
  const stored = new Settings(page, ['fr', 'ko-KR', 'en'], () => shelf);
  expect(stored.language).toBe('ko');
  stored.language = 'en';
  stored.save();
  expect(new Settings(page, ['ko'], () => shelf).language).toBe('en');
  const asked = new URL('http://localhost/?lang=ko');
  expect(new Settings(asked, ['en'], () => shelf).language).toBe('ko');
});

test('blocked storage is said, and the page goes on with the usual settings', () => {
  const settings = new Settings(page, ['en'], blocked);
  expect(settings.problem).toBe('blocked');
  settings.theme = 'light';
  settings.save();
  expect(settings.theme).toBe('light');
});

test.each(['{', '{"theme":"plaid"}', '{"lessonWidth":5}', '[]', 'null'])(
  'stored settings that are not settings (%s) start afresh, and it is said',
  (text) => {
    const shelf = new Shelf();
    shelf.kept.set('settings', text);
    const settings = new Settings(page, ['en'], () => shelf);
    expect(settings.problem).toBe('unreadable');
    expect(settings.theme).toBe('auto');
  },
);
