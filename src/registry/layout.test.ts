import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { INDEX_TYPE } from './documents.ts';
import { FixtureLayout } from './layout.fixture.ts';

let layout: FixtureLayout;
let ids: ReturnType<FixtureLayout['add']>;

beforeEach(() => {
  layout = new FixtureLayout();
  ids = layout.add('library/busybox', ['latest'], new Uint8Array(randomBytes(300_000)));
  layout.add('library/alpine', ['3'], new Uint8Array(10));
});

describe('a store that is broken', () => {
  const sentence = async (response: Response): Promise<string> => {
    expect(response.status).toBe(500);
    const body: { errors: { message: string }[] } = await response.json();
    return body.errors[0]?.message ?? '';
  };

  it('without an index', async () => {
    layout.files.delete('index.json');
    expect(await sentence(await layout.ask('/v2/_catalog'))).toContain('has no index.json');
  });

  it('with an index that is something else', async () => {
    layout.files.set('index.json', new TextEncoder().encode('{"manifests":3}'));
    expect(await sentence(await layout.ask('/v2/_catalog'))).toContain('the image store failed');
  });

  it('without a blob that it promises', async () => {
    layout.files.delete(`blobs/sha256/${ids.layer.slice(7)}.gz`);
    const message = await sentence(await layout.ask(`/v2/library/busybox/blobs/${ids.layer}`));
    expect(message).toContain(`the image store promises ${ids.layer}`);
  });

  it('with a compressed layer that is cut off: the body ends in an error', async () => {
    const path = `blobs/sha256/${ids.layer.slice(7)}.gz`;
    layout.files.set(path, layout.files.get(path)?.subarray(0, 1000) ?? new Uint8Array());
    const response = await layout.ask(`/v2/library/busybox/blobs/${ids.layer}`);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  it('names that are no names are not served', async () => {
    const index = { mediaType: INDEX_TYPE, digest: ids.index, size: 1 };
    layout.name(index, 'no-tag');
    layout.name(index, 'Bad:1');
    layout.name(index, '');
    expect((await (await layout.ask('/v2/_catalog')).json()).repositories).toHaveLength(2);
  });
});
