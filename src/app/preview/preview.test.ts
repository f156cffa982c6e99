import { describe, expect, test } from 'vitest';
import type { Asked } from '../../worker/protocol.ts';
import { addressOf, spotOf } from './address.ts';
import { CookieJar } from './cookies.ts';
import { answerFields, requestFields } from './fields.ts';
import { failurePage, problemOf } from './problem.ts';
import { publishedIn } from './published.ts';

const site = new URL('https://site.example/classroom/');
const place = { client: 'c', host: 'localhost', port: 8080 };
const browser = { userAgent: 'Browser/1', languages: ['ko', 'en'] };
const asked: Asked = {
  kind: 'preview',
  host: 'localhost',
  port: 8080,
  method: 'POST',
  path: '/sign',
  fields: [],
  body: null,
  referrer: 'http://localhost:8080/',
  document: true,
};

describe('what the machine is told', () => {
  test('the page’s fields, and of the browser what any server hears', () => {
    const fields = requestFields(
      {
        ...asked,
        fields: [
          ['content-type', 'application/json'],
          ['x-mine', 'yes'],
          ['connection', 'upgrade'],
          ['sec-ch-ua', '"Browser"'],
          ['cookie', 'site=secret'],
          ['origin', 'https://site.example'],
          ['content-length', '99'],
        ],
      },
      'a=1',
      browser,
    );
    expect(Object.fromEntries(fields)).toEqual({
      'accept-encoding': 'identity',
      'accept-language': 'ko, en',
      'content-type': 'application/json',
      cookie: 'a=1',
      origin: 'http://localhost:8080',
      referer: 'http://localhost:8080/',
      'user-agent': 'Browser/1',
      'x-mine': 'yes',
    });
  });
  test('a question changes nothing, and names no origin', () => {
    const fields = requestFields({ ...asked, method: 'GET', referrer: '' }, null, browser);
    expect([fields.has('origin'), fields.has('referer'), fields.has('cookie')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('what a previewed page is told', () => {
  const told = (fields: Record<string, string>): Record<string, string> =>
    Object.fromEntries(answerFields(site, place, '/a/b', new Headers(fields)));

  test('nothing about this site', () => {
    const hostile = {
      'set-cookie': 'a=1',
      'x-frame-options': 'DENY',
      'clear-site-data': '"*"',
      'strict-transport-security': 'max-age=1',
      'cross-origin-embedder-policy': 'require-corp',
      'service-worker-allowed': '/',
      'permissions-policy': 'camera=*',
      'report-to': '{}',
      'referrer-policy': 'no-referrer',
      'transfer-encoding': 'chunked',
      'content-length': '3',
      'content-security-policy-report-only': "default-src 'none'",
    };
    expect(told({ ...hostile, 'content-type': 'text/html', etag: '"1"' })).toEqual({
      'content-type': 'text/html',
      etag: '"1"',
      'referrer-policy': 'same-origin',
    });
  });

  test.each([
    ["frame-ancestors 'none'", undefined],
    ["default-src 'self'; Frame-Ancestors 'none'; SANDBOX allow-scripts", "default-src 'self'"],
    ["img-src 'none', sandbox, script-src 'self'", "img-src 'none', script-src 'self'"],
    ['upgrade-insecure-requests;;', undefined],
  ])('of the policy %s what is about its own content', (policy, left) => {
    expect(told({ 'content-security-policy': policy })['content-security-policy']).toBe(left);
  });

  const at = 'https://site.example/classroom/preview/c/localhost';
  test.each([
    ['/thanks', `${at}/8080/thanks`],
    ['thanks?x=1#y', `${at}/8080/a/thanks?x=1#y`],
    ['http://localhost:8080/thanks', `${at}/8080/thanks`],
    ['//127.0.0.1:9090/', `${at}/9090/`],
    ['https://example.com/', 'https://example.com/'],
    ['http://', 'http://'],
  ])('a redirect to %s leads there', (location, href) => {
    expect(told({ location })['location']).toBe(href);
  });
  test('so does a page that moves on by itself', () => {
    expect(told({ refresh: '3; url=/next' })['refresh']).toBe(`3; url=${at}/8080/next`);
    expect(told({ refresh: '3' })['refresh']).toBe('3');
  });
});

describe('cookies', () => {
  test('are for a path, replaced by name, and end', () => {
    const jar = new CookieJar();
    jar.take('id=1; HttpOnly; Secure; SameSite=Lax', '/a/login', 0);
    jar.take('all=2; Path=/', '/a/login', 0);
    jar.take('soon=3; Path=/; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT', '/', 0);
    jar.take('late=4; Expires=Thu, 01 Jan 1970 00:00:20 GMT', '/', 0);
    expect(jar.field('/a/b?c', 0)).toBe('id=1; all=2; soon=3; late=4');
    expect(jar.field('/ab', 0)).toBe('all=2; soon=3; late=4');
    expect(jar.field('/', 15_000)).toBe('all=2; late=4');
    jar.take('all=; Path=/; Max-Age=0', '/', 0);
    jar.take('late=5=5', '/', 0);
    expect(jar.field('/', 0)).toBe('soon=3; late=5=5');
    expect(new CookieJar().field('/')).toBeNull();
  });
  test('of no name, or of a size that no browser keeps, are none; and there are not too many', () => {
    const jar = new CookieJar();
    jar.take('nothing', '/');
    jar.take('=x', '/');
    jar.take(`big=${'x'.repeat(5000)}`, '/');
    expect(jar.field('/')).toBeNull();
    for (let n = 0; n < 60; n++) jar.take(`c${String(n)}=1`, '/');
    expect(jar.field('/')?.split('; ')).toHaveLength(50);
  });
});

describe('the address field', () => {
  const here = { host: 'friend', port: 81, path: '/a' };
  test.each([
    ['localhost:8080', 'localhost', 8080, '/'],
    ['http://localhost:8080/a b?c#d', 'localhost', 8080, '/a%20b?c#d'],
    [':8080', 'localhost', 8080, '/'],
    ['8080/x', 'localhost', 8080, '/x'],
    ['localhost', 'localhost', 80, '/'],
    ['friend:9/?q', 'friend', 9, '/?q'],
    ['/b', 'friend', 81, '/b'],
    ['//b', 'friend', 81, '//b'],
  ])('%s', (text, host, port, path) => {
    expect(spotOf(text, here)).toEqual({ host, port, path });
  });
  test.each(['', 'https://example.com', 'localhost:0', ':65536', 'redis:6379', 'javascript:1'])(
    '%j is no address of the machine',
    (text) => {
      expect(spotOf(text, here)).toBeNull();
    },
  );
  test('shows it as browsers do', () => {
    expect(addressOf({ host: 'localhost', port: 80, path: '/' })).toBe('localhost/');
    expect(addressOf({ host: 'localhost', port: 81, path: '/' })).toBe('localhost:81/');
  });
});

test('ports are told once, by number, and only those that a page could come from', () => {
  const web = { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' };
  const list = [
    { Id: 'b', Names: ['/web'], Ports: [web, { ...web, IP: '::' }, { ...web, PublicPort: 443 }] },
    {
      Id: 'a',
      Names: ['/dns'],
      Ports: [
        { PrivatePort: 80, Type: 'tcp' },
        { ...web, Type: 'udp' },
      ],
    },
  ];
  expect(publishedIn(list)).toEqual([
    { port: 443, container: 'b', name: 'web' },
    { port: 8080, container: 'b', name: 'web' },
  ]);
});

test('a page for what could not be had says why, whatever the cause is made of', () => {
  const problem = problemOf(Object.assign(new Error('<script>'), { code: 'connection-refused' }));
  expect(problem).toEqual({ kind: 'refused', cause: '<script>' });
  expect(failurePage(problem, 'en', 'Nothing')).toContain('&lt;script>');
  expect(problemOf('odd').kind).toBe('unknown');
});
