import { beforeEach, describe, expect, it } from 'vitest';
import { FakeSys } from '../sys/fake.ts';
import { addImage } from './image.fixture.ts';
import { parseReference, shortId } from './reference.ts';
import { removeImage } from './remove.ts';
import type { Removed } from './remove.ts';
import { ImageStore } from './store.ts';

const DIGEST = `sha256:${'ab'.repeat(32)}`;
const CONTAINER = 'c'.repeat(64);
let sys: FakeSys;
let store: ImageStore;

const remove = (
  text: string,
  options: { force?: boolean; noPrune?: boolean; running?: boolean } = {},
): Removed[] => {
  const { running, ...rest } = options;
  const containers = running === undefined ? [] : [{ id: CONTAINER, running }];
  return removeImage(store, text, { ...rest, containersOf: () => containers });
};

beforeEach(() => {
  sys = new FakeSys();
  store = new ImageStore({ sys });
});

describe('removing an image', () => {
  it('by its last name removes it with its layers, top first', () => {
    const image = addImage(sys, store, [{ a: '1' }, { b: '2' }], ['x:1', `x@${DIGEST}`]);
    const [bottom, top] = image.layers.map((layer) => layer.chainId);
    expect(remove('x:1')).toEqual([
      { Untagged: 'x:1' },
      { Untagged: `x@${DIGEST}` },
      { Deleted: image.id },
      { Deleted: top },
      { Deleted: bottom },
    ]);
    expect(store.list()).toEqual([]);
  });

  it('by one of several names takes only that name', () => {
    addImage(sys, store, [{ a: '1' }], ['x:1', 'y:1']);
    expect(remove('x:1')).toEqual([{ Untagged: 'x:1' }]);
    expect(store.get('y:1').tags).toEqual(['y:1']);
  });

  it('by ID refuses while several repositories name it', () => {
    const image = addImage(sys, store, [], ['x:1', 'y:1']);
    const id = shortId(image.id);
    expect(() => remove(id)).toThrow(
      expect.objectContaining({
        status: 409,
        message: `conflict: unable to delete ${id} (must be forced) - image is referenced in multiple repositories`,
      }),
    );
    expect(remove(id, { force: true })).toHaveLength(3);
  });

  it('by name refuses while a container uses it', () => {
    const image = addImage(sys, store, [], ['x:1']);
    const message = `conflict: unable to remove repository reference "x:1" (must force) - container cccccccccccc is using its referenced image ${shortId(image.id)}`;
    expect(() => remove('x:1', { running: false })).toThrow(
      expect.objectContaining({ status: 409, message }),
    );
    expect(store.get('x:1').tags).toEqual(['x:1']);
  });

  it('by force only takes the name while a container runs', () => {
    const image = addImage(sys, store, [], ['x:1']);
    expect(() => remove(image.id, { force: true, running: true })).toThrow(
      `conflict: unable to delete ${shortId(image.id)} (cannot be forced) - image is being used by running container cccccccccccc`,
    );
    // Docker takes the name, reports the conflict about the image itself to nobody.
    expect(remove('x:1', { force: true, running: true })).toEqual([{ Untagged: 'x:1' }]);
    expect(store.get(image.id).tags).toEqual([]);
  });

  it('keeps what others are built upon, and prunes nameless parents', () => {
    const parent = addImage(sys, store, [{ a: '1' }], []);
    const child = addImage(
      sys,
      store,
      [{ a: '1' }, { b: '2' }],
      ['x:1'],
      {},
      { parent: parent.id },
    );
    expect(() => remove(parent.id)).toThrow('image has dependent child images');
    const removed = remove('x:1');
    expect(removed).toContainEqual({ Deleted: child.id });
    expect(removed).toContainEqual({ Deleted: parent.id });
    expect(store.layers.list()).toEqual([]);
  });

  it('stops at a parent that another image is built upon, and says nothing of it', () => {
    const parent = addImage(sys, store, [{ a: '1' }], []);
    const upon = (name: string): void => {
      addImage(sys, store, [{ a: '1' }, { [name]: '2' }], [name], {}, { parent: parent.id });
    };
    upon('x:1');
    upon('y:1');
    expect(remove('x:1')).not.toContainEqual({ Deleted: parent.id });
    expect(remove('y:1')).toContainEqual({ Deleted: parent.id });
  });

  it('by its last name takes only the name from what others are built upon', () => {
    const base = addImage(sys, store, [{ a: '1' }], ['base:1']);
    addImage(sys, store, [{ a: '1' }, { b: '2' }], ['x:1'], {}, { parent: base.id });
    expect(remove('base:1')).toEqual([{ Untagged: 'base:1' }]);
    expect(store.get(base.id).tags).toEqual([]);
  });

  it('keeps parents when asked to', () => {
    const parent = addImage(sys, store, [{ a: '1' }], []);
    addImage(sys, store, [{ a: '1' }, { b: '2' }], ['x:1'], {}, { parent: parent.id });
    remove('x:1', { noPrune: true });
    expect(store.list().map((image) => image.id)).toEqual([parent.id]);
  });

  it('by a name with a digest takes that name', () => {
    addImage(sys, store, [], ['x:1', `x@${DIGEST}`]);
    expect(remove(`x@${DIGEST}`)).toEqual([{ Untagged: `x@${DIGEST}` }]);
    expect(store.references(store.get('x:1').id)).toEqual([parseReference('x:1')]);
  });
});
