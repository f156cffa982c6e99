import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { FixtureLayout, MANIFEST_TYPE } from './layout.fixture.ts';
import { createReader, createRegistry, memoryStorage, memoryStore, untilPushed } from './index.ts';
import type { Registry } from './index.ts';

const digestOf = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const CONFIG = new TextEncoder().encode('{"architecture":"386","os":"linux"}');
const LAYER = new Uint8Array(randomBytes(200_000));

let files: Map<string, Uint8Array>;
let layout: FixtureLayout;
let registry: Registry;

beforeEach(() => {
  files = new Map();
  layout = new FixtureLayout();
  registry = createRegistry({
    storage: memoryStorage(layout.files),
    store: memoryStore(files),
  });
});

const ask = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
  registry.fetch(new Request(new URL(path, 'http://registry'), { method, ...init }));

const codes = async (response: Response): Promise<[number, string[]]> => {
  const body: { errors: { code: string }[] } = await response.json();
  return [response.status, body.errors.map((error) => error.code)];
};

/** Begins an upload; where it goes on. */
async function begin(name = 'alice/app'): Promise<string> {
  const response = await ask('POST', `/v2/${name}/blobs/uploads/`);
  expect(response.status).toBe(202);
  return response.headers.get('location') ?? '';
}

async function pushBlob(bytes: Uint8Array<ArrayBuffer>, name = 'alice/app'): Promise<void> {
  const path = `/v2/${name}/blobs/uploads/?digest=${digestOf(bytes)}`;
  expect((await ask('POST', path, { body: bytes })).status).toBe(201);
}

const descriptor = (bytes: Uint8Array): { mediaType: string; digest: string; size: number } => ({
  mediaType: 'application/vnd.oci.image.layer.v1.tar',
  digest: digestOf(bytes),
  size: bytes.byteLength,
});

const manifest = (more: object = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { ...descriptor(CONFIG), mediaType: 'application/vnd.oci.image.config.v1+json' },
    layers: [descriptor(LAYER)],
    ...more,
  });

const putManifest = (reference: string, text: string, name = 'alice/app'): Promise<Response> =>
  ask('PUT', `/v2/${name}/manifests/${reference}`, {
    body: text,
    headers: { 'Content-Type': MANIFEST_TYPE },
  });

async function pushImage(name = 'alice/app', tag = 'v1', text = manifest()): Promise<string> {
  await pushBlob(CONFIG, name);
  await pushBlob(LAYER, name);
  const response = await putManifest(tag, text, name);
  expect(response.status).toBe(201);
  return response.headers.get('docker-content-digest') ?? '';
}

describe('blobs', () => {
  it('come in one request, and are served', async () => {
    await pushBlob(LAYER);
    const got = await ask('GET', `/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect(got.headers.get('content-length')).toBe(String(LAYER.byteLength));
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('come in two requests', async () => {
    const place = await begin();
    const done = await ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER });
    expect(done.status).toBe(201);
    expect(done.headers.get('location')).toBe(`/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect((await ask('HEAD', `/v2/alice/app/blobs/${digestOf(LAYER)}`)).status).toBe(200);
    expect([...files.keys()].filter((path) => path.startsWith('uploads/'))).toEqual([]);
  });

  it('come in chunks, in order', async () => {
    const place = await begin();
    const half = LAYER.subarray(0, 100_000);
    const rest = LAYER.subarray(100_000);
    const first = await ask('PATCH', place, {
      body: half,
      headers: { 'Content-Range': '0-99999', 'Content-Length': '100000' },
    });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-99999']);
    const out = await ask('PATCH', place, {
      body: rest,
      headers: { 'Content-Range': '150000-249999', 'Content-Length': '100000' },
    });
    expect([out.status, out.headers.get('range')]).toEqual([416, '0-99999']);
    const where = await ask('GET', place);
    expect([where.status, where.headers.get('range')]).toEqual([204, '0-99999']);
    await ask('PATCH', place, { body: rest, headers: { 'Content-Range': '100000-199999' } });
    const done = await ask('PUT', `${place}?digest=${digestOf(LAYER)}`);
    expect(done.status).toBe(201);
    const got = await ask('GET', `/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('are refused when their digest lies, and nothing stays', async () => {
    const place = await begin();
    const lie = digestOf('something else');
    const refused = await ask('PUT', `${place}?digest=${lie}`, { body: LAYER });
    expect(await codes(refused)).toEqual([400, ['DIGEST_INVALID']]);
    expect((await ask('GET', `/v2/alice/app/blobs/${lie}`)).status).toBe(404);
    expect([...files.keys()].some((path) => path.startsWith('blobs/'))).toBe(false);
  });

  it('are refused when their range lies about their size', async () => {
    const place = await begin();
    const refused = await ask('PATCH', place, {
      body: LAYER,
      headers: { 'Content-Range': '0-9', 'Content-Length': String(LAYER.byteLength) },
    });
    expect(await codes(refused)).toEqual([400, ['SIZE_INVALID']]);
  });

  it.each(['0-9', '0-300000', '9-5'])(
    'in chunks without a length are refused when they are not what %s says, and nothing stays',
    async (range) => {
      const place = await begin();
      const refused = await ask('PATCH', place, {
        body: LAYER,
        headers: { 'Content-Range': range },
      });
      expect(await codes(refused)).toEqual([400, ['SIZE_INVALID']]);
      expect((await ask('GET', place)).headers.get('range')).toBe('0-0');
      expect([...files.keys()].some((path) => path.includes('/parts/'))).toBe(false);
      expect((await ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER })).status).toBe(
        201,
      );
    },
  );

  it('leave nothing when the client breaks off, and the upload can go on', async () => {
    const place = await begin();
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(LAYER.subarray(0, 1000));
        controller.error(new Error('gone'));
      },
    });
    // `duplex` is missing from the types of fetch.
    const options = { method: 'PATCH', body: broken, duplex: 'half' } as RequestInit;
    const failed = await registry.fetch(new Request(new URL(place, 'http://registry'), options));
    expect(failed.status).toBe(500);
    expect((await ask('GET', place)).headers.get('range')).toBe('0-0');
    const done = await ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER });
    expect(done.status).toBe(201);
  });

  it('are mounted from another repository, a bundled one too', async () => {
    const ids = layout.add('library/base', ['latest'], LAYER);
    const path = `/v2/alice/app/blobs/uploads/?mount=${ids.layer}&from=library/base`;
    expect((await ask('POST', path)).status).toBe(201);
    const got = await ask('GET', `/v2/alice/app/blobs/${ids.layer}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('are uploaded instead when the other repository does not hold them', async () => {
    const digest = digestOf('nothing');
    const path = `/v2/alice/app/blobs/uploads/?mount=${digest}&from=library/base`;
    expect((await ask('POST', path)).status).toBe(202);
  });

  it('that are cancelled are unknown', async () => {
    const place = await begin();
    expect((await ask('DELETE', place)).status).toBe(204);
    expect(await codes(await ask('GET', place))).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
  });

  it('of another repository are none of this one', async () => {
    const place = await begin('bob/app');
    const other = place.replace('bob', 'alice');
    expect(await codes(await ask('PATCH', other, { body: LAYER }))).toEqual([
      404,
      ['BLOB_UPLOAD_UNKNOWN'],
    ]);
  });
});

describe('manifests', () => {
  it('come with a tag, and are found by it and by digest', async () => {
    const digest = await pushImage();
    expect(digest).toBe(digestOf(manifest()));
    for (const reference of ['v1', digest]) {
      const got = await ask('GET', `/v2/alice/app/manifests/${reference}`);
      expect([got.headers.get('content-type'), await got.text()]).toEqual([
        MANIFEST_TYPE,
        manifest(),
      ]);
    }
    const list: unknown = await (await ask('GET', '/v2/alice/app/tags/list')).json();
    expect(list).toEqual({ name: 'alice/app', tags: ['v1'] });
    const all: unknown = await (await ask('GET', '/v2/_catalog')).json();
    expect(all).toEqual({ repositories: ['alice/app'] });
  });

  it('are refused without their blobs', async () => {
    const refused = await putManifest('v1', manifest());
    expect(await codes(refused)).toEqual([400, ['MANIFEST_BLOB_UNKNOWN']]);
  });

  it.each([
    ['not JSON', '{'],
    ['of another shape', '{"schemaVersion":1}'],
    ['without a configuration', JSON.stringify({ schemaVersion: 2, layers: [] })],
    ['of another type', manifest({ mediaType: 'application/json' })],
    ['with a thousand layers', manifest({ layers: Array(1000).fill(descriptor(LAYER)) })],
  ])('are refused when they are %s', async (_, text) => {
    await pushImage();
    expect(await codes(await putManifest('v2', text))).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it('without end are not read to their end', async () => {
    let given = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        given += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const options = {
      method: 'PUT',
      body: endless,
      duplex: 'half',
      headers: { 'Content-Type': MANIFEST_TYPE },
    } as RequestInit;
    const place = new URL('/v2/alice/app/manifests/v1', 'http://registry');
    expect(await codes(await registry.fetch(new Request(place, options)))).toEqual([
      400,
      ['SIZE_INVALID'],
    ]);
    expect(given).toBeLessThan(5 * 1024 * 1024);
  });

  it('that are an index of a thousand others are refused before any is looked for', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const manifests = Array(1000).fill({ ...descriptor(LAYER), mediaType: MANIFEST_TYPE });
    const refused = await ask('PUT', '/v2/alice/app/manifests/v1', {
      body: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }),
      headers: { 'Content-Type': type },
    });
    expect(await codes(refused)).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it('are refused when they lie about a size', async () => {
    await pushImage();
    const lie = manifest({ layers: [{ ...descriptor(LAYER), size: 7 }] });
    expect(await codes(await putManifest('v2', lie))).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it('are refused under a digest that is not theirs', async () => {
    await pushImage();
    const refused = await putManifest(digestOf('other'), manifest());
    expect(await codes(refused)).toEqual([400, ['DIGEST_INVALID']]);
  });

  it('that name a subject are its referrers', async () => {
    const subject = await pushImage();
    const text = manifest({
      subject: { mediaType: MANIFEST_TYPE, digest: subject, size: manifest().length },
      artifactType: 'application/vnd.example+json',
      annotations: { why: 'signature' },
    });
    const put = await putManifest(digestOf(text), text);
    expect(put.headers.get('oci-subject')).toBe(subject);
    const got = await ask('GET', `/v2/alice/app/referrers/${subject}`);
    expect(await got.json()).toMatchObject({
      manifests: [
        {
          digest: digestOf(text),
          artifactType: 'application/vnd.example+json',
          annotations: { why: 'signature' },
        },
      ],
    });
  });
});

describe('deleting', () => {
  it('of a tag leaves the manifest', async () => {
    const digest = await pushImage();
    expect((await ask('DELETE', '/v2/alice/app/manifests/v1')).status).toBe(202);
    expect((await ask('GET', '/v2/alice/app/manifests/v1')).status).toBe(404);
    expect((await ask('GET', `/v2/alice/app/manifests/${digest}`)).status).toBe(200);
  });

  it('of a manifest takes its tags', async () => {
    const digest = await pushImage();
    expect((await ask('DELETE', `/v2/alice/app/manifests/${digest}`)).status).toBe(202);
    expect(await codes(await ask('GET', '/v2/alice/app/manifests/v1'))).toEqual([
      404,
      ['MANIFEST_UNKNOWN'],
    ]);
  });

  it('of a blob leaves it to other repositories, and then frees it', async () => {
    await pushImage('alice/app');
    await pushImage('bob/app');
    const path = (name: string): string => `/v2/${name}/blobs/${digestOf(LAYER)}`;
    expect((await ask('DELETE', path('alice/app'))).status).toBe(202);
    expect((await ask('GET', path('alice/app'))).status).toBe(404);
    expect((await ask('GET', path('bob/app'))).status).toBe(200);
    await ask('DELETE', path('bob/app'));
    expect(files.has(`blobs/${digestOf(LAYER).replace(':', '/')}`)).toBe(false);
  });

  it('of what is not there is a 404', async () => {
    await pushImage();
    expect(await codes(await ask('DELETE', '/v2/alice/app/manifests/no'))).toEqual([
      404,
      ['MANIFEST_UNKNOWN'],
    ]);
  });
});

describe('users', () => {
  beforeEach(() => {
    registry = createRegistry({
      storage: memoryStorage(layout.files),
      store: memoryStore(files),
      access: 'users',
    });
  });

  const login = (name: string, password: string): Promise<Response> =>
    ask('GET', '/token?service=registry', {
      headers: { Authorization: `Basic ${btoa(`${name}:${password}`)}` },
    });

  const tokenOf = async (name: string): Promise<string> => {
    const body: { token: string } = await (await login(name, 'secret')).json();
    return body.token;
  };

  const push = (name: string, token: string | null): Promise<Response> =>
    ask('POST', `/v2/${name}/blobs/uploads/`, {
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    });

  it('are told where to get a token', async () => {
    const response = await ask('GET', '/v2/');
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(
      'Bearer realm="http://registry/token",service="registry"',
    );
  });

  it('push below their own name and nowhere else', async () => {
    const token = await tokenOf('alice');
    expect((await push('alice/app', token)).status).toBe(202);
    for (const name of ['bob/app', 'library/busybox', 'alice', 'alicex/app']) {
      expect(await codes(await push(name, token))).toEqual([403, ['DENIED']]);
    }
  });

  it('who are nobody pull, and push nothing', async () => {
    layout.add('library/base', ['latest'], LAYER);
    expect((await ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    const anonymous: { token: string } = await (await ask('GET', '/token')).json();
    for (const token of [null, anonymous.token, 'made up']) {
      expect((await push('alice/app', token)).status).toBe(401);
    }
    const again = await ask('GET', '/v2/', {
      headers: { Authorization: `Bearer ${anonymous.token}` },
    });
    expect(again.status).toBe(200);
  });

  it('keep their password', async () => {
    expect((await login('alice', 'secret')).status).toBe(200);
    expect(await codes(await login('alice', 'guess'))).toEqual([401, ['UNAUTHORIZED']]);
    expect((await login('alice', 'secret')).status).toBe(200);
  });

  it.each(['library', 'Alice', 'a/b', ''])('cannot be called "%s"', async (name) => {
    expect((await login(name, 'x')).status).toBe(401);
  });
});

describe('a registry whose write side comes with the first push', () => {
  it('reads without it, and has everything from then on', async () => {
    layout.add('library/base', ['latest'], LAYER);
    const storage = memoryStorage(layout.files);
    let loaded = 0;
    registry = untilPushed(
      createReader(storage),
      async () => {
        loaded++;
        return createRegistry({ storage, store: memoryStore(files) });
      },
      false,
    );
    expect((await ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    expect(loaded).toBe(0);
    await pushImage();
    expect((await ask('GET', '/v2/alice/app/manifests/v1')).status).toBe(200);
    expect((await ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    expect(loaded).toBe(1);
  });
});
