import { beforeEach, describe, expect, it } from 'vitest';
import { BUSYBOX, LAYERS, Puller } from './pull.fixture.ts';

let puller: Puller;

beforeEach(() => {
  puller = new Puller();
});

describe('pull', () => {
  it('makes an image of what the registry has, telling each step', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const image = await puller.run('busybox');
    const [first = '', second = ''] = ids.layers.map((digest) => digest.slice(7, 19));
    expect(puller.lines().slice(0, 3)).toEqual([
      'latest: Pulling from library/busybox',
      `${first}: Pulling fs layer`,
      `${second}: Pulling fs layer`,
    ]);
    for (const id of [first, second]) {
      expect(puller.lines().filter((line) => line.startsWith(id))).toEqual(
        ['Pulling fs layer', 'Verifying Checksum', 'Download complete', 'Pull complete'].map(
          (status) => `${id}: ${status}`,
        ),
      );
    }
    expect(puller.lines().slice(-2)).toEqual([
      `Digest: ${ids.index}`,
      'Status: Downloaded newer image for busybox:latest',
    ]);
    expect(image).toMatchObject({
      id: ids.config,
      tags: ['busybox:latest'],
      digests: [`busybox@${ids.index}`],
      size: 5005,
    });
    expect(puller.sys.readText(`${image.layers[1]?.diff}/etc/motd`)).toBe('hello');
    expect(puller.events).toEqual([
      { action: 'pull', id: 'busybox:latest', name: 'busybox:latest' },
    ]);
    puller.expectNothingLeft();
  });

  it('uses one connection for one thing after another', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS.slice(0, 1));
    await puller.run('busybox');
    expect(puller.registry.asked).toHaveLength(4);
    expect(puller.registry.connections).toBe(1);
  });

  it('brings three layers at a time, and says which wait', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ [name]: name.repeat(3000) }));
    const ids = puller.registry.offer('library/busybox', 'latest', many);
    const image = await puller.run('busybox');
    expect(puller.registry.most).toBe(3);
    expect(puller.registry.connections).toBe(3);
    const waiting = puller.messages
      .filter(({ status }) => status === 'Waiting')
      .map(({ id }) => id);
    expect(waiting).toEqual(ids.layers.slice(3).map((digest) => digest.slice(7, 19)));
    expect(image.layers).toHaveLength(5);
    expect(image.size).toBe(15_000);
    puller.expectNothingLeft();
  });

  it('takes a server that closes after every answer, and one that closes in between', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    for (const [path, reply] of puller.registry.replies)
      puller.registry.replies.set(path, { ...reply, close: true });
    await puller.run('busybox');
    expect(puller.registry.connections).toBe(5);
    puller.expectNothingLeft();
  });

  it('says bytes of bytes, not more often than ten times a second', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    await puller.run('busybox');
    const all = puller.messages.filter(({ status }) => status === 'Downloading');
    // The clock of the fake stands still: the first message and the last of each layer.
    expect(all).toHaveLength(4);
    const downloading = all.filter(({ progressDetail }) => progressDetail?.total === 6656);
    expect(downloading[1]).toMatchObject({
      progressDetail: { current: 6656, total: 6656 },
      progress: `[${'='.repeat(50)}]  6.656kB/6.656kB`,
    });
  });

  it('fetches nothing twice', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    await puller.run('busybox');
    puller.registry.asked.length = 0;
    await puller.run('busybox');
    expect(puller.lines().at(-1)).toBe('Status: Image is up to date for busybox:latest');
    expect(puller.registry.asked).toEqual([
      `${BUSYBOX}/manifests/latest`,
      `${BUSYBOX}/manifests/${ids.manifest}`,
    ]);
  });

  it('takes layers that other images have', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    const more = puller.registry.offer('library/more', '2', [...LAYERS, { c: '3' }]);
    await puller.run('busybox');
    puller.messages.length = 0;
    await puller.run('more:2');
    expect(puller.lines().slice(1, 4)).toEqual([
      `${more.layers[0]?.slice(7, 19)}: Already exists`,
      `${more.layers[1]?.slice(7, 19)}: Already exists`,
      `${more.layers[2]?.slice(7, 19)}: Pulling fs layer`,
    ]);
    puller.expectNothingLeft();
  });

  it('moves a tag to the newer image', async () => {
    const old = puller.registry.offer('library/busybox', 'latest', LAYERS);
    await puller.run('busybox');
    const next = puller.registry.offer('library/busybox', 'latest', [{ a: 'new' }]);
    await puller.run('busybox');
    expect(puller.images.get('busybox').id).toBe(next.config);
    expect(puller.images.get(old.config).tags).toEqual([]);
    expect(puller.images.get(old.config).digests).toEqual([`busybox@${old.index}`]);
  });

  it('pulls by digest', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const image = await puller.run(`busybox@${ids.index}`);
    expect(puller.lines()[0]).toBe(`${ids.index}: Pulling from library/busybox`);
    expect(image.tags).toEqual([]);
    expect(image.digests).toEqual([`busybox@${ids.index}`]);
  });

  it('asks other registries at their own names', async () => {
    const ids = puller.registry.offer('team/app', 'v1', LAYERS);
    expect((await puller.run('registry:80/team/app:v1')).id).toBe(ids.config);
    const outside = 'https://elsewhere.example:5000/v2/team/app/';
    for (const [path, reply] of [...puller.registry.replies]) {
      puller.registry.replies.set(path.replace('/v2/team/app/', outside), reply);
    }
    puller.registry.asked.length = 0;
    expect((await puller.run('elsewhere.example:5000/team/app:v1')).id).toBe(ids.config);
    expect(puller.registry.asked[0]).toBe(`${outside}manifests/v1`);
    const reason = 'dial tcp: lookup nowhere.example: no such host';
    puller.registry.replies.set('https://nowhere.example/v2/app/manifests/latest', {
      status: 502,
      headers: { 'Bottle-Gateway': reason },
    });
    await expect(puller.run('nowhere.example/app')).rejects.toThrow(
      `Get "https://nowhere.example/v2/app/manifests/latest": ${reason}`,
    );
    await expect(puller.run('127.0.0.1:5000/app')).rejects.toThrow(
      'Get "http://127.0.0.1:5000/v2/app/manifests/latest": dial tcp 127.0.0.1:5000: connect: connection refused',
    );
    puller.expectNothingLeft();
  });

  it('makes a layer once when two pulls want it', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    puller.registry.offer('library/more', '2', [...LAYERS, { c: '3' }]);
    await Promise.all([puller.run('busybox'), puller.run('more:2')]);
    expect(puller.registry.asked.filter((path) => path.includes('/blobs/'))).toHaveLength(2 + 3);
    expect(puller.images.list()).toHaveLength(2);
    puller.expectNothingLeft();
  });

  it('follows a redirect', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const path = `${BUSYBOX}/blobs/${ids.config}`;
    puller.registry.replies.set('/elsewhere', puller.registry.replies.get(path) ?? {});
    puller.registry.replies.set(path, { status: 307, headers: { Location: '/elsewhere' } });
    expect((await puller.run('busybox')).id).toBe(ids.config);
  });
});
