import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchedAssets } from './assets-browser.ts';
import { parseManifest } from './assets.ts';
import { parseOptions } from './cli.ts';
import { Machine } from './machine.ts';

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
    files['/machine/v86.wasm.gz'] = { body: gzipSync('code') };
    const seen: number[] = [];
    const bytes = await fetchedAssets(base).read('wasm', {
      onProgress: (loaded) => seen.push(loaded),
    });
    expect(new TextDecoder().decode(bytes)).toBe('code');
    expect(seen.at(-1)).toBeGreaterThan(0);
  });

  it('say which file was missing, and damaged', async () => {
    files['/machine/machine.json'] = { body: '{"state": 7}' };
    const assets = fetchedAssets(base);
    await expect(assets.read('initrd')).rejects.toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('initrd.gz') as string,
    });
    await expect(assets.manifest()).rejects.toMatchObject({ code: 'asset-damaged' });
    files['/machine/v86.wasm.gz'] = { body: gzipSync('code').subarray(0, 15) };
    await expect(assets.read('wasm')).rejects.toMatchObject({ code: 'asset-damaged' });
  });

  it('a snapshot that is too short is told from one that is damaged', async () => {
    files['/machine/machine.json'] = { body: JSON.stringify(manifest) };
    files['/machine/v86.wasm.gz'] = { body: 'not WebAssembly' };
    files[`/machine/${manifest.state}`] = { body: 'short' };
    await expect(Machine.create({ assets: fetchedAssets(base) })).rejects.toMatchObject({
      code: 'snapshot-truncated',
    });
    files[`/machine/${manifest.state}`] = { body: 'x'.repeat(1000) };
    await expect(Machine.create({ assets: fetchedAssets(base) })).rejects.toMatchObject({
      code: 'start-failed',
    });
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
