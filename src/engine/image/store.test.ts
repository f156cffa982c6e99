import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSys } from '../sys/fake.ts';
import { history } from './history.ts';
import { addImage } from './image.fixture.ts';
import { parseReference } from './reference.ts';
import { ImageStore } from './store.ts';
import type { ImageEvent } from './store.ts';

const ROOT = '/var/lib/docker';
let sys: FakeSys;
let store: ImageStore;
let events: ImageEvent[];

const open = (): ImageStore => new ImageStore({ sys, onEvent: (event) => events.push(event) });
const names = (path: string): string[] =>
  sys
    .readdir(path)
    .map((entry) => entry.name)
    .sort();

beforeEach(() => {
  sys = new FakeSys();
  events = [];
  store = open();
});

describe('the image store', () => {
  it('finds an image by name, ID and the beginning of an ID', () => {
    const image = addImage(sys, store, [{ a: 'one' }], ['busybox:latest', 'busybox:1']);
    for (const text of [
      'busybox',
      'docker.io/library/busybox:1',
      image.id,
      image.id.slice(7),
      image.id.slice(7, 12),
      image.id.slice(0, 15),
    ]) {
      expect(store.get(text).id).toBe(image.id);
    }
    expect(image.tags).toEqual(['busybox:1', 'busybox:latest']);
    expect(image.size).toBe(3);
  });

  it.each([
    ['nosuch', 'No such image: nosuch:latest'],
    ['nosuch:1', 'No such image: nosuch:1'],
    ['ab'.repeat(32), `No such image: ${'ab'.repeat(32)}`],
  ])('says that there is no %s', (text, message) => {
    expect(() => store.get(text)).toThrow(expect.objectContaining({ status: 404, message }));
  });

  it('does not guess between two IDs', () => {
    const images = Array.from({ length: 17 }, (_, n) =>
      addImage(sys, store, [], [], { author: String(n) }),
    );
    const digits = images.map((image) => image.id[7] ?? '');
    const twice = digits.find((digit, index) => digits.indexOf(digit) !== index) ?? '';
    expect(() => store.get(twice)).toThrow('ambiguous reference');
  });

  it('is the same after a restart', () => {
    const image = addImage(sys, store, [{ a: '1' }, { b: '2' }], ['busybox:latest']);
    expect(open().list()).toEqual([image]);
  });

  it('lays layers out as overlayfs wants them, with short names', () => {
    const { layers } = addImage(sys, store, [{ a: '1' }, { b: '2' }], ['x:1']);
    const [bottom, top] = layers;
    expect(sys.readText(`${top?.directory}/lower`)).toBe(`l/${bottom?.link.split('/').at(-1)}`);
    expect(sys.stat(`${bottom?.directory}/lower`)).toBeNull();
    expect(sys.readText(`${bottom?.link}/a`)).toBe('1');
  });

  it('moves a tag from one image to another', () => {
    const one = addImage(sys, store, [{ a: '1' }], ['x:1']);
    const two = addImage(sys, store, [{ a: '2' }], ['x:1']);
    expect(store.get('x:1').id).toBe(two.id);
    expect(store.get(one.id).tags).toEqual([]);
    store.tag(one, parseReference('y'));
    expect(store.get('y:latest').id).toBe(one.id);
    expect(events.at(-1)).toEqual({ action: 'tag', id: one.id, name: 'y:latest' });
    const digest = parseReference(`y@sha256:${'ab'.repeat(32)}`);
    expect(() => store.tag(one, digest)).toThrow(
      'refusing to create a tag with a digest reference',
    );
  });

  it('keeps layers while an image or a container stands on them', () => {
    const one = addImage(sys, store, [{ a: '1' }], ['x:1']);
    const two = addImage(sys, store, [{ a: '1' }, { b: '2' }], ['x:2']);
    const chain = two.layers.map((layer) => layer.chainId);
    store.retain('container', chain);
    store.untag(two.id, [parseReference('x:2')]);
    expect(store.drop(two.id)).toEqual([]);
    store.release('container');
    expect(store.layers.list()).toEqual([one.layers[0]?.chainId]);
    expect(names(`${ROOT}/overlay2/l`)).toHaveLength(1);
    store.untag(one.id, [parseReference('x:1')]);
    expect(store.drop(one.id)).toEqual([one.layers[0]?.chainId]);
    expect(names(`${ROOT}/overlay2`)).toEqual(['l']);
    expect(names(`${ROOT}/image/blobs/sha256`)).toEqual([]);
    expect(names(`${ROOT}/tmp`)).toEqual([]);
  });

  it('collects what a killed daemon left, and nothing else', () => {
    const image = addImage(sys, store, [{ a: '1' }], ['x:1']);
    store.layers.begin(10).extractor.write(new Uint8Array(5));
    const orphan = store.layers.begin(10);
    orphan.commit(`sha256:${'cd'.repeat(32)}`, [], 0);
    sys.writeFile(`${ROOT}/image/blobs/sha256/${'ef'.repeat(32)}`, 'config of a pull that died');
    sys.mkdir(`${ROOT}/overlay2/${'12'.repeat(32)}/diff`, 0o755, true);
    const again = open();
    expect(names(`${ROOT}/tmp`)).toEqual([]);
    expect(again.collect()).toBe(2);
    expect(again.get('x:1')).toEqual(image);
    expect(names(`${ROOT}/overlay2`)).toEqual(
      ['12'.repeat(32), image.layers[0]?.chainId.slice(7), 'l'].sort(),
    );
  });

  it('mends a short name that was not written before the kill', () => {
    const image = addImage(sys, store, [{ a: '1' }], ['x:1']);
    const link = image.layers[0]?.link ?? '';
    sys.unlink(link);
    open().get('x:1');
    expect(sys.readText(`${link}/a`)).toBe('1');
  });

  it('forgets an image that is damaged on disk, and keeps the others', () => {
    const good = addImage(sys, store, [{ a: '1' }], ['good:1']);
    const bad = addImage(sys, store, [{ a: '1' }, { b: '2' }], ['bad:1']);
    sys.removeTree(bad.layers[1]?.directory ?? '');
    const again = open();
    expect(again.list()).toEqual([good]);
    expect(again.find('bad:1')).toBeNull();
    expect(sys.logged[0]).toContain(`image ${bad.id} is damaged and was forgotten: layer sha256:`);
    sys.writeFile(`${ROOT}/image/blobs/sha256/${good.id.slice(7)}`, '{');
    expect(open().list()).toEqual([]);
  });

  it('does not begin upon a document that it did not write', () => {
    for (const text of ['{', '[]', '{"Repositories":{}}']) {
      sys.writeFile(`${ROOT}/image/repositories.json`, text);
      expect(open).toThrow('repositories.json is not what this engine writes');
    }
  });

  it('makes no image when the disk is full', () => {
    sys.failNext('writeAtomic', 'ENOSPC', 'repositories.json');
    expect(() => addImage(sys, store, [{ a: '1' }], ['x:1'])).toThrow('no space left on device');
    expect(store.list()).toEqual([]);
    expect(store.find('x:1')).toBeNull();
    const again = open();
    again.collect();
    expect(again.list()).toEqual([]);
    expect(names(`${ROOT}/overlay2`)).toEqual(['l']);
  });

  it.each([
    ['{', 'it is not JSON'],
    ['[]', 'it is not a JSON object'],
    ['{"os":"linux"}', 'it has no "architecture"'],
    ['{"os":"linux","architecture":"386"}', 'it has no "rootfs" of type "layers"'],
    [
      '{"os":"linux","architecture":"386","rootfs":{"type":"layers","diff_ids":["../x"]}}',
      '"rootfs.diff_ids" is not a list of sha256 digests',
    ],
    [
      '{"os":"linux","architecture":"386","rootfs":{"type":"layers","diff_ids":[]},"config":{"Env":"x"}}',
      '"config.Env" has the wrong type',
    ],
  ])('refuses the configuration %s', (text, problem) => {
    expect(() => store.add(text)).toThrow(problem);
    expect(store.list()).toEqual([]);
  });

  it('tells how an image came to be, newest first, with sizes', () => {
    const image = addImage(sys, store, [{ a: 'one' }, { b: 'seven77' }], ['x:1'], {
      history: [
        { created: '2026-01-01T00:00:00.123456789Z', created_by: 'ADD a' },
        { created_by: 'ENV x=1', empty_layer: true },
        { created_by: 'ADD b', comment: 'c' },
      ],
    });
    const sizes = image.layers.map((layer) => layer.size);
    expect(history(image, sizes)).toEqual([
      { Id: image.id, Created: 0, CreatedBy: 'ADD b', Tags: ['x:1'], Size: 7, Comment: 'c' },
      { Id: '<missing>', Created: 0, CreatedBy: 'ENV x=1', Tags: null, Size: 0, Comment: '' },
      {
        Id: '<missing>',
        Created: 1767225600,
        CreatedBy: 'ADD a',
        Tags: null,
        Size: 3,
        Comment: '',
      },
    ]);
  });
});
