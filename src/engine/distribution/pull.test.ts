import { beforeEach, describe, expect, it } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { ImageStore } from '../image/store.ts';
import type { Image, ImageEvent } from '../image/store.ts';
import { FakeSys } from '../sys/fake.ts';
import { Cancellation, Cancelled } from './cancellation.ts';
import type { ProgressMessage } from './progress.ts';
import { pull } from './pull.ts';
import { FakeRegistry, descriptor, failure } from './registry.fixture.ts';

const BUSYBOX = '/v2/library/busybox';
const TAR = 'application/vnd.oci.image.layer.v1.tar';
const LAYERS = [{ 'bin/sh': 'x'.repeat(5000) }, { 'etc/motd': 'hello' }];

let sys: FakeSys;
let images: ImageStore;
let registry: FakeRegistry;
let events: ImageEvent[];
let messages: ProgressMessage[];
const mirrors = ['http://192.168.86.1/'];

beforeEach(() => {
  sys = new FakeSys();
  events = [];
  messages = [];
  images = new ImageStore({ sys, onEvent: (event) => events.push(event) });
  registry = new FakeRegistry(sys);
  sys.writeFile('/etc/hosts', '127.0.0.1 localhost\n192.168.86.1\tregistry # the page\n');
});

const run = (text: string, signal = new Cancellation(), platform?: string): Promise<Image> =>
  pull({ sys, images, registries: { mirrors, insecure: [] } }, parseReference(text), {
    progress: (message) => messages.push(message),
    signal,
    ...(platform === undefined ? {} : { platform }),
  });

/** Nothing open, nothing on disk but what images need. */
const expectNothingLeft = (): void => {
  expect(sys.sockets.open).toBe(0);
  expect(sys.timers).toBe(0);
  expect(sys.readdir('/var/lib/docker/tmp')).toEqual([]);
  const kept = new Set(
    images.list().flatMap((image) => image.layers.map(({ chainId }) => chainId)),
  );
  expect(new Set(images.layers.list())).toEqual(kept);
  expect(images.collect()).toBe(0);
};

/** Lets everything go on that can: in the fake nothing takes longer than a few turns. */
const quiet = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn++) await undefined;
};

const lines = (): string[] =>
  messages
    .filter(({ status }) => status !== 'Downloading')
    .map(({ id, status = '' }) => (id === undefined ? status : `${id}: ${status}`));

describe('pull', () => {
  it('makes an image of what the registry has, telling each step', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const image = await run('busybox');
    const [first = '', second = ''] = ids.layers.map((digest) => digest.slice(7, 19));
    expect(lines().slice(0, 3)).toEqual([
      'latest: Pulling from library/busybox',
      `${first}: Pulling fs layer`,
      `${second}: Pulling fs layer`,
    ]);
    for (const id of [first, second]) {
      expect(lines().filter((line) => line.startsWith(id))).toEqual(
        ['Pulling fs layer', 'Verifying Checksum', 'Download complete', 'Pull complete'].map(
          (status) => `${id}: ${status}`,
        ),
      );
    }
    expect(lines().slice(-2)).toEqual([
      `Digest: ${ids.index}`,
      'Status: Downloaded newer image for busybox:latest',
    ]);
    expect(image).toMatchObject({
      id: ids.config,
      tags: ['busybox:latest'],
      digests: [`busybox@${ids.index}`],
      size: 5005,
    });
    expect(sys.readText(`${image.layers[1]?.diff}/etc/motd`)).toBe('hello');
    expect(events).toEqual([{ action: 'pull', id: 'busybox:latest', name: 'busybox:latest' }]);
    expectNothingLeft();
  });

  it('uses one connection for one thing after another', async () => {
    registry.offer('library/busybox', 'latest', LAYERS.slice(0, 1));
    await run('busybox');
    expect(registry.asked).toHaveLength(4);
    expect(registry.connections).toBe(1);
  });

  it('brings three layers at a time, and says which wait', async () => {
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ [name]: name.repeat(3000) }));
    const ids = registry.offer('library/busybox', 'latest', many);
    const image = await run('busybox');
    expect(registry.most).toBe(3);
    expect(registry.connections).toBe(3);
    const waiting = messages.filter(({ status }) => status === 'Waiting').map(({ id }) => id);
    expect(waiting).toEqual(ids.layers.slice(3).map((digest) => digest.slice(7, 19)));
    expect(image.layers).toHaveLength(5);
    expect(image.size).toBe(15_000);
    expectNothingLeft();
  });

  it('takes a server that closes after every answer, and one that closes in between', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    for (const [path, reply] of registry.replies)
      registry.replies.set(path, { ...reply, close: true });
    await run('busybox');
    expect(registry.connections).toBe(5);
    expectNothingLeft();
  });

  it('says bytes of bytes, not more often than ten times a second', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    await run('busybox');
    const all = messages.filter(({ status }) => status === 'Downloading');
    // The clock of the fake stands still: the first message and the last of each layer.
    expect(all).toHaveLength(4);
    const downloading = all.filter(({ progressDetail }) => progressDetail?.total === 6656);
    expect(downloading[1]).toMatchObject({
      progressDetail: { current: 6656, total: 6656 },
      progress: `[${'='.repeat(50)}]  6.656kB/6.656kB`,
    });
  });

  it('fetches nothing twice', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    await run('busybox');
    registry.asked.length = 0;
    await run('busybox');
    expect(lines().at(-1)).toBe('Status: Image is up to date for busybox:latest');
    expect(registry.asked).toEqual([
      `${BUSYBOX}/manifests/latest`,
      `${BUSYBOX}/manifests/${ids.manifest}`,
    ]);
  });

  it('takes layers that other images have', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    const more = registry.offer('library/more', '2', [...LAYERS, { c: '3' }]);
    await run('busybox');
    messages.length = 0;
    await run('more:2');
    expect(lines().slice(1, 4)).toEqual([
      `${more.layers[0]?.slice(7, 19)}: Already exists`,
      `${more.layers[1]?.slice(7, 19)}: Already exists`,
      `${more.layers[2]?.slice(7, 19)}: Pulling fs layer`,
    ]);
    expectNothingLeft();
  });

  it('moves a tag to the newer image', async () => {
    const old = registry.offer('library/busybox', 'latest', LAYERS);
    await run('busybox');
    const next = registry.offer('library/busybox', 'latest', [{ a: 'new' }]);
    await run('busybox');
    expect(images.get('busybox').id).toBe(next.config);
    expect(images.get(old.config).tags).toEqual([]);
    expect(images.get(old.config).digests).toEqual([`busybox@${old.index}`]);
  });

  it('pulls by digest', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const image = await run(`busybox@${ids.index}`);
    expect(lines()[0]).toBe(`${ids.index}: Pulling from library/busybox`);
    expect(image.tags).toEqual([]);
    expect(image.digests).toEqual([`busybox@${ids.index}`]);
  });

  it('asks other registries at their own names', async () => {
    const ids = registry.offer('team/app', 'v1', LAYERS);
    expect((await run('registry:80/team/app:v1')).id).toBe(ids.config);
    const outside = 'https://elsewhere.example:5000/v2/team/app/';
    for (const [path, reply] of [...registry.replies]) {
      registry.replies.set(path.replace('/v2/team/app/', outside), reply);
    }
    registry.asked.length = 0;
    expect((await run('elsewhere.example:5000/team/app:v1')).id).toBe(ids.config);
    expect(registry.asked[0]).toBe(`${outside}manifests/v1`);
    const reason = 'dial tcp: lookup nowhere.example: no such host';
    registry.replies.set('https://nowhere.example/v2/app/manifests/latest', {
      status: 502,
      headers: { 'Bottle-Gateway': reason },
    });
    await expect(run('nowhere.example/app')).rejects.toThrow(
      `Get "https://nowhere.example/v2/app/manifests/latest": ${reason}`,
    );
    await expect(run('127.0.0.1:5000/app')).rejects.toThrow(
      'Get "http://127.0.0.1:5000/v2/app/manifests/latest": dial tcp 127.0.0.1:5000: connect: connection refused',
    );
    expectNothingLeft();
  });

  it('makes a layer once when two pulls want it', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    registry.offer('library/more', '2', [...LAYERS, { c: '3' }]);
    await Promise.all([run('busybox'), run('more:2')]);
    expect(registry.asked.filter((path) => path.includes('/blobs/'))).toHaveLength(2 + 3);
    expect(images.list()).toHaveLength(2);
    expectNothingLeft();
  });

  it('follows a redirect', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const path = `${BUSYBOX}/blobs/${ids.config}`;
    registry.replies.set('/elsewhere', registry.replies.get(path) ?? {});
    registry.replies.set(path, { status: 307, headers: { Location: '/elsewhere' } });
    expect((await run('busybox')).id).toBe(ids.config);
  });
});

describe('pull of what is not there', () => {
  it.each([
    [
      'nosuch',
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ['busybox:nope', 'manifest for busybox:nope not found: manifest unknown: manifest unknown'],
    [
      'registry:80/x',
      'repository registry:80/x not found: name unknown: repository name not known to registry',
    ],
  ])('%s is a 404 in the words of Docker', async (text, message) => {
    await expect(run(text)).rejects.toMatchObject({ status: 404, message });
    expect(messages).toEqual([]);
    expectNothingLeft();
  });

  const HUB = 'https://registry-1.docker.io/v2';

  it('in the mirror: Docker Hub is asked, where the page can', async () => {
    const ids = registry.offer('library/rare', '1', LAYERS);
    for (const [path, reply] of [...registry.replies]) {
      registry.replies.delete(path);
      registry.replies.set(path.replace('/v2', HUB), reply);
    }
    const image = await run('rare:1');
    expect(image).toMatchObject({ id: ids.config, tags: ['rare:1'] });
    expect(registry.asked.slice(0, 2)).toEqual([
      '/v2/library/rare/manifests/1',
      `${HUB}/library/rare/manifests/1`,
    ]);
    expectNothingLeft();
  });

  it.each([
    ['it cannot be asked: name a relay', ' (it cannot be asked: name a relay)'],
    ['dial tcp: lookup registry-1.docker.io: no such host', ''],
  ])('in the mirror, and the page says "%s"', async (reason, more) => {
    registry.replies.set(`${HUB}/library/nosuch/manifests/latest`, {
      status: 502,
      headers: { 'Bottle-Gateway': reason },
    });
    await expect(run('nosuch')).rejects.toMatchObject({
      status: 404,
      message: `pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied${more}`,
    });
    expectNothingLeft();
  });

  it('a mirror that lies is not passed over', async () => {
    registry.replies.set(`${BUSYBOX}/manifests/latest`, { body: 'no manifest' });
    registry.replies.set(`${HUB}/library/busybox/manifests/latest`, { hang: true });
    await expect(run('busybox')).rejects.toThrow('it is not JSON');
  });

  it('another platform', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    await expect(run('busybox', undefined, 'linux/arm64')).rejects.toMatchObject({
      status: 404,
      message: 'no matching manifest for linux/arm64 in the manifest list entries',
    });
    await expect(run('busybox', undefined, 'x y')).rejects.toMatchObject({ status: 400 });
  });

  it('an image of one platform, and the wrong one', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS, { architecture: 'amd64' });
    const only = registry.replies.get(`${BUSYBOX}/manifests/${ids.manifest}`) ?? {};
    registry.replies.set(`${BUSYBOX}/manifests/latest`, only);
    await expect(run('busybox')).rejects.toThrow('its platform (linux/amd64) does not match');
    expectNothingLeft();
  });
});

describe('pull from a registry that lies', () => {
  let ids: ReturnType<FakeRegistry['offer']>;

  beforeEach(() => {
    ids = registry.offer('library/busybox', 'latest', LAYERS);
  });

  const corrupt = (path: string): string => {
    const reply = registry.replies.get(path) ?? {};
    const body = reply.body ?? '';
    const bytes = new Uint8Array(typeof body === 'string' ? sys.encode(body) : body.slice(0));
    bytes[600 % bytes.length] = 0x21;
    registry.replies.set(path, { ...reply, body: bytes.buffer });
    const hash = sys.sha256();
    hash.update(bytes);
    return `sha256:${hash.hex()}`;
  };

  const both = (what: string, expected: string, received: string): string =>
    `${what} verification failed: digest "${expected}" expected, "${received}" received`;

  it('about a layer names both digests', async () => {
    const layer = ids.layers[0] ?? '';
    const received = corrupt(`${BUSYBOX}/blobs/${layer}`);
    await expect(run('busybox')).rejects.toThrow(both('layer', layer, received));
  });

  it('about the last layer keeps none', async () => {
    const layer = ids.layers[1] ?? '';
    const received = corrupt(`${BUSYBOX}/blobs/${layer}`);
    await expect(run('busybox')).rejects.toThrow(both('layer', layer, received));
    expect(images.layers.list()).toEqual([]);
  });

  it('about the configuration names both digests', async () => {
    const received = corrupt(`${BUSYBOX}/blobs/${ids.config}`);
    await expect(run('busybox')).rejects.toThrow(both('config', ids.config, received));
  });

  it('about a manifest names both digests', async () => {
    const received = corrupt(`${BUSYBOX}/manifests/${ids.manifest}`);
    await expect(run('busybox')).rejects.toThrow(both('manifest', ids.manifest, received));
  });

  it('about the digest of a tag names both', async () => {
    const claimed = `sha256:${'0'.repeat(64)}`;
    const path = `${BUSYBOX}/manifests/latest`;
    const reply = registry.replies.get(path) ?? {};
    const headers = { ...reply.headers, 'Docker-Content-Digest': claimed };
    registry.replies.set(path, { ...reply, headers });
    await expect(run('busybox')).rejects.toThrow(both('manifest', claimed, ids.index));
  });

  it.each(['short', 'long'])('about a size: too %s', async (kind) => {
    const path = `${BUSYBOX}/blobs/${ids.layers[0]}`;
    const body = new Uint8Array(kind === 'long' ? 9000 : 100);
    registry.replies.set(path, { body: body.buffer });
    await expect(run('busybox')).rejects.toThrow(
      kind === 'long' ? /size 6656 expected, \d+ received/ : /is not a tar|size 6656 expected, 100/,
    );
  });

  it('about a layer that both sides of the image name differently', async () => {
    const other = registry.offer('library/other', '1', [{ z: '1' }, { y: '2' }]);
    const manifest = JSON.parse(
      String(registry.replies.get(`${BUSYBOX}/manifests/${ids.manifest}`)?.body),
    );
    manifest.layers[0].digest = other.layers[0];
    const body = JSON.stringify(manifest);
    registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(run('busybox')).rejects.toThrow(
      both('layer', ids.layers[0] ?? '', other.layers[0] ?? ''),
    );
  });

  it.each([
    ['what is not HTTP', { status: 99_999 }, 'malformed HTTP response'],
    ['a server error', { status: 503, body: 'no' }, 'received unexpected HTTP status: 503'],
    [
      'too many requests',
      failure(429, 'TOOMANYREQUESTS', 'slow down'),
      'toomanyrequests: slow down',
    ],
    [
      'a redirect to nowhere',
      { status: 302, headers: { Location: 'ftp://x/' } },
      'not an http URL',
    ],
  ])('with %s', async (_, reply, message) => {
    const path = `${BUSYBOX}/blobs/${ids.layers[0]}`;
    registry.replies.set(path, { ...registry.replies.get(path), ...reply });
    await expect(run('busybox')).rejects.toThrow(message);
  });

  it('in circles', async () => {
    const path = `${BUSYBOX}/blobs/${ids.config}`;
    registry.replies.set(path, { status: 302, headers: { Location: path } });
    await expect(run('busybox')).rejects.toThrow('stopped after 5 redirects');
  });

  it.each([
    ['no JSON', 'x', 'it is not JSON'],
    ['a list', '[]', '"the manifest" is not an object'],
    ['no media type', '{}', 'its media type "" is not supported'],
    [
      'a manifest of old',
      '{"mediaType":"application/vnd.docker.distribution.manifest.v1+json"}',
      'is not supported',
    ],
    ['no layers', manifestText({ layers: 1 }), '"layers" is not a list'],
    ['a negative size', manifestText({ layers: [layer({ size: -1 })] }), 'gives no size'],
    [
      'a path for a digest',
      manifestText({ layers: [layer({ digest: '../../x' })] }),
      'no sha256 digest',
    ],
    [
      'a layer packed with something else',
      manifestText({ layers: [layer({ mediaType: `${TAR}+lzma` })] }),
      'tar, tar+gzip and tar+zstd it can',
    ],
    ['something that is no image', manifestText({ config: layer({}) }), 'it is not an image'],
  ])('with %s for a manifest', async (_, body, message) => {
    registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(run('busybox')).rejects.toThrow(message);
    expect(messages).toEqual([]);
  });

  it('with a manifest without end', async () => {
    const body = ' '.repeat(5 * 1024 * 1024);
    registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(run('busybox')).rejects.toThrow('the answer is larger than 4194304 bytes');
  });

  it('with a layer that leads out of itself', async () => {
    ids = registry.offer('library/busybox', 'latest', [{ '../../etc/passwd': 'x' }]);
    await expect(run('busybox')).rejects.toThrow(
      'failed to register layer: entry "../../etc/passwd": "../../etc/passwd" leads out of the layer',
    );
  });

  it('nothing is left behind, and the honest registry is believed afterwards', async () => {
    corrupt(`${BUSYBOX}/blobs/${ids.layers[1]}`);
    await expect(run('busybox')).rejects.toThrow('verification failed');
    expectNothingLeft();
    registry.offer('library/busybox', 'latest', LAYERS);
    expect((await run('busybox')).id).toBe(ids.config);
  });
});

describe('pull over a network that breaks', () => {
  const path = (digest = ''): string => `${BUSYBOX}/blobs/${digest}`;

  /** Lets the seconds go by that it waits before it tries again. */
  const patiently = async (pulling: Promise<unknown>): Promise<void> => {
    let over = false;
    void pulling.then(
      () => (over = true),
      () => (over = true),
    );
    for (let turn = 0; turn < 60 && !over; turn++) {
      await quiet();
      sys.advance(1000);
    }
  };

  it('goes on where a layer was broken off, and counts the seconds as Docker does', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const reply = registry.replies.get(path(ids.layers[0])) ?? {};
    registry.replies.set(path(ids.layers[0]), { ...reply, cut: [3000, 1000] });
    const pulling = run('busybox');
    await patiently(pulling);
    expect((await pulling).id).toBe(ids.config);
    expect(registry.ranges).toEqual(['bytes=3000-', 'bytes=4000-']);
    const id = ids.layers[0]?.slice(7, 19);
    expect(lines().filter((line) => line.includes('Retrying'))).toEqual(
      [5, 4, 3, 2, 1, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(
        (left) => `${id}: Retrying in ${left} second${left === 1 ? '' : 's'}`,
      ),
    );
    const counts = messages
      .filter(({ id: of, status }) => of === id && status === 'Downloading')
      .map(({ progressDetail }) => progressDetail?.current ?? 0);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expectNothingLeft();
  });

  it('from a registry that begins again: what is there is left out', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const reply = registry.replies.get(path(ids.layers[0])) ?? {};
    registry.replies.set(path(ids.layers[0]), { ...reply, cut: [3001], whole: true });
    const pulling = run('busybox');
    await patiently(pulling);
    expect((await pulling).id).toBe(ids.config);
    expectNothingLeft();
  });

  it('gives up after five attempts', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const reply = registry.replies.get(path(ids.layers[0])) ?? {};
    registry.replies.set(path(ids.layers[0]), { ...reply, cut: 300 });
    const pulling = run('busybox');
    await patiently(pulling);
    await expect(pulling).rejects.toThrow(/unexpected EOF/);
    expect(registry.asked.filter((asked) => asked === path(ids.layers[0]))).toHaveLength(5);
    expectNothingLeft();
  });

  it('is left by its client while it waits', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const reply = registry.replies.get(path(ids.layers[0])) ?? {};
    registry.replies.set(path(ids.layers[0]), { ...reply, cut: 300 });
    const signal = new Cancellation();
    const pulling = run('busybox', signal);
    await quiet();
    signal.cancel();
    await expect(pulling).rejects.toThrow(Cancelled);
    expectNothingLeft();
  });

  it('a layer that fails ends those beside it', async () => {
    const ids = registry.offer('library/busybox', 'latest', [...LAYERS, { c: '3' }]);
    registry.replies.set(path(ids.layers[1]), { hang: true });
    registry.replies.set(path(ids.layers[2]), { status: 500, body: 'no' });
    await expect(run('busybox')).rejects.toThrow('received unexpected HTTP status: 500');
    expectNothingLeft();
  });

  it('an answer that goes on further on is refused', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const reply = registry.replies.get(path(ids.layers[0])) ?? {};
    const headers = { 'Content-Range': 'bytes 5000-6655/6656' };
    registry.replies.set(path(ids.layers[0]), { ...reply, cut: [300], headers });
    const pulling = run('busybox');
    await patiently(pulling);
    await expect(pulling).rejects.toThrow(
      'bytes from 300 on were asked for, and the answer begins at 5000',
    );
    expectNothingLeft();
  });
});

describe('pull that is ended', () => {
  it('by its client, while the registry says nothing', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    registry.replies.set(`${BUSYBOX}/blobs/${ids.layers[1]}`, { hang: true });
    const signal = new Cancellation();
    const hanging = registry.hanging();
    const pulling = run('busybox', signal);
    await hanging;
    signal.cancel();
    await expect(pulling).rejects.toThrow(Cancelled);
    expect(images.list()).toEqual([]);
    expectNothingLeft();
  });

  it('before it began', async () => {
    const signal = new Cancellation();
    signal.cancel();
    await expect(run('busybox', signal)).rejects.toThrow('context canceled');
    expectNothingLeft();
  });

  it('by our patience', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    registry.replies.set(`${BUSYBOX}/manifests/latest`, { hang: true });
    registry.replies.set('https://registry-1.docker.io/v2/library/busybox/manifests/latest', {
      status: 502,
      headers: { 'Bottle-Gateway': 'not from here' },
    });
    const hanging = registry.hanging();
    const pulling = run('busybox');
    await hanging;
    await quiet();
    sys.advance(120_000);
    await expect(pulling).rejects.toThrow('timeout awaiting response');
    expectNothingLeft();
  });

  it('by a full disk', async () => {
    registry.offer('library/busybox', 'latest', LAYERS);
    sys.failNext('writeFile', 'ENOSPC', 'etc/motd');
    await expect(run('busybox')).rejects.toThrow(
      /failed to register layer: .*no space left on device/,
    );
    expect(images.list()).toEqual([]);
    expectNothingLeft();
  });

  it('while another waits for the same layer: the other goes on', async () => {
    const ids = registry.offer('library/busybox', 'latest', LAYERS);
    const path = `${BUSYBOX}/blobs/${ids.layers[0]}`;
    const reply = registry.replies.get(path) ?? {};
    registry.replies.set(path, { hang: true });
    const signal = new Cancellation();
    const hanging = registry.hanging();
    const first = run('busybox', signal);
    await hanging;
    const second = run('busybox');
    registry.replies.set(path, reply);
    signal.cancel();
    await expect(first).rejects.toThrow(Cancelled);
    expect((await second).id).toBe(ids.config);
    expectNothingLeft();
  });
});

function layer(more: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...descriptor(new FakeSys(), TAR, ''), ...more };
}

function manifestText(more: Readonly<Record<string, unknown>>): string {
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = layer({ mediaType: 'application/vnd.oci.image.config.v1+json' });
  return JSON.stringify({ mediaType, config, layers: [], ...more });
}
