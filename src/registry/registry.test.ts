import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { INDEX_TYPE } from './documents.ts';
import { FixtureLayout, MANIFEST_TYPE } from './layout.fixture.ts';
import { codes } from './refusal.fixture.ts';

/** Does not compress, so that it arrives in several pieces. */
const LAYER = new Uint8Array(randomBytes(300_000));

let layout: FixtureLayout;
let ids: ReturnType<FixtureLayout['add']>;

const ask = (path: string, init?: RequestInit): Promise<Response> => layout.ask(path, init);

/** Compares bytes; `toEqual` looks at each as a value, for seconds. */
const isSame = async (response: Response, bytes: Uint8Array): Promise<boolean> =>
  Buffer.from(await response.arrayBuffer()).equals(bytes);

beforeEach(() => {
  layout = new FixtureLayout();
  ids = layout.add('library/busybox', ['latest', '1.35', 'B', 'a'], LAYER);
  layout.add('library/alpine', ['3'], new Uint8Array(10));
});

describe('end-1: support of the API', () => {
  it.each(['/v2/', '/v2'])('%s answers 200', async (path) => {
    const response = await ask(path);
    expect(response.status).toBe(200);
    expect(response.headers.get('docker-distribution-api-version')).toBe('registry/2.0');
  });

  it('is a 404 elsewhere', async () => {
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/v1/')).status).toBe(404);
    expect((await ask('/v2/library/busybox')).status).toBe(404);
  });
});

describe('end-3: manifests', () => {
  it.each(['GET', 'HEAD'])('%s by tag tells digest, type and length', async (method) => {
    const response = await ask('/v2/library/busybox/manifests/latest', { method });
    const body = await response.text();
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': INDEX_TYPE,
      'docker-content-digest': ids.index,
      etag: `"${ids.index}"`,
      'content-length': String(layout.files.get(`blobs/sha256/${ids.index.slice(7)}`)?.length),
    });
    const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
    expect(method === 'GET' ? digest : body).toBe(method === 'GET' ? ids.index : '');
  });

  it('by digest gives the same bytes, of the index and of what it names', async () => {
    for (const [digest, type] of [
      [ids.index, INDEX_TYPE],
      [ids.manifest, MANIFEST_TYPE],
    ] as const) {
      const response = await ask(`/v2/library/busybox/manifests/${digest}`);
      expect(response.headers.get('content-type')).toBe(type);
      expect(response.headers.get('docker-content-digest')).toBe(digest);
    }
  });

  it('is not sent again to whoever has it', async () => {
    const headers = { 'If-None-Match': `"other", W/"${ids.index}"` };
    const response = await ask('/v2/library/busybox/manifests/latest', { headers });
    expect([response.status, await response.text()]).toEqual([304, '']);
  });

  it.each([
    [INDEX_TYPE, 200],
    [`${MANIFEST_TYPE}, ${INDEX_TYPE};q=0.5`, 200],
    ['*/*', 200],
    [MANIFEST_TYPE, 404],
    ['text/html', 404],
  ])('to a client that accepts %s: %i', async (accept, status) => {
    const response = await ask('/v2/library/busybox/manifests/latest', {
      headers: { Accept: accept },
    });
    expect(response.status).toBe(status);
    if (status === 404) expect(await codes(response)).toEqual([404, ['MANIFEST_UNKNOWN']]);
  });

  it.each([
    ['library/busybox/manifests/nope', 404, 'MANIFEST_UNKNOWN'],
    ['library/busybox/manifests/-bad', 404, 'MANIFEST_UNKNOWN'],
    [`library/busybox/manifests/sha256:${'0'.repeat(64)}`, 404, 'MANIFEST_UNKNOWN'],
    ['library/busybox/manifests/sha256:123', 400, 'DIGEST_INVALID'],
    ['library/busybox/manifests/sha256:../../../index.json', 404, null],
    ['library/nosuch/manifests/latest', 404, 'NAME_UNKNOWN'],
    ['Library/busybox/manifests/latest', 400, 'NAME_INVALID'],
    ['library/../busybox/manifests/latest', 404, 'NAME_UNKNOWN'],
    ['library%2F..%2Fbusybox/manifests/latest', 400, 'NAME_INVALID'],
    [`${'a/'.repeat(150)}a/manifests/latest`, 400, 'NAME_INVALID'],
    ['library/busybox//manifests/latest', 400, 'NAME_INVALID'],
  ])('%s is a %i %s', async (path, status, code) => {
    const response = await ask(`/v2/${path}`);
    expect(response.status).toBe(status);
    if (code !== null) expect(await codes(response)).toEqual([status, [code]]);
  });

  it('does not give a blob for a manifest, nor one repository the content of another', async () => {
    expect((await ask(`/v2/library/busybox/manifests/${ids.layer}`)).status).toBe(404);
    expect((await ask(`/v2/library/alpine/manifests/${ids.manifest}`)).status).toBe(404);
    expect((await ask(`/v2/library/alpine/blobs/${ids.layer}`)).status).toBe(404);
  });
});

describe('end-2: blobs', () => {
  const blob = (init?: RequestInit): Promise<Response> =>
    ask(`/v2/library/busybox/blobs/${ids.layer}`, init);

  it('come decompressed, with the length and digest of that', async () => {
    const response = await blob();
    expect(response.headers.get('content-length')).toBe('300000');
    expect(response.headers.get('docker-content-digest')).toBe(ids.layer);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    expect(await isSame(response, LAYER)).toBe(true);
  });

  it('answer HEAD without a body', async () => {
    const response = await blob({ method: 'HEAD' });
    expect([response.status, response.headers.get('content-length')]).toEqual([200, '300000']);
    expect(response.body).toBeNull();
  });

  it('that are configurations come too', async () => {
    const response = await ask(`/v2/library/busybox/blobs/${ids.config}`);
    expect(await response.json()).toMatchObject({ architecture: '386' });
  });

  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=70000-200000', 70_000, 200_000],
    ['bytes=299999-', 299_999, 299_999],
    ['bytes=-5', 299_995, 299_999],
    ['bytes=-999999', 0, 299_999],
    ['bytes=10-999999', 10, 299_999],
  ])('in part: %s', async (range, start, end) => {
    const response = await blob({ headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/300000`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect(await isSame(response, LAYER.slice(start, end + 1))).toBe(true);
  });

  it.each(['bytes=5-1', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', ''])(
    'whole, when the range "%s" says nothing',
    async (range) => {
      const response = await blob({ headers: { Range: range } });
      expect([response.status, (await response.arrayBuffer()).byteLength]).toEqual([200, 300_000]);
    },
  );

  it.each(['bytes=300000-', 'bytes=-0'])('not at all: %s', async (range) => {
    const response = await blob({ headers: { Range: range } });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */300000');
  });

  it('whole, when the part is of something else', async () => {
    const headers = { Range: 'bytes=0-9', 'If-Range': '"other"' };
    expect((await blob({ headers })).status).toBe(200);
  });

  it('stop being read when the client leaves', async () => {
    const response = await blob();
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  });

  it.each([
    [`sha256:${'0'.repeat(64)}`, 404, 'BLOB_UNKNOWN'],
    [`sha512:${'0'.repeat(128)}`, 404, 'BLOB_UNKNOWN'],
    ['sha256:xyz', 400, 'DIGEST_INVALID'],
    [`sha256:${'A'.repeat(64)}`, 400, 'DIGEST_INVALID'],
    ['latest', 400, 'DIGEST_INVALID'],
  ])('%s is a %i %s', async (digest, status, code) => {
    expect(await codes(await ask(`/v2/library/busybox/blobs/${digest}`))).toEqual([status, [code]]);
  });
});

describe('end-8: tags', () => {
  it('are listed in lexical order without regard to case', async () => {
    const response = await ask('/v2/library/busybox/tags/list');
    expect(await response.json()).toEqual({
      name: 'library/busybox',
      tags: ['1.35', 'a', 'B', 'latest'],
    });
  });

  it('come in pages, each naming the next', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/v2/library/busybox/tags/list?n=3';
    let pages = 0;
    for (; path !== undefined; pages++) {
      const response: Response = await ask(path);
      const page: { tags: string[] } = await response.json();
      seen.push(...page.tags);
      path = /^<(.*)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect([pages, seen]).toEqual([2, ['1.35', 'a', 'B', 'latest']]);
  });

  it('begin behind "last", whether there is such a tag or not', async () => {
    const tags = async (query: string): Promise<string[]> =>
      (await (await ask(`/v2/library/busybox/tags/list?${query}`)).json()).tags;
    expect(await tags('last=a')).toEqual(['B', 'latest']);
    expect(await tags('last=aa&n=1')).toEqual(['B']);
    expect(await tags('n=0')).toEqual([]);
    expect(await tags('last=zzz')).toEqual([]);
  });

  it.each(['-1', 'x', '1.5', ''])('refuse n=%s', async (n) => {
    const response = await ask(`/v2/library/busybox/tags/list?n=${n}`);
    expect(await codes(response)).toEqual([400, ['PAGINATION_NUMBER_INVALID']]);
  });

  it('of no repository are a 404', async () => {
    expect(await codes(await ask('/v2/x/tags/list'))).toEqual([404, ['NAME_UNKNOWN']]);
  });
});

describe('the catalogue', () => {
  it('lists repositories in pages', async () => {
    const response = await ask('/v2/_catalog?n=1');
    expect(await response.json()).toEqual({ repositories: ['library/alpine'] });
    expect(response.headers.get('link')).toBe(
      '</v2/_catalog?n=1&last=library%2Falpine>; rel="next"',
    );
  });
});

describe('end-12: referrers', () => {
  it('are manifests whose subject is the digest', async () => {
    const config = layout.json('application/vnd.oci.empty.v1+json', {});
    const signature = layout.json(MANIFEST_TYPE, {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: 'application/example.signature',
      config,
      layers: [],
      subject: { mediaType: INDEX_TYPE, digest: ids.index, size: 1 },
      annotations: { by: 'us' },
    });
    layout.name(signature, 'library/busybox:signature');
    const path = `/v2/library/busybox/referrers/${ids.index}`;
    const all = await ask(path);
    expect(all.headers.get('content-type')).toBe(INDEX_TYPE);
    const found = {
      ...signature,
      artifactType: 'application/example.signature',
      annotations: { by: 'us' },
    };
    expect((await all.json()).manifests).toEqual([found]);
    const none = await ask(`${path}?artifactType=other`);
    expect(none.headers.get('oci-filters-applied')).toBe('artifactType');
    expect((await none.json()).manifests).toEqual([]);
  });

  it('are an empty list of what is not there, and an error of what is no digest', async () => {
    const response = await ask(`/v2/library/busybox/referrers/sha256:${'0'.repeat(64)}`);
    expect((await response.json()).manifests).toEqual([]);
    const bad = await ask('/v2/library/busybox/referrers/x');
    expect(await codes(bad)).toEqual([400, ['DIGEST_INVALID']]);
  });
});

describe('what it does not do', () => {
  it.each([
    ['POST', '/v2/library/busybox/blobs/uploads/'],
    ['PUT', '/v2/library/busybox/manifests/latest'],
    ['DELETE', '/v2/library/busybox/manifests/latest'],
    ['PATCH', '/v2/library/busybox/blobs/uploads/x'],
  ])('%s %s is UNSUPPORTED', async (method, path) => {
    expect(await codes(await ask(path, { method }))).toEqual([405, ['UNSUPPORTED']]);
  });
});
