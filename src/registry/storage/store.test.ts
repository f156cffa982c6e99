import 'fake-indexeddb/auto';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryStore } from './directory.ts';
import { indexedDbStore } from './indexed-db.ts';
import { memoryStore } from './memory.ts';
import { readText } from './storage.ts';
import { removeAll, writeJson } from './store.ts';
import type { Store } from './store.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'store-'));
});

afterEach(() => rm(directory, { recursive: true }));

const broken = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(new Uint8Array(10));
    },
    pull(controller) {
      controller.error(new Error('broken off'));
    },
  });

describe.each<[string, () => Promise<Store>]>([
  ['in memory', () => Promise.resolve(memoryStore())],
  ['in a directory', () => directoryStore(directory)],
  ['in the browser', () => indexedDbStore(randomUUID())],
])('the store %s', (_, open) => {
  it('keeps what is written, and replaces it', async () => {
    const store = await open();
    await writeJson(store, 'a/b', 1);
    await writeJson(store, 'a/b', 22);
    const file = await store.read('a/b');
    expect(file?.size).toBe(2);
    expect(await new Response(file?.stream).text()).toBe('22');
  });

  it('has nothing where nothing was written', async () => {
    const store = await open();
    expect(await store.read('a')).toBeNull();
    expect(await store.list('a/')).toEqual([]);
    await store.remove('a');
  });

  it('keeps the old content when the new one breaks off', async () => {
    const store = await open();
    await writeJson(store, 'a/b', 'old');
    await expect(store.write('a/b', broken())).rejects.toThrow('broken off');
    await expect(store.write('a/c', broken())).rejects.toThrow('broken off');
    expect(await readText(store, 'a/b')).toBe('"old"');
    expect(await store.list('a/')).toEqual(['a/b']);
  });

  it('lists what lies below, and lets it go', async () => {
    const store = await open();
    for (const path of ['a/b', 'a/c/d', 'ab', 'b/a']) await writeJson(store, path, 0);
    expect((await store.list('a/')).sort()).toEqual(['a/b', 'a/c/d']);
    await removeAll(store, 'a/');
    expect(await store.list('a/')).toEqual([]);
    expect(await readText(store, 'ab')).toBe('0');
  });
});

it('a directory forgets the drafts of a process that was killed', async () => {
  await directoryStore(directory);
  await writeFile(join(directory, 'drafts', 'left'), 'half');
  await directoryStore(directory);
  expect(await readdir(join(directory, 'drafts'))).toEqual([]);
});

it('a directory is not left', async () => {
  const store = await directoryStore(directory);
  await expect(writeJson(store, '../out', 0)).rejects.toThrow('not a path inside');
});

it('two tabs see the same', async () => {
  const [one, other] = [await indexedDbStore('shared'), await indexedDbStore('shared')];
  await writeJson(one, 'a', 'hello');
  expect(await readText(other, 'a')).toBe('"hello"');
});
