import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchedAssets } from './assets-browser.ts';
import { parseOptions } from './cli.ts';
import { Machine } from './machine.ts';
import { parseManifest } from './manifest.ts';

const wasm = createRequire(import.meta.url).resolve('v86/build/v86.wasm');

const manifest = {
  state: '0123456789abcdef.state.zst',
  bytes: 1000,
  sha256: 'b'.repeat(64),
  hash: 'a'.repeat(64),
  memory: 128,
  level: 19,
  shown: ['', '', '', ''],
};
const files: Record<string, { status?: number; body: Uint8Array | string }> = {};

describe('assets from a server', () => {
  const server = createServer((request, response) => {
    const file = files[request.url ?? ''];
    response.writeHead(file ? (file.status ?? 200) : 404).end(file?.body);
  });
  let base = '';
  beforeAll(async () => {
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/machine/`;
  });
  afterAll(() => void server.close());

  it('are unpacked when they are gzip, and reported as they come', async () => {
    files['/machine/initrd.gz'] = { body: gzipSync('files') };
    const seen: number[] = [];
    const bytes = await fetchedAssets(base).read('initrd', {
      onProgress: (loaded) => seen.push(loaded),
    });
    expect(new TextDecoder().decode(bytes)).toBe('files');
    expect(seen.at(-1)).toBeGreaterThan(0);
  });

  it('say which file was missing, and damaged', async () => {
    files['/machine/machine.json'] = { body: '{"state": 7}' };
    const assets = fetchedAssets(base);
    await expect(assets.read('kernel')).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('bzImage') as string,
    });
    await expect(assets.manifest()).rejects.toMatchObject({ code: 'asset-damaged' });
    files['/machine/v86.wasm.gz'] = { body: gzipSync('code').subarray(0, 15) };
    await expect(assets.code()).rejects.toMatchObject({ code: 'asset-damaged' });
    files['/machine/v86.wasm.gz'] = { body: 'not WebAssembly' };
    await expect(assets.code()).rejects.toMatchObject({ code: 'start-failed' });
  });

  it('a snapshot that is too short is told from one that is damaged', async () => {
    files['/machine/machine.json'] = { body: JSON.stringify(manifest) };
    files['/machine/v86.wasm.gz'] = { body: await readFile(wasm) };
    const start = (body: string): Promise<Machine> => {
      files[`/machine/${manifest.state}`] = { body };
      return Machine.create({ assets: fetchedAssets(base) });
    };
    await expect(start('short')).rejects.toMatchObject({ code: 'snapshot-truncated' });
    await expect(start('x'.repeat(1000))).rejects.toMatchObject({ code: 'snapshot-rejected' });
  });
});

it('machine.json names exactly one state', () => {
  expect(parseManifest(JSON.stringify(manifest), 'here')).toEqual(manifest);
  for (const wrong of [{ state: '../x.state.zst' }, { bytes: 0 }, { memory: 4 }, { more: 1 }]) {
    expect(() => parseManifest(JSON.stringify({ ...manifest, ...wrong }), 'here')).toThrow('here');
  }
});

it('the command line is checked', () => {
  expect(parseOptions(['--api', '0', '--cold'])).toMatchObject({ api: 0, cold: true, memory: 128 });
  expect(parseOptions(['--help'])).toBe('help');
  expect(() => parseOptions(['--api', '70000'])).toThrow('--api takes a number');
  expect(() => parseOptions(['--nope'])).toThrow('nope');
});
