import { describe, expect, test } from 'vitest';
import { cacheName, digestOf, fileOf, otherVersions } from './version.ts';

describe.each(['https://site.example/', 'https://site.example/some/sub/path/'])('at %s', (at) => {
  const site = new URL(at);
  test.each([
    ['', 'index.html'],
    ['?lang=ko', 'index.html'],
    ['index.html', 'index.html'],
    ['docs/', 'docs/index.html'],
    ['machine/machine.json?x=1', 'machine/machine.json'],
    ['assets/a%20b.js', 'assets/a b.js'],
    ['assets/%.js', null],
  ])('%j stands for %j', (path, file) => {
    expect(fileOf(site, new URL(at + path))).toBe(file);
  });
  test('other places are none of the site’s files', () => {
    expect(fileOf(site, new URL('https://other.example/some/sub/path/index.html'))).toBeNull();
    if (at.endsWith('path/')) expect(fileOf(site, new URL('/index.html', site))).toBeNull();
  });
});

test('a site forgets its own versions and nobody else’s', () => {
  const site = new URL('https://site.example/one/');
  const other = new URL('https://site.example/');
  const names = [cacheName(site, 'a'), cacheName(site, 'b'), cacheName(other, 'a'), 'theirs'];
  expect(otherVersions(names, site, 'b')).toEqual([cacheName(site, 'a')]);
});

test('digests as the build writes them', async () => {
  expect(await digestOf(new TextEncoder().encode('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
