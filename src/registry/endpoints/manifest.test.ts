import { beforeEach, describe, expect, it } from 'vitest';
import { MANIFEST_TYPE } from '../layout.fixture.ts';
import { LAYER, Pusher, descriptor, digestOf, manifest } from '../push.fixture.ts';
import { codes } from '../refusal.fixture.ts';

let pusher: Pusher;

beforeEach(() => {
  pusher = new Pusher();
});

describe('manifests', () => {
  it('come with a tag, and are found by it and by digest', async () => {
    const digest = await pusher.pushImage();
    expect(digest).toBe(digestOf(manifest()));
    for (const reference of ['v1', digest]) {
      const got = await pusher.ask('GET', `/v2/alice/app/manifests/${reference}`);
      expect([got.headers.get('content-type'), await got.text()]).toEqual([
        MANIFEST_TYPE,
        manifest(),
      ]);
    }
    const list: unknown = await (await pusher.ask('GET', '/v2/alice/app/tags/list')).json();
    expect(list).toEqual({ name: 'alice/app', tags: ['v1'] });
    const all: unknown = await (await pusher.ask('GET', '/v2/_catalog')).json();
    expect(all).toEqual({ repositories: ['alice/app'] });
  });

  it('are refused without their blobs', async () => {
    const refused = await pusher.putManifest('v1', manifest());
    expect(await codes(refused)).toEqual([400, ['MANIFEST_BLOB_UNKNOWN']]);
  });

  it.each([
    ['not JSON', '{'],
    ['of another shape', '{"schemaVersion":1}'],
    ['without a configuration', JSON.stringify({ schemaVersion: 2, layers: [] })],
    ['of another type', manifest({ mediaType: 'application/json' })],
    ['with a thousand layers', manifest({ layers: Array(1000).fill(descriptor(LAYER)) })],
  ])('are refused when they are %s', async (_, text) => {
    await pusher.pushImage();
    expect(await codes(await pusher.putManifest('v2', text))).toEqual([400, ['MANIFEST_INVALID']]);
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
    expect(await codes(await pusher.registry.fetch(new Request(place, options)))).toEqual([
      400,
      ['SIZE_INVALID'],
    ]);
    expect(given).toBeLessThan(5 * 1024 * 1024);
  });

  it('that are an index of a thousand others are refused before any is looked for', async () => {
    const type = 'application/vnd.oci.image.index.v1+json';
    const manifests = Array(1000).fill({ ...descriptor(LAYER), mediaType: MANIFEST_TYPE });
    const refused = await pusher.ask('PUT', '/v2/alice/app/manifests/v1', {
      body: JSON.stringify({ schemaVersion: 2, mediaType: type, manifests }),
      headers: { 'Content-Type': type },
    });
    expect(await codes(refused)).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it('are refused when they lie about a size', async () => {
    await pusher.pushImage();
    const lie = manifest({ layers: [{ ...descriptor(LAYER), size: 7 }] });
    expect(await codes(await pusher.putManifest('v2', lie))).toEqual([400, ['MANIFEST_INVALID']]);
  });

  it('are refused under a digest that is not theirs', async () => {
    await pusher.pushImage();
    const refused = await pusher.putManifest(digestOf('other'), manifest());
    expect(await codes(refused)).toEqual([400, ['DIGEST_INVALID']]);
  });

  it('that name a subject are its referrers', async () => {
    const subject = await pusher.pushImage();
    const text = manifest({
      subject: { mediaType: MANIFEST_TYPE, digest: subject, size: manifest().length },
      artifactType: 'application/vnd.example+json',
      annotations: { why: 'signature' },
    });
    const put = await pusher.putManifest(digestOf(text), text);
    expect(put.headers.get('oci-subject')).toBe(subject);
    const got = await pusher.ask('GET', `/v2/alice/app/referrers/${subject}`);
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
    const digest = await pusher.pushImage();
    expect((await pusher.ask('DELETE', '/v2/alice/app/manifests/v1')).status).toBe(202);
    expect((await pusher.ask('GET', '/v2/alice/app/manifests/v1')).status).toBe(404);
    expect((await pusher.ask('GET', `/v2/alice/app/manifests/${digest}`)).status).toBe(200);
  });

  it('of a manifest takes its tags', async () => {
    const digest = await pusher.pushImage();
    expect((await pusher.ask('DELETE', `/v2/alice/app/manifests/${digest}`)).status).toBe(202);
    expect(await codes(await pusher.ask('GET', '/v2/alice/app/manifests/v1'))).toEqual([
      404,
      ['MANIFEST_UNKNOWN'],
    ]);
  });

  it('of a blob leaves it to other repositories, and then frees it', async () => {
    await pusher.pushImage('alice/app');
    await pusher.pushImage('bob/app');
    const path = (name: string): string => `/v2/${name}/blobs/${digestOf(LAYER)}`;
    expect((await pusher.ask('DELETE', path('alice/app'))).status).toBe(202);
    expect((await pusher.ask('GET', path('alice/app'))).status).toBe(404);
    expect((await pusher.ask('GET', path('bob/app'))).status).toBe(200);
    await pusher.ask('DELETE', path('bob/app'));
    expect(pusher.files.has(`blobs/${digestOf(LAYER).replace(':', '/')}`)).toBe(false);
  });

  it('of what is not there is a 404', async () => {
    await pusher.pushImage();
    expect(await codes(await pusher.ask('DELETE', '/v2/alice/app/manifests/no'))).toEqual([
      404,
      ['MANIFEST_UNKNOWN'],
    ]);
  });
});
