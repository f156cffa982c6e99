import { describe, expect, it } from 'vitest';
import { Paths } from './paths.ts';

const paths = new Paths<string>();
for (const pattern of [
  '/_ping',
  '/containers/json',
  '/containers/:id',
  '/containers/:id/json',
  '/containers/:id/stats/now',
  '/images/json',
  '/images/:name{.+}',
  '/images/:name{.+}/json',
]) {
  paths.add(pattern, pattern);
}

describe('the routes of a path', () => {
  it.each([
    ['/_ping', '/_ping', {}],
    ['/containers/json', '/containers/json', {}],
    ['/containers/json/json', '/containers/:id/json', { id: 'json' }],
    ['/containers/a%2Fb', '/containers/:id', { id: 'a%2Fb' }],
    ['/containers/a/stats/now', '/containers/:id/stats/now', { id: 'a' }],
    ['/images/json', '/images/json', {}],
    ['/images/json/json', '/images/:name{.+}/json', { name: 'json' }],
    ['/images/a/b/c:1/json', '/images/:name{.+}/json', { name: 'a/b/c:1' }],
    ['/images/a/json/b', '/images/:name{.+}', { name: 'a/json/b' }],
  ])('finds %s', (path, value, parameters) => {
    expect(paths.find(path)).toEqual({ value, parameters });
  });

  it.each(['', '/', '/_ping/', '/containers', '/containers/', '/containers/a/stats', '/images/'])(
    'has nothing for "%s"',
    (path) => {
      expect(paths.find(path)).toBeNull();
    },
  );

  it('does not take the same pattern twice, nor two names for one segment', () => {
    expect(() => {
      paths.add('/containers/:id', 'again');
    }).toThrow('twice');
    expect(() => {
      paths.add('/containers/:name/top', 'top');
    }).toThrow(':name is :id');
  });
});
