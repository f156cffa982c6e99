import { beforeEach, describe, expect, it } from 'vitest';
import { LAYER, Pusher } from './push.fixture.ts';
import { createReader, untilPushed } from './reader.ts';
import { createRegistry } from './registry.ts';
import { memoryStorage, memoryStore } from './storage/memory.ts';

let pusher: Pusher;

beforeEach(() => {
  pusher = new Pusher();
});

describe('a registry whose write side comes with the first push', () => {
  it('reads without it, and has everything from then on', async () => {
    pusher.layout.add('library/base', ['latest'], LAYER);
    const storage = memoryStorage(pusher.layout.files);
    let loaded = 0;
    pusher.registry = untilPushed(
      createReader(storage),
      async () => {
        loaded++;
        return createRegistry({ storage, store: memoryStore(pusher.files) });
      },
      false,
    );
    expect((await pusher.ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    expect(loaded).toBe(0);
    await pusher.pushImage();
    expect((await pusher.ask('GET', '/v2/alice/app/manifests/v1')).status).toBe(200);
    expect((await pusher.ask('GET', '/v2/library/base/manifests/latest')).status).toBe(200);
    expect(loaded).toBe(1);
  });
});
