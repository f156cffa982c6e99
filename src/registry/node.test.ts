import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FixtureLayout } from './layout.fixture.ts';
import { serve } from './node.ts';
import type { Serving } from './node.ts';
import { createRegistry } from './registry.ts';
import { seed } from './seed.ts';
import { directoryStorage } from './storage/directory.ts';
import { memoryStorage } from './storage/memory.ts';

const LAYER = new Uint8Array(2_000_000).map((_, index) => index % 251);

let layout: FixtureLayout;
let ids: ReturnType<FixtureLayout['add']>;
let serving: Serving;

beforeEach(async () => {
  layout = new FixtureLayout();
  ids = layout.add('team/app', ['1'], LAYER);
  serving = await serve(createRegistry({ storage: memoryStorage(layout.files) }), { port: 0 });
});

afterEach(() => serving.close());

const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(serving.port, '127.0.0.1', () => socket.end(text));
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });

describe('the registry on a port', () => {
  it('sends a layer whole', async () => {
    const response = await fetch(`http://127.0.0.1:${serving.port}/v2/team/app/blobs/${ids.layer}`);
    const body = new Uint8Array(await response.arrayBuffer());
    const digest = createHash('sha256').update(body).digest('hex');
    expect(`sha256:${digest}`).toBe(ids.layer);
  });

  it('survives clients that leave in the middle', async () => {
    const url = `http://127.0.0.1:${serving.port}/v2/team/app/blobs/${ids.layer}`;
    for (let count = 0; count < 5; count++) {
      const controller = new AbortController();
      const response = await fetch(url, { signal: controller.signal });
      await response.body?.getReader().read();
      controller.abort();
    }
    expect((await fetch(`http://127.0.0.1:${serving.port}/v2/`)).status).toBe(200);
  });

  it.each([
    ['GET //evil/v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '404'],
    ['GET http://[/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '40'],
    ['HEAD /v2/team/app/manifests/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '200'],
    ['nonsense\r\n\r\n', '400'],
  ])('answers %j with %s', async (request, status) => {
    expect(await raw(request)).toMatch(new RegExp(`^HTTP/1.1 ${status}`));
  });

  it('says why it cannot listen', async () => {
    const registry = createRegistry({ storage: memoryStorage(layout.files) });
    await expect(serve(registry, { port: serving.port })).rejects.toThrow('EADDRINUSE');
  });
});

describe('seeding', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'registry-seed-'));
    await mkdir(join(directory, 'from/blobs/sha256'), { recursive: true });
    for (const [path, content] of layout.files)
      await writeFile(join(directory, 'from', path), content);
  });

  afterEach(() => rm(directory, { recursive: true }));

  it('copies images once, and keeps what is there', async () => {
    const [from, to] = [join(directory, 'from'), join(directory, 'to')];
    expect(await seed(from, to)).toBe(1);
    expect(await seed(from, to)).toBe(0);
    const registry = createRegistry({ storage: directoryStorage(to) });
    const response = await registry.fetch(new Request(`http://x/v2/team/app/blobs/${ids.layer}`));
    expect((await response.arrayBuffer()).byteLength).toBe(LAYER.length);
  });

  it('says what is missing', async () => {
    await expect(seed(join(directory, 'nosuch'), directory)).rejects.toThrow('holds no images');
  });
});
