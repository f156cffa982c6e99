import { beforeEach, describe, expect, it } from 'vitest';
import { configurationText, digestOf, tar } from '../image/image.fixture.ts';
import { parseReference } from '../image/reference.ts';
import { ImageStore } from '../image/store.ts';
import type { Image } from '../image/store.ts';
import { FakeSys } from '../sys/fake.ts';
import { Cancellation, Cancelled } from './cancellation.ts';
import type { ProgressMessage } from './progress.ts';
import { push } from './push.ts';
import { TakingRegistry } from './push.fixture.ts';
import { descriptor } from './registry.fixture.ts';

const OCI = 'application/vnd.oci.image';
const LAYERS = [{ 'bin/sh': 'x'.repeat(5000) }, { 'etc/motd': 'hello' }];

let sys: FakeSys;
let images: ImageStore;
let registry: TakingRegistry;
let messages: ProgressMessage[];

beforeEach(() => {
  sys = new FakeSys();
  messages = [];
  images = new ImageStore({ sys });
  registry = new TakingRegistry(sys);
});

/** An image whose layers have their archives' skeletons, as after a pull or a build. */
function make(
  layers: readonly Readonly<Record<string, string>>[],
  names: readonly string[],
  manifest?: (diffIds: readonly string[], config: string) => string,
): Image {
  const tars = layers.map((files) => tar(sys, files));
  const diffIds = tars.map((data) => digestOf(sys, data));
  const text = configurationText(diffIds);
  const chain = images.chain(JSON.parse(text));
  chain.forEach((chainId, index) => {
    if (images.layers.find(chainId) !== null) return;
    const draft = images.layers.begin(1_000_000);
    draft.extractor.write(tars[index] ?? new ArrayBuffer(0));
    draft.commit(chainId, chain.slice(0, index), draft.extractor.end().size);
  });
  const origin = manifest === undefined ? {} : { manifest: manifest(diffIds, text) };
  return images.add(text, names.map(parseReference), origin);
}

const run = (name: string, signal = new Cancellation()): Promise<void> =>
  push(
    { sys, images, registries: { mirrors: ['http://192.168.86.1/'], insecure: [] } },
    parseReference(name),
    { progress: (message) => messages.push(message), signal },
  );

const lines = (): string[] =>
  messages
    .filter(({ status }) => status !== undefined && status !== 'Pushing')
    .map(({ id, status = '' }) => (id === undefined ? status : `${id}: ${status}`));

const expectNothingLeft = (): void => {
  expect(sys.sockets.open).toBe(0);
  expect(sys.timers).toBe(0);
};

/** A manifest whose layers are packed, which nobody here can do again. */
function packedManifest(diffIds: readonly string[], config: string): string {
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: `${OCI}.manifest.v1+json`,
    config: descriptor(sys, `${OCI}.config.v1+json`, config),
    layers: diffIds.map((diffId) => descriptor(sys, `${OCI}.layer.v1.tar+gzip`, `gz ${diffId}`)),
  });
}

const packedDigest = (diffId: string): string => digestOf(sys, `gz ${diffId}`);

describe('push', () => {
  it('sends layers, the configuration and the manifest last, telling each step', async () => {
    const image = make(LAYERS, ['alice/app:1']);
    const diffIds = image.configuration.rootfs.diff_ids;
    await run('alice/app:1');
    const [first = '', second = ''] = diffIds.map((digest) => digest.slice(7, 19));
    const { text = '', type } = registry.manifests.get('alice/app:1') ?? {};
    expect(lines()).toEqual([
      'The push refers to repository [docker.io/alice/app]',
      `${second}: Preparing`,
      `${first}: Preparing`,
      `${second}: Pushed`,
      `${first}: Pushed`,
      `1: digest: ${digestOf(sys, text)} size: ${text.length}`,
    ]);
    expect(registry.asked.at(-1)).toBe('PUT /v2/alice/app/manifests/1');
    expect(type).toBe(`${OCI}.manifest.v1+json`);
    expect(JSON.parse(text)).toMatchObject({
      config: { digest: image.id },
      layers: diffIds.map((digest) => ({ mediaType: `${OCI}.layer.v1.tar`, digest })),
    });
    for (const digest of [...diffIds, image.id]) {
      const content = registry.blobs.get(`alice/app@${digest}`) ?? '';
      expect(digestOf(sys, content)).toBe(digest);
    }
    expect(images.get('alice/app:1').digests).toEqual([`alice/app@${digestOf(sys, text)}`]);
    expectNothingLeft();
  });

  it('sends nothing twice, mounts what a neighbour has, and keeps the manifest', async () => {
    make(LAYERS, ['alice/app:1', 'alice/other:1']);
    await run('alice/app:1');
    const sent = registry.manifests.get('alice/app:1');
    registry.asked.length = 0;
    messages.length = 0;
    await run('alice/app:1');
    expect(registry.asked.some((request) => request.startsWith('POST'))).toBe(false);
    expect(lines().filter((line) => line.endsWith('Layer already exists'))).toHaveLength(2);
    messages.length = 0;
    await run('alice/other:1');
    expect(lines().filter((line) => line.endsWith('Mounted from alice/app'))).toHaveLength(2);
    expect(registry.manifests.get('alice/other:1')).toEqual(sent);
  });

  it('keeps packed layers packed where the registry has them, digest and all', async () => {
    const image = make(LAYERS, [], packedManifest);
    const text = images.readBlob(image.record.manifest ?? '');
    images.tag(image, parseReference('team/app:1'));
    const origin = { manifest: text };
    const known = { ...parseReference('team/app'), digest: digestOf(sys, text) };
    images.add(images.readBlob(image.id), [known, parseReference('mine/app:2')], origin);
    for (const diffId of image.configuration.rootfs.diff_ids) {
      registry.blobs.set(`team/app@${packedDigest(diffId)}`, `gz ${diffId}`);
    }
    await run('mine/app:2');
    expect(lines().filter((line) => line.endsWith('Mounted from team/app'))).toHaveLength(2);
    expect(registry.manifests.get('mine/app:2')?.text).toBe(text);
    expect(lines().at(-1)).toContain(digestOf(sys, text));
  });

  it('sends them bare to a registry that has them not, and says so in a manifest of its own', async () => {
    const image = make(LAYERS, ['alice/app:1'], packedManifest);
    await run('alice/app:1');
    const { text = '' } = registry.manifests.get('alice/app:1') ?? {};
    expect(JSON.parse(text)).toMatchObject({
      config: { digest: image.id },
      layers: image.configuration.rootfs.diff_ids.map((digest) => ({
        mediaType: `${OCI}.layer.v1.tar`,
        digest,
      })),
    });
  });

  it('an image upon a packed one: the lower layer stays packed, the own one is bare', async () => {
    const base = make(LAYERS.slice(0, 1), [], packedManifest);
    const text = images.readBlob(base.record.manifest ?? '');
    const known = { ...parseReference('team/base'), digest: digestOf(sys, text) };
    images.add(images.readBlob(base.id), [known], { manifest: text });
    const [lower = ''] = base.configuration.rootfs.diff_ids;
    registry.blobs.set(`team/base@${packedDigest(lower)}`, `gz ${lower}`);
    const image = make(LAYERS, ['mine/app:1']);
    await run('mine/app:1');
    const { text: pushed = '' } = registry.manifests.get('mine/app:1') ?? {};
    expect(JSON.parse(pushed)).toMatchObject({
      layers: [
        { mediaType: `${OCI}.layer.v1.tar+gzip`, digest: packedDigest(lower) },
        { mediaType: `${OCI}.layer.v1.tar`, digest: image.configuration.rootfs.diff_ids[1] },
      ],
    });
  });

  it('goes on when an upload that is not needed cannot be taken back', async () => {
    make(LAYERS, ['alice/app:1', 'alice/other:1']);
    await run('alice/app:1');
    // The neighbour lost it meanwhile.
    for (const key of [...registry.blobs.keys()]) registry.blobs.delete(key);
    registry.refuse = (request) =>
      request.startsWith('DELETE')
        ? { status: 502, more: 'Bottle-Gateway: the way is closed\r\n' }
        : null;
    await run('alice/other:1');
    expect(lines().filter((line) => line.endsWith('Pushed'))).toHaveLength(4);
    expectNothingLeft();
  });
});

describe('push of what cannot be', () => {
  const problem = (code: string): string =>
    JSON.stringify({ errors: [{ code, message: 'why not' }] });

  it.each([
    ['alice/none', 'An image does not exist locally with the tag: alice/none'],
    ['alice/app:none', 'tag does not exist: alice/app:none'],
  ])('%s is not here', async (name, message) => {
    make(LAYERS, ['alice/app:1']);
    await expect(run(name)).rejects.toMatchObject({ status: 404, message });
    expect(registry.asked).toEqual([]);
  });

  it.each([
    [{ status: 403, text: problem('DENIED') }, /^denied: requested access/],
    [{ status: 401 }, /^unauthorized: authentication required$/],
    [{ status: 413, text: problem('SIZE_INVALID') }, /^size invalid: why not$/],
    [{ status: 500, text: 'no' }, /^received unexpected HTTP status: 500 Whatever$/],
    [{ status: 202 }, /does not say where the upload goes on$/],
  ])('the registry says %j', async (refusal, message) => {
    make(LAYERS, ['alice/app:1']);
    registry.refuse = (request) => (request.startsWith('POST') ? refusal : null);
    await expect(run('alice/app:1')).rejects.toThrow(message);
    expect(registry.manifests.size).toBe(0);
    expectNothingLeft();
  });

  it('a layer that was changed on disk is not sent on, and no manifest names it', async () => {
    const image = make(LAYERS, ['alice/app:1']);
    sys.writeFile(`${image.layers[1]?.directory}/skeleton`, sys.encode('spoiled'));
    await expect(run('alice/app:1')).rejects.toThrow();
    expect(registry.manifests.size).toBe(0);
    expectNothingLeft();
  });

  it('a client that has gone ends it', async () => {
    make(LAYERS, ['alice/app:1']);
    const signal = new Cancellation();
    signal.cancel();
    await expect(run('alice/app:1', signal)).rejects.toThrow(Cancelled);
    expectNothingLeft();
  });
});
