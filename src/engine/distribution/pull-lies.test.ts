import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSys } from '../sys/fake.ts';
import { BUSYBOX, LAYERS, Puller } from './pull.fixture.ts';
import { type FakeRegistry, descriptor, failure } from './registry.fixture.ts';

const TAR = 'application/vnd.oci.image.layer.v1.tar';

let puller: Puller;

beforeEach(() => {
  puller = new Puller();
});

describe('pull from a registry that lies', () => {
  let ids: ReturnType<FakeRegistry['offer']>;

  beforeEach(() => {
    ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
  });

  const corrupt = (path: string): string => {
    const reply = puller.registry.replies.get(path) ?? {};
    const body = reply.body ?? '';
    const bytes = new Uint8Array(
      typeof body === 'string' ? puller.sys.encode(body) : body.slice(0),
    );
    bytes[600 % bytes.length] = 0x21;
    puller.registry.replies.set(path, { ...reply, body: bytes.buffer });
    const hash = puller.sys.sha256();
    hash.update(bytes);
    return `sha256:${hash.hex()}`;
  };

  const both = (what: string, expected: string, received: string): string =>
    `${what} verification failed: digest "${expected}" expected, "${received}" received`;

  it('about a layer names both digests', async () => {
    const layer = ids.layers[0] ?? '';
    const received = corrupt(`${BUSYBOX}/blobs/${layer}`);
    await expect(puller.run('busybox')).rejects.toThrow(both('layer', layer, received));
  });

  it('about the last layer keeps none', async () => {
    const layer = ids.layers[1] ?? '';
    const received = corrupt(`${BUSYBOX}/blobs/${layer}`);
    await expect(puller.run('busybox')).rejects.toThrow(both('layer', layer, received));
    expect(puller.images.layers.list()).toEqual([]);
  });

  it('about the configuration names both digests', async () => {
    const received = corrupt(`${BUSYBOX}/blobs/${ids.config}`);
    await expect(puller.run('busybox')).rejects.toThrow(both('config', ids.config, received));
  });

  it('about a manifest names both digests', async () => {
    const received = corrupt(`${BUSYBOX}/manifests/${ids.manifest}`);
    await expect(puller.run('busybox')).rejects.toThrow(both('manifest', ids.manifest, received));
  });

  it('about the digest of a tag names both', async () => {
    const claimed = `sha256:${'0'.repeat(64)}`;
    const path = `${BUSYBOX}/manifests/latest`;
    const reply = puller.registry.replies.get(path) ?? {};
    const headers = { ...reply.headers, 'Docker-Content-Digest': claimed };
    puller.registry.replies.set(path, { ...reply, headers });
    await expect(puller.run('busybox')).rejects.toThrow(both('manifest', claimed, ids.index));
  });

  it.each(['short', 'long'])('about a size: too %s', async (kind) => {
    const path = `${BUSYBOX}/blobs/${ids.layers[0]}`;
    const body = new Uint8Array(kind === 'long' ? 9000 : 100);
    puller.registry.replies.set(path, { body: body.buffer });
    await expect(puller.run('busybox')).rejects.toThrow(
      kind === 'long' ? /size 6656 expected, \d+ received/ : /is not a tar|size 6656 expected, 100/,
    );
  });

  it('about a layer that both sides of the image name differently', async () => {
    const other = puller.registry.offer('library/other', '1', [{ z: '1' }, { y: '2' }]);
    const manifest = JSON.parse(
      String(puller.registry.replies.get(`${BUSYBOX}/manifests/${ids.manifest}`)?.body),
    );
    manifest.layers[0].digest = other.layers[0];
    const body = JSON.stringify(manifest);
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(puller.run('busybox')).rejects.toThrow(
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
    puller.registry.replies.set(path, { ...puller.registry.replies.get(path), ...reply });
    await expect(puller.run('busybox')).rejects.toThrow(message);
  });

  it('in circles', async () => {
    const path = `${BUSYBOX}/blobs/${ids.config}`;
    puller.registry.replies.set(path, { status: 302, headers: { Location: path } });
    await expect(puller.run('busybox')).rejects.toThrow('stopped after 5 redirects');
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
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(puller.run('busybox')).rejects.toThrow(message);
    expect(puller.messages).toEqual([]);
  });

  it('with a manifest without end', async () => {
    const body = ' '.repeat(5 * 1024 * 1024);
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, { body });
    await expect(puller.run('busybox')).rejects.toThrow('the answer is larger than 4194304 bytes');
  });

  it('with a layer that leads out of itself', async () => {
    ids = puller.registry.offer('library/busybox', 'latest', [{ '../../etc/passwd': 'x' }]);
    await expect(puller.run('busybox')).rejects.toThrow(
      'failed to register layer: entry "../../etc/passwd": "../../etc/passwd" leads out of the layer',
    );
  });

  it('nothing is left behind, and the honest registry is believed afterwards', async () => {
    corrupt(`${BUSYBOX}/blobs/${ids.layers[1]}`);
    await expect(puller.run('busybox')).rejects.toThrow('verification failed');
    puller.expectNothingLeft();
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    expect((await puller.run('busybox')).id).toBe(ids.config);
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
