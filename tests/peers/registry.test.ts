/** The registry as clients of others see it: what they fetch is what the recipes made, byte for byte. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve } from '../../src/registry/node.ts';
import type { Serving } from '../../src/registry/node.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { directoryStorage } from '../../src/registry/storage/directory.ts';
import { findTool, run } from './tools.ts';

const IMAGES = fileURLToPath(new URL('../../public/images', import.meta.url));
const REPOSITORIES = [
  'library/busybox',
  'library/debian',
  'library/hello-world',
  'library/nginx',
  'library/python',
  'library/redis',
];

const skopeo = await findTool({ command: 'skopeo', debian: 'skopeo' });
const curl = await findTool({ command: 'curl', debian: 'curl' });
const crane = await findTool({ command: 'crane' });
const oras = await findTool({ command: 'oras' });

let serving: Serving;
let host: string;
let scratch: string;

beforeAll(async () => {
  serving = await serve(createRegistry({ storage: directoryStorage(IMAGES) }), { port: 0 });
  host = `127.0.0.1:${serving.port}`;
  scratch = await mkdtemp(join(tmpdir(), 'peers-registry-'));
});

afterAll(async () => {
  await serving.close();
  await rm(scratch, { recursive: true });
});

/** Digests of all files in a directory, by name. */
async function digests(directory: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const name of await readdir(directory)) {
    const content = await readFile(join(directory, name));
    found.set(name, createHash('sha256').update(content).digest('hex'));
  }
  return found;
}

interface Descriptor {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A document of the layout, which the recipes of this project wrote. */
async function document(path: string): Promise<{ manifests: Descriptor[]; layers: Descriptor[] }> {
  return JSON.parse(await readFile(join(IMAGES, path), 'utf8'));
}

const nameOf = (entry: Descriptor): string =>
  entry.annotations?.['org.opencontainers.image.ref.name'] ?? '';

/** Tags as the layout has them, sorted. */
async function tagsOf(repository: string): Promise<string[]> {
  const names = (await document('index.json')).manifests.map(nameOf);
  const own = names.filter((name) => name.startsWith(`${repository}:`));
  return own.map((name) => name.slice(repository.length + 1)).sort();
}

/** Digest of an image's first layer. */
async function layerOf(image: string): Promise<string> {
  const blob = (entry: Descriptor | undefined): string =>
    `blobs/${(entry?.digest ?? '').replace(':', '/')}`;
  const { manifests } = await document('index.json');
  const index = await document(blob(manifests.find((entry) => nameOf(entry) === image)));
  const manifest = await document(blob(index.manifests[0]));
  return manifest.layers[0]?.digest ?? '';
}

describe.skipIf(skopeo.missing)(skopeo.title, () => {
  const plain = ['--tls-verify=false'];
  const i386 = ['--override-os', 'linux', '--override-arch', '386'];

  it.each(REPOSITORIES)('inspects %s', async (name) => {
    const url = `docker://${host}/${name}`;
    const { status, stdout, stderr } = await run(skopeo, [...i386, 'inspect', ...plain, url]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const image: unknown = JSON.parse(stdout);
    expect(image).toMatchObject({ Architecture: '386', Os: 'linux' });
    expect(image).toHaveProperty('RepoTags', expect.arrayContaining(['latest']));
  });

  it.each(REPOSITORIES)('copies %s, every file as its digest says', async (name) => {
    const target = join(scratch, `dir-${name.replace('/', '-')}`);
    const copied = await run(skopeo, [
      ...['copy', '--insecure-policy', '--all', '--src-tls-verify=false'],
      ...[`docker://${host}/${name}`, `dir:${target}`],
    ]);
    expect(copied).toMatchObject({ status: 0 });
    const files = await digests(target);
    const blobs = [...files].filter(([file]) => /^[0-9a-f]{64}/.test(file));
    // A configuration, a manifest and a layer at the least.
    expect(blobs.length).toBeGreaterThanOrEqual(3);
    for (const [file, digest] of blobs) expect(file.slice(0, 64)).toBe(digest);
  });

  it('copies by digest and into an archive that Docker loads', async () => {
    const url = `docker://${host}/library/busybox`;
    const { stdout } = await run(skopeo, [
      ...[...i386, 'inspect', ...plain, '--format', '{{.Digest}}', url],
    ]);
    const archive = join(scratch, 'busybox.tar');
    const copied = await run(skopeo, [
      ...[...i386, 'copy', '--insecure-policy', '--src-tls-verify=false'],
      ...[`${url}@${stdout.trim()}`, `docker-archive:${archive}:busybox:latest`],
    ]);
    expect(copied).toMatchObject({ status: 0 });
    expect((await readFile(archive)).length).toBeGreaterThan(1_000_000);
  });

  it('lists tags', async () => {
    const { stdout } = await run(skopeo, [
      'list-tags',
      ...plain,
      `docker://${host}/library/busybox`,
    ]);
    expect(JSON.parse(stdout)).toHaveProperty('Tags', await tagsOf('library/busybox'));
  });

  it.each([
    ['library/nosuch', 'repository name not known to registry'],
    ['library/busybox:nope', 'manifest unknown'],
  ])('is told what is wrong with %s', async (name, sentence) => {
    const { status, stderr } = await run(skopeo, ['inspect', ...plain, `docker://${host}/${name}`]);
    expect(status).not.toBe(0);
    expect(stderr).toContain(sentence);
  });

  it('is told that nothing can be pushed', async () => {
    const { status, stderr } = await run(skopeo, [
      ...[
        ...i386,
        'copy',
        '--insecure-policy',
        '--src-tls-verify=false',
        '--dest-tls-verify=false',
      ],
      ...[`docker://${host}/library/busybox`, `docker://${host}/library/copy`],
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('this registry can be read only');
  });
});

describe.skipIf(curl.missing)(curl.title, () => {
  it('resumes a download that was cut off', async () => {
    const layer = await layerOf('library/busybox:latest');
    const url = `http://${host}/v2/library/busybox/blobs/${layer}`;
    const file = join(scratch, 'layer.tar');
    await run(curl, ['-sS', '--fail', '--range', '0-99999', '-o', file, url]);
    const resumed = await run(curl, ['-sS', '--fail', '--continue-at', '-', '-o', file, url]);
    expect(resumed).toMatchObject({ status: 0 });
    const hash = createHash('sha256').update(await readFile(file));
    expect(`sha256:${hash.digest('hex')}`).toBe(layer);
  });
});

describe.skipIf(crane.missing)(crane.title, () => {
  it('validates every image', async () => {
    for (const name of REPOSITORIES) {
      const remote = ['--insecure', '--platform', 'linux/386', '--remote', `${host}/${name}`];
      expect(await run(crane, ['validate', ...remote])).toMatchObject({ status: 0 });
    }
  });

  it('lists the catalogue and tags', async () => {
    const { stdout } = await run(crane, ['catalog', '--insecure', host]);
    expect(stdout.trim().split('\n')).toEqual(expect.arrayContaining(REPOSITORIES));
    const tags = await run(crane, ['ls', '--insecure', `${host}/library/busybox`]);
    expect(tags.stdout.split('\n')).toContain('latest');
  });
});

describe.skipIf(oras.missing)(oras.title, () => {
  it('copies an image into a layout', async () => {
    const target = `${join(scratch, 'oras')}:latest`;
    const source = `${host}/library/busybox:latest`;
    const copied = await run(oras, ['cp', '--from-plain-http', source, '--to-oci-layout', target]);
    expect(copied).toMatchObject({ status: 0 });
  });

  it('finds no referrers', async () => {
    const source = `${host}/library/busybox:latest`;
    const found = await run(oras, ['discover', '--plain-http', source]);
    expect(found).toMatchObject({ status: 0 });
  });
});
