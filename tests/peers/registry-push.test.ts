/** The registry's write side as clients of others use it, and what it keeps when it is killed. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry, memoryStore } from '../../src/registry/index.ts';
import { serve } from '../../src/registry/node.ts';
import type { Serving } from '../../src/registry/node.ts';
import { directoryStorage } from '../../src/registry/storage/directory.ts';
import { Process } from './docker/process.ts';
import { findTool, run } from './tools.ts';
import type { Outcome } from './tools.ts';

const IMAGES = fileURLToPath(new URL('../../public/images', import.meta.url));
const CLI = fileURLToPath(new URL('../../src/registry/cli.ts', import.meta.url));

const skopeo = await findTool({ command: 'skopeo', debian: 'skopeo' });
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'peers-push-'));
});

afterAll(() => rm(scratch, { recursive: true }));

describe.skipIf(skopeo.missing)(skopeo.title, () => {
  let serving: Serving;
  let host: string;
  const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
  const copy = (...args: string[]): Promise<Outcome> =>
    run(skopeo, ['copy', '--override-arch', '386', ...plain, ...args]);

  const start = async (access: 'everybody' | 'users'): Promise<void> => {
    const registry = createRegistry({
      storage: directoryStorage(IMAGES),
      store: memoryStore(),
      access,
    });
    serving = await serve(registry, { port: 0 });
    host = `docker://127.0.0.1:${serving.port}`;
  };

  afterEach(() => serving.close());

  it('copies an image into another repository and out again, unchanged', async () => {
    await start('everybody');
    const source = `${host}/library/busybox:latest`;
    const pushed = `${host}/team/tools/busybox:mine`;
    expect(await copy('--all', '--preserve-digests', source, pushed)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const raw = (name: string): Promise<Outcome> =>
      run(skopeo, ['inspect', '--raw', '--tls-verify=false', name]);
    expect((await raw(pushed)).stdout).toBe((await raw(source)).stdout);
    expect(await copy('--all', pushed, `oci:${join(scratch, 'out')}:x`)).toMatchObject({
      status: 0,
    });
  });

  it('pushes compressed layers, in both kinds of manifest', async () => {
    await start('everybody');
    for (const format of ['oci', 'v2s2']) {
      const name = `${host}/packed/${format}:1`;
      const args = ['--format', format, '--dest-compress', '--dest-compress-format', 'gzip'];
      expect(await copy(...args, `${host}/library/hello-world:latest`, name)).toMatchObject({
        status: 0,
      });
      const inspected = await run(skopeo, [
        'inspect',
        '--override-arch',
        '386',
        '--tls-verify=false',
        name,
      ]);
      expect(inspected.status).toBe(0);
    }
  });

  it('lists and deletes', async () => {
    await start('everybody');
    const name = `${host}/gone/app:1`;
    await copy(`${host}/library/hello-world:latest`, name);
    expect(await run(skopeo, ['delete', '--tls-verify=false', name])).toMatchObject({
      status: 0,
      stderr: '',
    });
    const after = await run(skopeo, [
      'inspect',
      '--override-arch',
      '386',
      '--tls-verify=false',
      name,
    ]);
    expect(after.status).not.toBe(0);
    expect(after.stderr).toContain('manifest unknown');
  });

  it('logs in, pushes below its name, and is denied elsewhere', async () => {
    await start('users');
    const source = `${host}/library/hello-world:latest`;
    const mine = await copy('--dest-creds', 'alice:secret', source, `${host}/alice/hello:1`);
    expect(mine).toMatchObject({ status: 0, stderr: '' });
    const others = await copy('--dest-creds', 'alice:secret', source, `${host}/bob/hello:1`);
    expect(others.status).not.toBe(0);
    expect(others.stderr).toContain('denied');
    const nobody = await copy(source, `${host}/alice/hello:2`);
    expect(nobody.status).not.toBe(0);
    const anybody = await run(skopeo, [
      'inspect',
      '--override-arch',
      '386',
      '--tls-verify=false',
      `${host}/alice/hello:1`,
    ]);
    expect(anybody.status).toBe(0);
  });
});

const PUSHES = 100;
const sha256 = (bytes: Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

describe('a registry in a directory that is killed in the middle of pushes', () => {
  let store: string;

  beforeEach(async () => {
    store = await mkdtemp(join(scratch, 'store-'));
  });

  async function open(): Promise<{ process: Process; base: string }> {
    const process_ = new Process([
      process.execPath,
      '--import',
      'tsx',
      CLI,
      '--port',
      '0',
      '--store',
      store,
    ]);
    await process_.until('registry ready on ');
    await process_.until('\n');
    const base = /registry ready on (\S+)/.exec(process_.stdout)?.[1] ?? '';
    return { process: process_, base };
  }

  /** What a push was told; `answered` for each digest that the registry said it has. */
  async function push(base: string, name: string, answered: Set<string>): Promise<void> {
    const layer = new Uint8Array(randomBytes(300_000));
    const config = new TextEncoder().encode(JSON.stringify({ name }));
    const content: object[] = [];
    for (const bytes of [config, layer]) {
      const digest = sha256(bytes);
      const begun = await fetch(`${base}/v2/${name}/blobs/uploads/`, { method: 'POST' });
      const place = new URL(begun.headers.get('location') ?? '', base).href;
      const half = bytes.byteLength >> 1;
      await fetch(place, { method: 'PATCH', body: bytes.subarray(0, half) });
      const done = await fetch(`${place}?digest=${digest}`, {
        method: 'PUT',
        body: bytes.subarray(half),
      });
      if (done.status !== 201) throw new Error(`${name}: ${done.status} ${await done.text()}`);
      answered.add(`${name}/blobs/${digest}`);
      content.push({ mediaType: 'application/octet-stream', digest, size: bytes.byteLength });
    }
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = new TextEncoder().encode(
      JSON.stringify({ schemaVersion: 2, mediaType, config: content[0], layers: [content[1]] }),
    );
    const put = await fetch(`${base}/v2/${name}/manifests/1`, {
      method: 'PUT',
      body: manifest,
      headers: { 'Content-Type': mediaType },
    });
    if (put.status !== 201) throw new Error(`${name}: ${put.status} ${await put.text()}`);
    answered.add(`${name}/manifests/${sha256(manifest)}`);
    answered.add(`${name}/manifests/1`);
  }

  it.each([5, 60, 150])(
    'has everything that it answered for, and nothing by halves (killed after %i answers)',
    async (enough) => {
      const first = await open();
      const answered = new Set<string>();
      let kill = (): void => undefined;
      const due = new Promise<void>((resolve) => {
        kill = resolve;
      });
      const counting: Set<string> = Object.assign(answered, {
        add(key: string): Set<string> {
          Set.prototype.add.call(answered, key);
          if (answered.size >= enough) kill();
          return answered;
        },
      });
      const pushes = Promise.allSettled(
        Array.from({ length: PUSHES }, (_, n) => push(first.base, `team/app${n}`, counting)),
      );
      await due;
      first.process.signal('SIGKILL');
      const outcomes = await pushes;
      expect(outcomes.some(({ status }) => status === 'rejected')).toBe(true);
      await first.process.ended;

      const second = await open();
      for (const path of answered) {
        const response = await fetch(`${second.base}/v2/${path}`);
        expect([path, response.status]).toEqual([path, 200]);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const digest = response.headers.get('docker-content-digest');
        expect(sha256(bytes)).toBe(digest);
      }
      const repositories: { repositories: string[] } = await (
        await fetch(`${second.base}/v2/_catalog`)
      ).json();
      for (const name of repositories.repositories) {
        const list = await fetch(`${second.base}/v2/${name}/tags/list`);
        const { tags }: { tags: string[] } = await list.json();
        for (const tag of tags) await expectWhole(second.base, name, tag);
      }
      // What was cut off can be pushed again.
      await push(second.base, 'team/app0', answered);
      second.process.signal('SIGTERM');
      expect((await second.process.ended).status).toBe(0);
    },
  );

  async function expectWhole(base: string, name: string, tag: string): Promise<void> {
    const response = await fetch(`${base}/v2/${name}/manifests/${tag}`);
    expect(response.status).toBe(200);
    const manifest: { config: { digest: string }; layers: { digest: string }[] } =
      await response.json();
    for (const { digest } of [manifest.config, ...manifest.layers]) {
      const blob = await fetch(`${base}/v2/${name}/blobs/${digest}`);
      expect(sha256(new Uint8Array(await blob.arrayBuffer()))).toBe(digest);
    }
  }
});
