/** Images on their way to others and back: pushed, saved and loaded, by users who have a name. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';
import { config, contentsOf, hex, json, layer, layout, oldArchive } from './saved.ts';
import type { Files } from './saved.ts';
import { ustar } from './tar.ts';

const ROOT = '/var/lib/docker';
let guest: Guest;

beforeAll(async () => {
  guest = await Guest.open();
  expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
});

afterAll(() => guest.close());

/** What is said on standard output, without what terminals draw over. */
async function docker(command: string): Promise<{ out: string; err: string; code: number }> {
  const { stdout, stderr, code } = await guest.sh(`docker ${command} | cat`);
  return { out: stdout, err: stderr, code };
}

async function load(archive: Uint8Array): Promise<string> {
  const response = await guest.machine.request('/images/load?quiet=1', {
    method: 'POST',
    body: archive,
  });
  const lines = (await response.text()).trim().split('\n');
  return lines
    .map((line): { stream?: string; error?: string; message?: string } => JSON.parse(line))
    .map(({ stream, error, message }) => stream ?? error ?? message ?? '')
    .join('');
}

async function saved(names: string): Promise<Uint8Array> {
  const response = await guest.machine.request(`/images/get?${names}`);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

/** Everything on disk that is not one of the image's. */
async function disk(): Promise<string> {
  const { stdout } = await guest.root(
    `cd ${ROOT}; find tmp image overlay2 -mindepth 1 -maxdepth 3 ! -name mountpoints | sort`,
  );
  return stdout;
}

describe('docker login and push', () => {
  const dockerfile =
    "printf 'FROM busybox\\nRUN echo one >/one; ln /one /two; ln -s one /three; rm /etc/group\\nCMD cat /one\\n'";

  it('is denied without a login, and with a name that is not the repository’s', async () => {
    await guest.sh(`${dockerfile} | docker build -q -t alice/app -`);
    const nobody = await docker('push alice/app');
    expect(nobody.out).toContain('The push refers to repository [docker.io/alice/app]\n');
    expect(nobody.err).toBe('denied: requested access to the resource is denied\n');
    const { stdout, stderr, code } = await guest.sh(
      'echo secret | docker login -u bob --password-stdin',
    );
    expect([stdout, code]).toEqual(['Login Succeeded\n', 0]);
    expect(stderr).toContain("stored unencrypted in '/home/learner/.docker/config.json'");
    expect((await docker('push alice/app')).err).toBe(
      'denied: requested access to the resource is denied\n',
    );
    expect(await docker('logout')).toMatchObject({
      out: 'Removing login credentials for https://index.docker.io/v1/\n',
    });
  });

  it('keeps the login as Docker does, and asks for the right password', async () => {
    await guest.sh('echo secret | docker login -u alice --password-stdin');
    const { stdout } = await guest.sh(
      'stat -c %a ~/.docker/config.json; cat ~/.docker/config.json',
    );
    const auth = Buffer.from('alice:secret').toString('base64');
    expect(stdout).toBe(
      `600\n{\n\t"auths": {\n\t\t"https://index.docker.io/v1/": {\n\t\t\t"auth": "${auth}"\n\t\t}\n\t}\n}`,
    );
    const wrong = await guest.sh('echo wrong | docker login -u alice --password-stdin');
    expect(wrong).toMatchObject({
      stderr:
        'Error response from daemon: Get "http://192.168.86.1/v2/": unauthorized: incorrect username or password\n',
      code: 1,
    });
    const again = await guest.sh('docker login');
    expect(again.stdout).toBe('Login Succeeded\n');
  });

  it('sends what the registry has not, mounts what it has elsewhere, and repeats nothing', async () => {
    const id = (await guest.sh('docker inspect -f {{.Id}} alice/app')).stdout;
    const first = await docker('push alice/app');
    expect(first.err).toBe('');
    expect(first.out).toMatch(
      /^Using default tag: latest\nThe push refers to repository \[docker.io\/alice\/app\]\n(\w{12}): Preparing\n(\w{12}): Preparing\n\1: Pushed\n\2: Mounted from library\/busybox\nlatest: digest: sha256:[0-9a-f]{64} size: \d+\n$/,
    );
    const digest = /sha256:[0-9a-f]{64}/.exec(first.out)?.[0] ?? '';
    expect((await docker('push -q alice/app')).out).toBe('docker.io/alice/app:latest\n');
    expect((await docker('push alice/app')).out.match(/Layer already exists/g)).toHaveLength(2);
    expect((await docker("inspect -f '{{.RepoDigests}}' alice/app")).out).toBe(
      `[alice/app@${digest}]\n`,
    );
    await guest.sh('docker rmi alice/app');
    expect((await docker('pull -q alice/app')).err).toBe('');
    expect((await guest.sh('docker inspect -f {{.Id}} alice/app')).stdout).toBe(id);
    expect((await docker('run --rm alice/app')).out).toBe('one\n');
  });

  it('pushes all tags, and says what is not there', async () => {
    await guest.sh('docker tag alice/app alice/app:2');
    expect((await docker('push -a alice/app')).out.match(/: digest: /g)).toHaveLength(2);
    expect((await docker('push alice/app:none')).err).toBe('tag does not exist: alice/app:none\n');
    expect((await docker('push alice/none')).err).toBe(
      'An image does not exist locally with the tag: alice/none\n',
    );
    expect((await docker('push -a alice/app:2')).err).toBe(
      "tag can't be used with --all-tags/-a\n",
    );
  });

  it('does not send on what was changed on disk', async () => {
    await guest.sh('docker tag alice/app alice/changed');
    const { stdout: top } = await guest.sh(
      "docker inspect -f '{{.GraphDriver.Data.UpperDir}}' alice/changed",
    );
    await guest.root(`cp -p ${top.trim()}/one /tmp/one; echo two >${top.trim()}/one`);
    const changed = await docker('save -o /tmp/changed.tar alice/changed');
    expect(changed.err).toContain('failed to save image');
    await guest.root(`cat /tmp/one >${top.trim()}/one; touch -r /tmp/one ${top.trim()}/one`);
    expect((await docker('save -o /tmp/changed.tar alice/changed')).err).toBe('');
    await guest.sh('docker rmi alice/changed; rm /tmp/changed.tar');
  });
});

describe('docker save and load', () => {
  it('gives what a digest names under its digest, and takes it back as it was', async () => {
    await guest.sh(
      'docker run --name c alice/app sh -c "echo n >/n; rm /one"; docker commit c alice/app:3',
    );
    await guest.sh('docker export c | gzip | docker import - alice/app:4; docker rm c');
    const archive = await saved('names=alice/app');
    const files = contentsOf(archive);
    for (const [name, content] of files) {
      if (/^blobs\/sha256\/\w/.test(name)) expect(name.slice(13)).toBe(hex(content));
    }
    const manifest: { RepoTags: string[] }[] = JSON.parse(
      new TextDecoder().decode(files.get('manifest.json')),
    );
    expect(manifest.flatMap(({ RepoTags }) => RepoTags).sort()).toEqual(
      ['2', '3', '4', 'latest'].map((tag) => `alice/app:${tag}`),
    );
    const ids = 'docker images --no-trunc -q alice/app | sort -u';
    const before = (await guest.sh(ids)).stdout;
    await guest.sh("docker rmi $(docker images --format '{{.Repository}}:{{.Tag}}' alice/app)");
    expect((await guest.sh(ids)).stdout).toBe('');
    const told = await load(archive);
    expect(told.match(/Loaded image: alice\/app:\w+\n/g)).toHaveLength(4);
    expect((await guest.sh(ids)).stdout).toBe(before);
    expect((await docker('run --rm alice/app:3 cat /n')).out).toBe('n\n');
    expect(hex(await saved('names=alice/app'))).toBe(hex(archive));
  });

  it('on the command line, through a pipe and through files', async () => {
    const piped = await guest.sh('docker save busybox | gzip | docker load');
    expect(piped).toMatchObject({ stdout: 'Loaded image: busybox:latest\n', stderr: '', code: 0 });
    const id = (await guest.sh('docker inspect -f {{.Id}} busybox')).stdout.trim();
    await guest.sh(`docker save -o /tmp/by-id.tar ${id.slice(7)}`);
    expect((await guest.sh('docker load -i /tmp/by-id.tar; rm /tmp/by-id.tar')).stdout).toBe(
      `Loaded image ID: ${id}\n`,
    );
    expect((await docker('save none')).err).toBe(
      'Error response from daemon: No such image: none:latest\n',
    );
    expect((await docker('save busybox:none')).err).toBe(
      'Error response from daemon: reference does not exist\n',
    );
    expect((await docker('save -o /none/x busybox')).err).toBe(
      'failed to save image: invalid output path: stat /none: no such file or directory\n',
    );
    expect((await docker('load -i /none')).err).toBe('open /none: no such file or directory\n');
  });

  it('loads what others write: older Dockers, and layouts with compressed layers', async () => {
    const layers = [layer('a', 'one'), layer('b', 'two')];
    const old: Record<string, Uint8Array | { link: string }> = oldArchive('old:1', [
      ...layers,
      layer('a', 'one'),
    ]);
    old[`${'2'.repeat(64)}/layer.tar`] = { link: `../${'0'.repeat(64)}/layer.tar` };
    expect(await load(ustar(old))).toBe('Loaded image: old:1\n');
    expect(await load(ustar(layout('oci:1', layers, (tar) => gzipSync(tar))))).toBe(
      'Loaded image: oci:1\n',
    );
    expect(await load(gzipSync(ustar(oldArchive('old:1', layers))))).toMatch(
      /^The image old:1 already exists, renaming the old one with ID sha256:\w{64} to empty string\nLoaded image: old:1\n$/,
    );
    const { stdout } = await guest.sh("docker inspect -f '{{json .RootFS.Layers}}' old:1 oci:1");
    const diffIds = JSON.stringify(layers.map((tar) => `sha256:${hex(tar)}`));
    expect(stdout).toBe(`${diffIds}\n${diffIds}\n`);
    await guest.sh('docker rmi old:1 oci:1; docker image prune -f');
  });
});

describe('docker load of what means harm', () => {
  const layers = [layer('a', 'one'), layer('b', 'two')];
  const good = oldArchive('bad:1', layers);
  const blob = (bytes: Uint8Array): string => `blobs/sha256/${hex(bytes)}`;
  const manifest = (images: unknown): Files => ({ ...good, 'manifest.json': json(images) });
  const many = Array.from({ length: 126 }, (_, at) => layer('a', String(at)));

  it.each<[string, Uint8Array, RegExp]>([
    [
      'no archive',
      new Uint8Array(4096).fill(65),
      /^Error processing tar file: archive\/tar: invalid tar header$/,
    ],
    ['nothing', new Uint8Array(0), /unexpected EOF/],
    ['an archive that is cut off', ustar(good).subarray(0, 1700), /unexpected EOF/],
    ['gzip that is cut off', gzipSync(ustar(good)).subarray(0, 300), /gzip: it is cut off/],
    ['zstd', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0, 0), /compressed with zstd/],
    [
      'no manifest',
      ustar({ a: layers[0] ?? new Uint8Array() }),
      /does not contain a manifest.json/,
    ],
    [
      'a name that leads out',
      ustar({ '../../etc/passwd': json({}) }),
      /"\.\.\/\.\.\/etc\/passwd" leads out of it/,
    ],
    ['an absolute name', ustar({ '/etc/passwd': json({}) }), /"\/etc\/passwd" leads out of it/],
    ['a link that leads out', ustar({ x: { link: '../../etc/passwd' } }), /leads out of it/],
    [
      'a link for a configuration',
      ustar({ ...manifest([{ Config: 'x', Layers: [] }]), x: { link: 'y' } }),
      /it has no x/,
    ],
    [
      'a blob that is not what it is called',
      ustar({ [blob(json({}))]: json([]) }),
      /has the digest "sha256:\w{64}"/,
    ],
    [
      'a layer that is not what it is called',
      ustar({ [blob(json({}))]: layers[0] ?? json({}) }),
      /has the digest "sha256:\w{64}"/,
    ],
    [
      'layers in another order',
      ustar(
        manifest([
          {
            Config: `${hex(config(layers))}.json`,
            RepoTags: ['bad:1'],
            Layers: [`${'1'.repeat(64)}/layer.tar`, `${'0'.repeat(64)}/layer.tar`],
          },
        ]),
      ),
      /^invalid diffID for layer 0: expected "sha256:\w{64}", got "sha256:\w{64}"$/,
    ],
    [
      'fewer layers',
      ustar(manifest([{ Config: `${hex(config(layers))}.json`, Layers: [] }])),
      /^invalid manifest, layers length mismatch: expected 2, got 0$/,
    ],
    [
      'a manifest that is none',
      ustar(manifest({ Config: 1 })),
      /manifest.json is not what Docker writes/,
    ],
    [
      'a name that is none',
      ustar(
        manifest([
          {
            Config: `${hex(config(layers))}.json`,
            RepoTags: ['Bad'],
            Layers: Object.keys(good).slice(0, 2),
          },
        ]),
      ),
      /must be lowercase/,
    ],
    [
      'a layer that leads out',
      ustar(oldArchive('bad:1', [layer('../a', 'x')])),
      /its name leads out of the layer/,
    ],
    [
      'a layer that writes through a link',
      ustar(oldArchive('bad:1', [ustar({ l: { link: '/etc' }, 'l/passwd': json({}) })])),
      /symbolic link/,
    ],
    [
      'a thousand layers',
      ustar({
        ...oldArchive('bad:1', many.slice(0, 1)),
        [`${hex(config(many))}.json`]: config(many),
        'manifest.json': json([
          { Config: `${hex(config(many))}.json`, Layers: many.map(() => 'x') },
        ]),
      }),
      /^max depth exceeded$/,
    ],
    ['a file that comes twice', concat(ustar(good), ustar(good)), /comes twice/],
    [
      'a document without end',
      ustar({ x: new Uint8Array(5_000_000).fill(65) }),
      /neither a layer's archive nor a document/,
    ],
    [
      'a bomb',
      gzipSync(ustar(oldArchive('bad:1', [ustar({ a: new Uint8Array(200_000_000) })]))),
      /larger than it may be|No space left|no space left/,
    ],
  ])('%s is refused, and nothing of it is left', async (_, archive, sentence) => {
    const before = await disk();
    expect(await load(archive)).toMatch(sentence);
    expect(await disk()).toBe(before);
  });

  it('ended in the middle by kill -9 of the daemon: the next one collects', async () => {
    const before = await disk();
    const archive = ustar(oldArchive('big:1', [ustar({ a: new Uint8Array(3_000_000).fill(1) })]));
    let more = (): void => undefined;
    const held = new Promise<void>((resolve) => (more = resolve));
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(archive.subarray(0, 1_000_000));
        await held;
        controller.close();
      },
    });
    const sending = guest.machine
      .request('/images/load', { method: 'POST', body })
      .then((response) => response.text())
      .catch(String);
    await expect.poll(async () => (await guest.root(`ls ${ROOT}/tmp`)).stdout).not.toBe('');
    await guest.root("kill -9 $(pgrep -f '^engine daemon')");
    more();
    await sending;
    await expect
      .poll(async () => (await guest.sh('docker images -q')).code, { timeout: 30_000 })
      .toBe(0);
    expect(await disk()).toBe(before);
    expect(await load(archive)).toBe('Loaded image: big:1\n');
  });
});

/** The first without its end, then the second. */
function concat(a: Uint8Array, b: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.concat([a.subarray(0, a.length - 1024), b]));
}
