/** Pulling in the real guest: from the bundled registry, and from one beside it that lies or says nothing. */
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/machine/index.ts';
import { FixtureLayout } from '../../src/registry/layout.fixture.ts';
import { createRegistry, memoryStorage } from '../../src/registry/index.ts';
import { ustar } from './tar.ts';
import { Guest } from './machine.ts';

/** What the guest calls the registry of these tests. */
const HOST = '192.168.86.1:5000';
const ROOT = '/var/lib/docker';

type Answer = (request: Request) => Response | Promise<Response>;

let guest: Guest;
const layout = new FixtureLayout();
const layer = ustar({ 'bin/app': randomBytes(3_000_000), 'etc/name': Buffer.from('app\n') });
const ids = layout.add('team/app', ['1'], layer);
const registry = createRegistry({ storage: memoryStorage(layout.files) });
/** Answers in place of the registry's, by the end of the path. */
const lies = new Map<string, Answer>();
let asked: string[] = [];

beforeAll(async () => {
  guest = await Guest.open();
  guest.machine.network.serve(5000, (connection) => {
    void serveHttp(connection, `http://${HOST}`, (request) => {
      const { pathname } = new URL(request.url);
      asked.push(pathname);
      const lie = [...lies].find(([end]) => pathname.endsWith(end))?.[1];
      return lie === undefined ? registry.fetch(request) : lie(request);
    });
  });
});

afterAll(() => guest.close());

afterEach(async () => {
  lies.clear();
  asked = [];
  await guest.sh('docker rmi $(docker images -q) >/dev/null 2>&1');
  await expectNothingLeft();
});

/** Nothing on disk that no image needs: the engine has no image now, and one layer of its own. */
async function expectNothingLeft(): Promise<void> {
  const { stdout } = await guest.root(
    `cd ${ROOT}; find tmp image/blobs/sha256 overlay2 -mindepth 1 ! -path '*/mountpoints*' | head`,
  );
  expect(stdout).toBe('overlay2/l\n');
}

const pull = (name = `${HOST}/team/app:1`): ReturnType<Guest['sh']> =>
  guest.sh(`docker pull ${name}`);

/** Changes one byte far inside. */
function corrupt(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const changed = new Uint8Array(bytes);
  const at = Math.floor(bytes.length / 2);
  changed[at] = (bytes[at] ?? 0) ^ 1;
  return changed;
}

describe('docker pull', () => {
  it('brings an image from the bundled registry, whole', async () => {
    const { stdout, code } = await pull('busybox');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^Using default tag: latest\nlatest: Pulling from library\/busybox\n[^]*Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for busybox:latest\ndocker.io\/library\/busybox:latest\n$/,
    );
    const again = await pull('busybox');
    expect(again.stdout).toContain('Status: Image is up to date for busybox:latest');
    const listed = await guest.sh('docker images --format "{{.Repository}}:{{.Tag}}"');
    expect(listed.stdout).toBe('busybox:latest\n');
  });

  it('brings an image from another registry, byte for byte', async () => {
    expect((await pull()).code).toBe(0);
    const link = `${ROOT}/overlay2/${ids.layer.slice(7)}/diff`;
    const { stdout } = await guest.root(`cat ${link}/etc/name; tar -cf - -C ${link} bin | wc -c`);
    expect(stdout).toMatch(/^app\n\d{7}\n$/);
    expect(asked).toHaveLength(4);
  });

  it('makes a layer once for two pulls at a time', async () => {
    const { stdout, code } = await guest.sh(
      `docker pull -q ${HOST}/team/app:1 & docker pull -q ${HOST}/team/app@${ids.index} & wait`,
    );
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    expect(asked.filter((path) => path.endsWith(ids.layer))).toHaveLength(1);
  });
});

describe('docker pull of what is not there', () => {
  it.each([
    [
      'nosuch',
      "pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
    ],
    ['busybox:nope', 'manifest for busybox:nope not found: manifest unknown: manifest unknown'],
    [
      `${HOST}/team/nosuch`,
      `repository ${HOST}/team/nosuch not found: name unknown: repository name not known to registry`,
    ],
    ['nowhere.example/app', 'dial tcp: lookup nowhere.example: no such host'],
    ['192.168.86.1:4/app', 'dial tcp 192.168.86.1:4: connect: connection refused'],
  ])('%s', async (name, sentence) => {
    const { stderr, code } = await pull(name);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it.each([
    ['Foo', 'invalid reference format: repository name (library/Foo) must be lowercase'],
    ['a..b', 'invalid reference format'],
  ])('%s, which is no name', async (name, sentence) => {
    const { stderr, code } = await pull(name);
    expect(code).not.toBe(0);
    expect(stderr).toContain(sentence);
  });
});

describe('docker pull from a registry that lies', () => {
  it('about a layer: both digests are named', async () => {
    const body = corrupt(layer);
    lies.set(ids.layer, () => new Response(body));
    const { stdout, stderr, code } = await pull();
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(
      new RegExp(
        `layer verification failed: digest "${ids.layer}" expected, "sha256:[0-9a-f]{64}" received`,
      ),
    );
  });

  it('about the configuration and the manifest: both digests are named', async () => {
    for (const [digest, what] of [
      [ids.config, 'config'],
      [ids.manifest, 'manifest'],
    ] as const) {
      const text = layout.files.get(`blobs/sha256/${digest.slice(7)}`) ?? new Uint8Array();
      const type = 'application/vnd.oci.image.manifest.v1+json';
      lies.set(digest, () => new Response(corrupt(text), { headers: { 'Content-Type': type } }));
      const { stdout, stderr } = await pull();
      expect(stdout + stderr).toContain(
        `${what} verification failed: digest "${digest}" expected,`,
      );
      lies.clear();
    }
  });

  it.each([
    ['ends early', layer.slice(0, 100_000), /size \d+ expected, 100000 received/],
    ['does not end', new Uint8Array(layer.length + 4096), /size \d+ expected, \d+ received/],
    ['is no archive', new Uint8Array(layer.length).fill(65), /failed to register layer: /],
  ])('with a layer that %s', async (_, body, sentence) => {
    lies.set(ids.layer, () => new Response(body));
    const { stdout, stderr, code } = await pull();
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(sentence);
  });

  it.each([
    ['what is not JSON', 'x', 'it is not JSON'],
    ['an old manifest', '{"schemaVersion":1}', 'is not supported'],
  ])('with %s for a manifest', async (_, body, sentence) => {
    lies.set('/manifests/1', () => new Response(body));
    const { stderr, code } = await pull();
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});

describe('docker pull over a network that breaks', () => {
  it('goes on by Range where the layer was broken off', async () => {
    const ranges: (string | null)[] = [];
    lies.set(ids.layer, (request) => {
      ranges.push(request.headers.get('range'));
      if (ranges.length > 1) return registry.fetch(request);
      let sent = false;
      const stream = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (sent) controller.error(new Error('the network is gone'));
          else controller.enqueue(layer.slice(0, 1_000_000));
          sent = true;
        },
      });
      return new Response(stream, { headers: { 'Content-Length': String(layer.length) } });
    });
    const { stdout, code } = await pull();
    expect(code).toBe(0);
    expect(stdout).toContain(`${ids.layer.slice(7, 19)}: Retrying in 5 seconds`);
    expect(stdout).toContain(`${ids.layer.slice(7, 19)}: Pull complete`);
    const from = Number(/^bytes=(\d+)-$/.exec(ranges[1] ?? '')?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThanOrEqual(1_000_000);
    expect(ranges).toHaveLength(2);
  });
});

describe('docker pull that is ended', () => {
  /** A layer of which some comes and then nothing; `left` resolves when the guest hangs up. */
  function halting(): { begun: Promise<void>; left: Promise<void> } {
    let begin: () => void;
    let leave: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const left = new Promise<void>((resolve) => (leave = resolve));
    lies.set(ids.layer, () => {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(layer.slice(0, 500_000));
          begin();
        },
        cancel: () => leave(),
      });
      return new Response(stream, { headers: { 'Content-Length': String(layer.length) } });
    });
    return { begun, left };
  }

  const started = `docker pull ${HOST}/team/app:1 >/tmp/pull 2>&1 & echo $! >/tmp/pid`;

  it('by its client: nothing is left behind', async () => {
    const { begun } = halting();
    await guest.sh(started);
    await begun;
    await guest.sh('kill -INT $(cat /tmp/pid)');
    await expect
      .poll(() => guest.root(`find ${ROOT}/tmp -mindepth 1`))
      .toMatchObject({ stdout: '' });
    await expectNothingLeft();
  });

  it('by kill -9 of the daemon: the next daemon collects, and pulls', async () => {
    const { begun } = halting();
    await guest.sh(started);
    await begun;
    const killed = await guest.root("kill -9 $(pgrep -f '^engine daemon')");
    expect(killed).toMatchObject({ code: 0, stderr: '' });
    lies.clear();
    // The next one needs a moment to begin, and this computer has others to serve.
    await expect
      .poll(async () => (await guest.sh('docker images -q')).code, { timeout: 30_000 })
      .toBe(0);
    await expectNothingLeft();
    expect((await pull()).code).toBe(0);
  });

  it('by a full disk: it says so, and goes once there is room', async () => {
    await guest.root('dd if=/dev/zero of=/fill bs=64k 2>/dev/null');
    // The shell of the tests keeps errors in a file: there is no room for that either.
    const { stdout, code } = await guest.sh(`docker pull ${HOST}/team/app:1 2>&1`);
    expect(code).toBe(1);
    expect(stdout).toContain('no space left on device');
    await guest.root('rm /fill');
    await expectNothingLeft();
    expect((await pull()).code).toBe(0);
  });
});
