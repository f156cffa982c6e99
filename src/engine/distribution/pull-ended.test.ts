import { beforeEach, describe, expect, it } from 'vitest';
import { Cancellation, Cancelled } from './cancellation.ts';
import { BUSYBOX, LAYERS, Puller, quiet } from './pull.fixture.ts';

let puller: Puller;

beforeEach(() => {
  puller = new Puller();
});

describe('pull that is ended', () => {
  it('by its client, while the registry says nothing', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    puller.registry.replies.set(`${BUSYBOX}/blobs/${ids.layers[1]}`, { hang: true });
    const signal = new Cancellation();
    const hanging = puller.registry.hanging();
    const pulling = puller.run('busybox', signal);
    await hanging;
    signal.cancel();
    await expect(pulling).rejects.toThrow(Cancelled);
    expect(puller.images.list()).toEqual([]);
    puller.expectNothingLeft();
  });

  it('before it began', async () => {
    const signal = new Cancellation();
    signal.cancel();
    await expect(puller.run('busybox', signal)).rejects.toThrow('context canceled');
    puller.expectNothingLeft();
  });

  it('by our patience', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    puller.registry.replies.set(`${BUSYBOX}/manifests/latest`, { hang: true });
    puller.registry.replies.set(
      'https://registry-1.docker.io/v2/library/busybox/manifests/latest',
      {
        status: 502,
        headers: { 'Bottle-Gateway': 'not from here' },
      },
    );
    const hanging = puller.registry.hanging();
    const pulling = puller.run('busybox');
    await hanging;
    await quiet();
    puller.sys.advance(120_000);
    await expect(pulling).rejects.toThrow('timeout awaiting response');
    puller.expectNothingLeft();
  });

  it('by a full disk', async () => {
    puller.registry.offer('library/busybox', 'latest', LAYERS);
    puller.sys.failNext('writeFile', 'ENOSPC', 'etc/motd');
    await expect(puller.run('busybox')).rejects.toThrow(
      /failed to register layer: .*no space left on device/,
    );
    expect(puller.images.list()).toEqual([]);
    puller.expectNothingLeft();
  });

  it('while another waits for the same layer: the other goes on', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const path = `${BUSYBOX}/blobs/${ids.layers[0]}`;
    const reply = puller.registry.replies.get(path) ?? {};
    puller.registry.replies.set(path, { hang: true });
    const signal = new Cancellation();
    const hanging = puller.registry.hanging();
    const first = puller.run('busybox', signal);
    await hanging;
    const second = puller.run('busybox');
    puller.registry.replies.set(path, reply);
    signal.cancel();
    await expect(first).rejects.toThrow(Cancelled);
    expect((await second).id).toBe(ids.config);
    puller.expectNothingLeft();
  });
});
