/** Who pulls in tests: an engine that knows one registry, what it says meanwhile, and what it keeps. */
import { expect } from 'vitest';
import { parseReference } from '../image/reference.ts';
import { ImageStore } from '../image/store.ts';
import type { Image, ImageEvent } from '../image/store.ts';
import { FakeSys } from '../sys/fake.ts';
import { Cancellation } from './cancellation.ts';
import type { ProgressMessage } from './progress.ts';
import { pull } from './pull.ts';
import { FakeRegistry } from './registry.fixture.ts';

/** Where the registry has the image that the tests pull. */
export const BUSYBOX = '/v2/library/busybox';
/** Its layers. */
export const LAYERS = [{ 'bin/sh': 'x'.repeat(5000) }, { 'etc/motd': 'hello' }];

export class Puller {
  readonly sys = new FakeSys();
  readonly registry = new FakeRegistry(this.sys);
  readonly events: ImageEvent[] = [];
  readonly messages: ProgressMessage[] = [];
  readonly images = new ImageStore({
    sys: this.sys,
    onEvent: (event) => this.events.push(event),
  });

  constructor() {
    const { sys } = this;
    sys.writeFile('/etc/hosts', '127.0.0.1 localhost\n192.168.86.1\tregistry # the page\n');
  }

  run(text: string, signal = new Cancellation(), platform?: string): Promise<Image> {
    const { sys, images } = this;
    const registries = { mirrors: ['http://192.168.86.1/'], insecure: [] };
    return pull({ sys, images, registries }, parseReference(text), {
      progress: (message) => this.messages.push(message),
      signal,
      ...(platform === undefined ? {} : { platform }),
    });
  }

  /** What it said, a line a message, without the counts of bytes. */
  lines(): string[] {
    return this.messages
      .filter(({ status }) => status !== 'Downloading')
      .map(({ id, status = '' }) => (id === undefined ? status : `${id}: ${status}`));
  }

  /** Nothing open, nothing on disk but what images need. */
  expectNothingLeft(): void {
    const { sys, images } = this;
    expect(sys.sockets.open).toBe(0);
    expect(sys.timers).toBe(0);
    expect(sys.readdir('/var/lib/docker/tmp')).toEqual([]);
    const kept = new Set(
      images.list().flatMap((image) => image.layers.map(({ chainId }) => chainId)),
    );
    expect(new Set(images.layers.list())).toEqual(kept);
    expect(images.collect()).toBe(0);
  }
}

/** Lets everything go on that can: in the fake nothing takes longer than a few turns. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await undefined;
}
