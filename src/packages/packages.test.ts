import { expect, test } from 'vitest';
import { memoryStorage } from '../registry/storage/memory.ts';
import { createPackages } from './index.ts';
import { withPackages } from './site.ts';
import type { Site } from './site.ts';

const SHA256 = 'a'.repeat(64);
const FLASK = { filename: 'flask-3.1.3-py3-none-any.whl', sha256: SHA256, size: 5 };
const CATALOG = {
  flask: [{ ...FLASK, requiresPython: '>=3.9' }],
  'charset-normalizer': [
    { filename: 'charset_normalizer-1.0-py3-none-any.whl', sha256: SHA256, size: 1 },
  ],
};
const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';

function site(): Site {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return createPackages(
    memoryStorage(
      new Map([
        ['pypi/index.json', encode(JSON.stringify(CATALOG))],
        [`pypi/files/${FLASK.filename}`, encode('wheel')],
        ['debian/a+b~1.deb', encode('deb')],
      ]),
    ),
  );
}

const ask = (path: string, init?: RequestInit): Promise<Response> =>
  site().fetch(new Request(`http://registry/packages/${path}`, init));

test('the index lists projects and their files, for people and in HTML', async () => {
  expect(await (await ask('pypi/simple/')).text()).toContain('<a href="flask/">flask</a>');
  const page = await ask('pypi/simple/flask/');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(await page.text()).toContain(
    `<a href="../../files/${FLASK.filename}#sha256=${SHA256}" data-requires-python="&gt;=3.9">`,
  );
});

test('the index answers in JSON who asks for it', async () => {
  const accept = { headers: { accept: `${JSON_TYPE}, text/html; q=0.1` } };
  const list = await ask('pypi/simple/', accept);
  expect(list.headers.get('content-type')).toBe(JSON_TYPE);
  expect(await list.json()).toEqual({
    meta: { 'api-version': '1.0' },
    projects: [{ name: 'charset-normalizer' }, { name: 'flask' }],
  });
  expect(await (await ask('pypi/simple/flask/', accept)).json()).toEqual({
    meta: { 'api-version': '1.0' },
    name: 'flask',
    files: [
      {
        filename: FLASK.filename,
        url: `../../files/${FLASK.filename}`,
        hashes: { sha256: SHA256 },
        size: 5,
        'requires-python': '>=3.9',
      },
    ],
  });
});

test('a project answers to every spelling of its name, and an unknown one with 404', async () => {
  for (const name of ['Charset.Normalizer', 'charset_normalizer', 'CHARSET--NORMALIZER']) {
    expect((await ask(`pypi/simple/${name}/`)).status).toBe(200);
  }
  for (const name of ['django', 'constructor', '__proto__']) {
    expect((await ask(`pypi/simple/${name}/`)).status).toBe(404);
  }
});

test('files come as they are, with their length', async () => {
  const wheel = await ask(`pypi/simple/flask/../../files/${FLASK.filename}`);
  expect(wheel.headers.get('content-length')).toBe('5');
  expect(await wheel.text()).toBe('wheel');
  expect(await (await ask('debian/a%2bb~1.deb')).text()).toBe('deb');
  expect((await ask('debian/%ff')).status).toBe(404);
  expect((await ask('debian/nothing.deb')).status).toBe(404);
  expect((await ask('debian/a', { method: 'PUT', body: 'x' })).status).toBe(405);
});

test('a damaged list is an error with a reason, not an empty index', async () => {
  const storage = memoryStorage(
    new Map([['pypi/index.json', new TextEncoder().encode('{"flask":[{"filename":"../x.whl"}]}')]]),
  );
  const request = new Request('http://registry/packages/pypi/simple/');
  await expect(createPackages(storage).fetch(request)).rejects.toThrow('filename');
});

test('what is no package goes to the other site, and the packages load when they are asked for', async () => {
  const loaded: string[] = [];
  const both = withPackages({ fetch: async () => new Response('registry') }, async () => {
    loaded.push('packages');
    return site();
  });
  const get = async (path: string): Promise<string> =>
    (await both.fetch(new Request(`http://registry${path}`))).text();
  expect(await get('/v2/')).toBe('registry');
  expect(loaded).toEqual([]);
  await get('/packages/pypi/simple/');
  expect(await get('/packages/debian/a+b~1.deb')).toBe('deb');
  expect(loaded).toEqual(['packages']);
});
