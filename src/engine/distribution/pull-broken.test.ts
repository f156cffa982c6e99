import { beforeEach, describe, expect, it } from 'vitest';
import { Cancellation, Cancelled } from './cancellation.ts';
import { BUSYBOX, LAYERS, Puller, quiet } from './pull.fixture.ts';

let puller: Puller;

beforeEach(() => {
  puller = new Puller();
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
      puller.sys.advance(1000);
    }
  };

  it('goes on where a layer was broken off, and counts the seconds as Docker does', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const reply = puller.registry.replies.get(path(ids.layers[0])) ?? {};
    puller.registry.replies.set(path(ids.layers[0]), { ...reply, cut: [3000, 1000] });
    const pulling = puller.run('busybox');
    await patiently(pulling);
    expect((await pulling).id).toBe(ids.config);
    expect(puller.registry.ranges).toEqual(['bytes=3000-', 'bytes=4000-']);
    const id = ids.layers[0]?.slice(7, 19);
    expect(puller.lines().filter((line) => line.includes('Retrying'))).toEqual(
      [5, 4, 3, 2, 1, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1].map(
        (left) => `${id}: Retrying in ${left} second${left === 1 ? '' : 's'}`,
      ),
    );
    const counts = puller.messages
      .filter(({ id: of, status }) => of === id && status === 'Downloading')
      .map(({ progressDetail }) => progressDetail?.current ?? 0);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    puller.expectNothingLeft();
  });

  it('from a registry that begins again: what is there is left out', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const reply = puller.registry.replies.get(path(ids.layers[0])) ?? {};
    puller.registry.replies.set(path(ids.layers[0]), { ...reply, cut: [3001], whole: true });
    const pulling = puller.run('busybox');
    await patiently(pulling);
    expect((await pulling).id).toBe(ids.config);
    puller.expectNothingLeft();
  });

  it('gives up after five attempts', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const reply = puller.registry.replies.get(path(ids.layers[0])) ?? {};
    puller.registry.replies.set(path(ids.layers[0]), { ...reply, cut: 300 });
    const pulling = puller.run('busybox');
    await patiently(pulling);
    await expect(pulling).rejects.toThrow(/unexpected EOF/);
    expect(puller.registry.asked.filter((asked) => asked === path(ids.layers[0]))).toHaveLength(5);
    puller.expectNothingLeft();
  });

  it('is left by its client while it waits', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const reply = puller.registry.replies.get(path(ids.layers[0])) ?? {};
    puller.registry.replies.set(path(ids.layers[0]), { ...reply, cut: 300 });
    const signal = new Cancellation();
    const pulling = puller.run('busybox', signal);
    await quiet();
    signal.cancel();
    await expect(pulling).rejects.toThrow(Cancelled);
    puller.expectNothingLeft();
  });

  it('a layer that fails ends those beside it', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', [...LAYERS, { c: '3' }]);
    puller.registry.replies.set(path(ids.layers[1]), { hang: true });
    puller.registry.replies.set(path(ids.layers[2]), { status: 500, body: 'no' });
    await expect(puller.run('busybox')).rejects.toThrow('received unexpected HTTP status: 500');
    puller.expectNothingLeft();
  });

  it('an answer that goes on further on is refused', async () => {
    const ids = puller.registry.offer('library/busybox', 'latest', LAYERS);
    const reply = puller.registry.replies.get(path(ids.layers[0])) ?? {};
    const headers = { 'Content-Range': 'bytes 5000-6655/6656' };
    puller.registry.replies.set(path(ids.layers[0]), { ...reply, cut: [300], headers });
    const pulling = puller.run('busybox');
    await patiently(pulling);
    await expect(pulling).rejects.toThrow(
      'bytes from 300 on were asked for, and the answer begins at 5000',
    );
    puller.expectNothingLeft();
  });
});
