import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { directoryStorage } from './directory.ts';
import { httpStorage } from './http.ts';
import { readText } from './storage.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registry-'));
  await writeFile(join(directory, 'index.json'), 'index');
});

afterEach(() => rm(directory, { recursive: true }));

describe('the directory store', () => {
  it('reads files, of any size', async () => {
    const content = 'x'.repeat(1_000_000);
    await writeFile(join(directory, 'big'), content);
    const file = await directoryStorage(directory).read('big');
    expect(file?.size).toBe(1_000_000);
    expect(await new Response(file?.stream).text()).toBe(content);
  });

  it('does not leave the directory', async () => {
    const storage = directoryStorage(join(directory, 'sub'));
    expect(await storage.read('../index.json')).toBeNull();
    expect(await storage.read('/etc/passwd')).toBeNull();
    expect(await storage.read('nosuch')).toBeNull();
  });

  it('closes the file when the reader leaves', async () => {
    const file = await directoryStorage(directory).read('index.json');
    await file?.stream.cancel();
  });
});

describe('the HTTP store', () => {
  const answers = (reply: () => Response): { fetcher: typeof fetch; asked: string[] } => {
    const asked: string[] = [];
    const fetcher: typeof fetch = async (input) => {
      asked.push(String(input));
      return reply();
    };
    return { fetcher, asked };
  };

  it('asks below its base, and for the index once', async () => {
    const { fetcher, asked } = answers(() => new Response('content'));
    const storage = httpStorage('http://host/base/images', fetcher);
    expect(await readText(storage, 'index.json')).toBe('content');
    expect(await readText(storage, 'index.json')).toBe('content');
    expect(await readText(storage, 'blobs/sha256/x')).toBe('content');
    expect(asked).toEqual([
      'http://host/base/images/index.json',
      'http://host/base/images/blobs/sha256/x',
    ]);
  });

  it.each([
    ['a 404', () => new Response('', { status: 404 })],
    [
      'the page that a development server sends instead',
      () => new Response('<html>', { headers: { 'Content-Type': 'text/html;charset=utf-8' } }),
    ],
  ])('takes %s for nothing', async (_, reply) => {
    const { fetcher } = answers(reply);
    expect(await httpStorage('http://host/', fetcher).read('x')).toBeNull();
  });

  it('names what failed, and asks again afterwards', async () => {
    let status = 503;
    const { fetcher } = answers(() => new Response('x', { status }));
    const storage = httpStorage('http://host/', fetcher);
    await expect(storage.read('index.json')).rejects.toThrow('GET http://host/index.json: 503');
    status = 200;
    expect(await readText(storage, 'index.json')).toBe('x');
  });

  it('does not believe the length of what was encoded', async () => {
    const headers = { 'Content-Length': '5', 'Content-Encoding': 'gzip' };
    const { fetcher } = answers(() => new Response('decoded', { headers }));
    expect((await httpStorage('http://host/', fetcher).read('x'))?.size).toBeNull();
  });
});
