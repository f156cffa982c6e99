import { describe, expect, test } from 'vitest';
import { guestHref, intended, parsePreview, previewHref } from './address.ts';

const place = { client: 'c-1', host: 'localhost', port: 8080 };

describe.each(['https://site.example/', 'https://site.example/some/sub/path/'])('at %s', (at) => {
  const site = new URL(at);
  const page = previewHref(site, place, '/guests/list.html?page=2');

  test('an address of a preview says whose port it is, and back', () => {
    expect(page).toBe(`${at}preview/c-1/localhost/8080/guests/list.html?page=2`);
    expect(parsePreview(site, new URL(page))).toEqual({ place, path: '/guests/list.html?page=2' });
    expect(parsePreview(site, new URL(`${at}preview/c-1/localhost/8080`))?.path).toBe('/');
    const odd = { client: 'a/b ?', host: 'friend', port: 1 };
    expect(parsePreview(site, new URL(previewHref(site, odd)))?.place).toEqual(odd);
  });

  test.each([
    'index.html',
    'preview/',
    'preview/c-1/localhost/',
    'preview/c-1/localhost/0/',
    'preview/c-1/localhost/65536/',
    'preview/c-1/localhost/http/',
    'preview/%/localhost/80/',
  ])('%s is none', (path) => {
    expect(parsePreview(site, new URL(path, site))).toBeNull();
  });

  // what a browser makes of a link in the page, and what the page's author meant
  test.each([
    ['style.css', '/guests/style.css'],
    ['../style.css', '/style.css'],
    ['?page=3', '/guests/list.html?page=3'],
    ['/style.css', '/style.css'],
    ['/', '/'],
    ['/preview/of/things', '/preview/of/things'],
    // beyond the root there is only the root
    ['../../style.css?v=1', '/style.css?v=1'],
    ['../../../style.css', '/style.css'],
    ['http://localhost:8080/a', '/a'],
    ['http://127.0.0.1:8080/a', '/a'],
  ])('%s means %s', (link, path) => {
    expect(intended(site, place, new URL(link, page))).toEqual({ place, path });
  });

  test('another port of the machine is meant by its address', () => {
    const to = (link: string) => intended(site, place, new URL(link, page));
    expect(to('http://localhost:9090/x?y')).toEqual({
      place: { ...place, port: 9090 },
      path: '/x?y',
    });
    expect(to('http://localhost/')?.place.port).toBe(80);
    expect(to('https://example.com/')).toBeNull();
    expect(to('https://localhost:8080/')).toBeNull();
  });
});

test('the machine’s programs see the address that they know', () => {
  expect(guestHref(place, '/a?b')).toBe('http://localhost:8080/a?b');
  expect(guestHref({ ...place, port: 80 }, '/')).toBe('http://localhost/');
});
