import { beforeEach, describe, expect, it } from 'vitest';
import { LAYER, Pusher, digestOf } from '../push.fixture.ts';
import { codes } from '../refusal.fixture.ts';

let pusher: Pusher;

beforeEach(() => {
  pusher = new Pusher();
});

describe('blobs', () => {
  it('come in one request, and are served', async () => {
    await pusher.pushBlob(LAYER);
    const got = await pusher.ask('GET', `/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect(got.headers.get('content-length')).toBe(String(LAYER.byteLength));
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('come in two requests', async () => {
    const place = await pusher.begin();
    const done = await pusher.ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER });
    expect(done.status).toBe(201);
    expect(done.headers.get('location')).toBe(`/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect((await pusher.ask('HEAD', `/v2/alice/app/blobs/${digestOf(LAYER)}`)).status).toBe(200);
    expect([...pusher.files.keys()].filter((path) => path.startsWith('uploads/'))).toEqual([]);
  });

  it('come in chunks, in order', async () => {
    const place = await pusher.begin();
    const half = LAYER.subarray(0, 100_000);
    const rest = LAYER.subarray(100_000);
    const first = await pusher.ask('PATCH', place, {
      body: half,
      headers: { 'Content-Range': '0-99999', 'Content-Length': '100000' },
    });
    expect([first.status, first.headers.get('range')]).toEqual([202, '0-99999']);
    const out = await pusher.ask('PATCH', place, {
      body: rest,
      headers: { 'Content-Range': '150000-249999', 'Content-Length': '100000' },
    });
    expect([out.status, out.headers.get('range')]).toEqual([416, '0-99999']);
    const where = await pusher.ask('GET', place);
    expect([where.status, where.headers.get('range')]).toEqual([204, '0-99999']);
    await pusher.ask('PATCH', place, { body: rest, headers: { 'Content-Range': '100000-199999' } });
    const done = await pusher.ask('PUT', `${place}?digest=${digestOf(LAYER)}`);
    expect(done.status).toBe(201);
    const got = await pusher.ask('GET', `/v2/alice/app/blobs/${digestOf(LAYER)}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('are refused when their digest lies, and nothing stays', async () => {
    const place = await pusher.begin();
    const lie = digestOf('something else');
    const refused = await pusher.ask('PUT', `${place}?digest=${lie}`, { body: LAYER });
    expect(await codes(refused)).toEqual([400, ['DIGEST_INVALID']]);
    expect((await pusher.ask('GET', `/v2/alice/app/blobs/${lie}`)).status).toBe(404);
    expect([...pusher.files.keys()].some((path) => path.startsWith('blobs/'))).toBe(false);
  });

  it('are refused when their range lies about their size', async () => {
    const place = await pusher.begin();
    const refused = await pusher.ask('PATCH', place, {
      body: LAYER,
      headers: { 'Content-Range': '0-9', 'Content-Length': String(LAYER.byteLength) },
    });
    expect(await codes(refused)).toEqual([400, ['SIZE_INVALID']]);
  });

  it.each(['0-9', '0-300000', '9-5'])(
    'in chunks without a length are refused when they are not what %s says, and nothing stays',
    async (range) => {
      const place = await pusher.begin();
      const refused = await pusher.ask('PATCH', place, {
        body: LAYER,
        headers: { 'Content-Range': range },
      });
      expect(await codes(refused)).toEqual([400, ['SIZE_INVALID']]);
      expect((await pusher.ask('GET', place)).headers.get('range')).toBe('0-0');
      expect([...pusher.files.keys()].some((path) => path.includes('/parts/'))).toBe(false);
      expect(
        (await pusher.ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER })).status,
      ).toBe(201);
    },
  );

  it('leave nothing when the client breaks off, and the upload can go on', async () => {
    const place = await pusher.begin();
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(LAYER.subarray(0, 1000));
        controller.error(new Error('gone'));
      },
    });
    // `duplex` is missing from the types of fetch.
    const options = { method: 'PATCH', body: broken, duplex: 'half' } as RequestInit;
    const failed = await pusher.registry.fetch(
      new Request(new URL(place, 'http://registry'), options),
    );
    expect(failed.status).toBe(500);
    expect((await pusher.ask('GET', place)).headers.get('range')).toBe('0-0');
    const done = await pusher.ask('PUT', `${place}?digest=${digestOf(LAYER)}`, { body: LAYER });
    expect(done.status).toBe(201);
  });

  it('are mounted from another repository, a bundled one too', async () => {
    const ids = pusher.layout.add('library/base', ['latest'], LAYER);
    const path = `/v2/alice/app/blobs/uploads/?mount=${ids.layer}&from=library/base`;
    expect((await pusher.ask('POST', path)).status).toBe(201);
    const got = await pusher.ask('GET', `/v2/alice/app/blobs/${ids.layer}`);
    expect(Buffer.from(await got.arrayBuffer()).equals(LAYER)).toBe(true);
  });

  it('are uploaded instead when the other repository does not hold them', async () => {
    const digest = digestOf('nothing');
    const path = `/v2/alice/app/blobs/uploads/?mount=${digest}&from=library/base`;
    expect((await pusher.ask('POST', path)).status).toBe(202);
  });

  it('that are cancelled are unknown', async () => {
    const place = await pusher.begin();
    expect((await pusher.ask('DELETE', place)).status).toBe(204);
    expect(await codes(await pusher.ask('GET', place))).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
  });

  it('of another repository are none of this one', async () => {
    const place = await pusher.begin('bob/app');
    const other = place.replace('bob', 'alice');
    expect(await codes(await pusher.ask('PATCH', other, { body: LAYER }))).toEqual([
      404,
      ['BLOB_UPLOAD_UNKNOWN'],
    ]);
  });
});
