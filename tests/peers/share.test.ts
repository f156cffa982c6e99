/** What we push and save as others take it: the real Docker CLI, skopeo, umoci, Debian's docker-registry. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from '../guest/machine.ts';
import { contentsOf } from '../guest/saved.ts';
import { forward } from '../../src/machine/forward.ts';
import type { Forward } from '../../src/machine/forward.ts';
import { findDocker } from './docker/bottle.ts';
import { Process } from './docker/process.ts';
import type { Ended } from './docker/process.ts';
import { ociSchemas } from './oci.ts';
import type { Kind } from './oci.ts';
import { findTool, run } from './tools.ts';

const docker = await findDocker();
const skopeo = await findTool({ command: 'skopeo', debian: 'skopeo' });
const umoci = await findTool({ command: 'umoci', debian: 'umoci' });
const registry = await findTool({ command: 'docker-registry', debian: 'docker-registry' });
const schemas = await ociSchemas();
/** What the guest calls Debian's registry: the page hands its connections on to this computer. */
const HOST = '192.168.86.1:5000';
const I386 = ['--override-os', 'linux', '--override-arch', '386'];

let guest: Guest;
let api: Forward;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'peers-share-'));
  guest = await Guest.open();
  api = await forward(guest.machine, 0, 2375);
});

afterAll(async () => {
  await api.close();
  await guest.close();
  await rm(scratch, { recursive: true });
});

/** The real Docker CLI, with a home of its own. */
function real(...args: readonly string[]): Promise<Ended> {
  const env = { PATH: process.env['PATH'], HOME: scratch, LC_ALL: 'C' };
  return new Process(['docker', '-H', `tcp://127.0.0.1:${api.port}`, ...args], env).end().ended;
}

describe.skipIf(docker.missing)(`${docker.title} against the machine`, () => {
  it('builds, logs in, pushes, pulls, saves and loads', async () => {
    const context = join(scratch, 'context');
    await mkdir(context);
    await writeFile(
      join(context, 'Dockerfile'),
      'FROM busybox\nCOPY . /src\nRUN echo built >/b; ln /b /c; rm /etc/group\nUSER 5\nCMD ["cat", "/b"]\n',
    );
    expect(await real('build', '-q', '-t', 'dora/app:1', context)).toMatchObject({ status: 0 });
    const denied = await real('push', 'dora/app:1');
    expect(denied).toMatchObject({ status: 1 });
    expect(denied.stderr).toBe('denied: requested access to the resource is denied\n');
    const login = await real('login', '-u', 'dora', '-p', 'secret');
    expect([login.stdout, login.status]).toEqual(['Login Succeeded\n', 0]);
    const wrong = await real('login', '-u', 'dora', '-p', 'wrong');
    expect(wrong.stderr).toContain('unauthorized: incorrect username or password\n');
    const pushed = await real('push', 'dora/app:1');
    expect(pushed.stderr).toBe('');
    expect(pushed.stdout).toMatch(
      /: Pushed\n[^]*: Mounted from library\/busybox\n1: digest: sha256:/,
    );
    const ids = await real('images', '--no-trunc', '-q', 'dora/app');
    const archive = join(scratch, 'app.tar');
    expect(await real('save', '-o', archive, 'dora/app:1', 'busybox')).toMatchObject({ status: 0 });
    await real('rmi', 'dora/app:1');
    expect((await real('pull', '-q', 'dora/app:1')).stdout).toBe('docker.io/dora/app:1\n');
    await real('rmi', 'dora/app:1');
    const loaded = await real('load', '-i', archive);
    expect(loaded.stdout).toBe('Loaded image: dora/app:1\nLoaded image: busybox:latest\n');
    expect((await real('images', '--no-trunc', '-q', 'dora/app')).stdout).toBe(ids.stdout);
    expect((await real('run', '--rm', 'dora/app:1')).stdout).toBe('built\n');
    expect((await real('logout')).status).toBe(0);
  });
});

describe.skipIf(docker.missing || skopeo.missing)(
  `what was saved, for ${skopeo.title} and ${umoci.title}`,
  () => {
    let folder: string;
    const archive = (): string => join(scratch, 'saved.tar');

    beforeAll(async () => {
      folder = join(scratch, 'layout');
      await mkdir(folder);
      await guest.sh(
        "printf 'FROM busybox\\nRUN echo x >/x\\nENV A=b\\n' | docker build -q -t saved:1 -",
      );
      await guest.sh(
        'docker run --name c saved:1 touch /n; docker commit -m why c saved:2; docker rm c',
      );
      expect(await real('save', '-o', archive(), 'saved')).toMatchObject({ status: 0 });
      const unpacked = await run({ command: 'tar', title: 'tar', missing: false }, [
        '-xf',
        archive(),
        '-C',
        folder,
      ]);
      expect(unpacked.status).toBe(0);
    });

    it('is an archive of Docker’s', async () => {
      for (const tag of ['1', '2']) {
        const source = `docker-archive:${archive()}:saved:${tag}`;
        const copied = await run(skopeo, [
          'copy',
          ...I386,
          source,
          `oci:${join(scratch, 'out')}:${tag}`,
        ]);
        expect(copied).toMatchObject({ status: 0, stderr: '' });
      }
    });

    it('is an OCI layout', async () => {
      const copied = await run(skopeo, [
        'copy',
        ...I386,
        `oci:${folder}:2`,
        `dir:${join(scratch, 'dir')}`,
      ]);
      expect(copied).toMatchObject({ status: 0, stderr: '' });
    });

    it.skipIf(umoci.missing)('is unpacked by umoci', async () => {
      const stat = await run(umoci, ['stat', '--json', '--image', `${folder}:2`]);
      expect(stat).toMatchObject({ status: 0 });
      const history: { history: unknown[] } = JSON.parse(stat.stdout);
      expect(history.history.length).toBeGreaterThan(2);
      const bundle = join(scratch, 'bundle');
      const unpacked = await run(umoci, ['raw', 'unpack', '--image', `${folder}:2`, bundle]);
      expect(unpacked.status).toBe(0);
      expect(await readFile(join(bundle, 'x'), 'utf8')).toBe('x\n');
    });

    it.skipIf('reason' in schemas)('is what the specification’s schemas say', async () => {
      if ('reason' in schemas) throw new Error(schemas.reason);
      const files = contentsOf(await readFile(archive()));
      const read = (name: string): unknown => JSON.parse(new TextDecoder().decode(files.get(name)));
      const mistakes = (kind: Kind, name: string): string[] => schemas.check(kind, read(name));
      expect(mistakes('image-layout', 'oci-layout')).toEqual([]);
      expect(mistakes('image-index', 'index.json')).toEqual([]);
      const blob = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
      // Checked by the schema a line above.
      const index = read('index.json') as { manifests: { digest: string }[] };
      expect(index.manifests).toHaveLength(2);
      for (const { digest } of index.manifests) {
        expect(mistakes('image-manifest', blob(digest))).toEqual([]);
        const manifest = read(blob(digest)) as { config: { digest: string } };
        expect(mistakes('config', blob(manifest.config.digest))).toEqual([]);
      }
      expect(schemas.check('image-manifest', { schemaVersion: 1 })).not.toEqual([]);
    });

    it('loads what skopeo writes, its layers compressed', async () => {
      const packed = join(scratch, 'packed');
      const target = `oci-archive:${packed}.tar:packed:1`;
      const args = ['copy', ...I386, '--dest-compress', '--dest-compress-format', 'gzip'];
      expect(await run(skopeo, [...args, `oci:${folder}:1`, target])).toMatchObject({ status: 0 });
      const loaded = await real('load', '-i', `${packed}.tar`);
      expect(loaded).toMatchObject({ status: 0, stderr: '' });
      const id = (await guest.sh('docker inspect -f {{.Id}} saved:1')).stdout.trim();
      expect(loaded.stdout).toBe(`Loaded image ID: ${id}\n`);
      const plain = `docker-archive:${packed}-docker.tar:packed:2`;
      expect(await run(skopeo, ['copy', ...I386, `oci:${folder}:2`, plain])).toMatchObject({
        status: 0,
      });
      expect((await real('load', '-i', `${packed}-docker.tar`)).stdout).toBe(
        'Loaded image: packed:2\n',
      );
      expect((await real('run', '--rm', 'packed:2', 'cat', '/x')).stdout).toBe('x\n');
    });
  },
);

describe.skipIf(registry.missing || skopeo.missing)(
  `${registry.title}, reached from the guest`,
  () => {
    let server: Process;
    let port: number;

    beforeAll(async () => {
      const settings = join(scratch, 'registry.yml');
      const root = join(scratch, 'registry');
      await writeFile(
        settings,
        `version: 0.1\nlog: {level: info}\nstorage: {filesystem: {rootdirectory: ${root}}}\nhttp: {addr: "127.0.0.1:0"}\n`,
      );
      server = new Process(['sh', '-c', 'exec docker-registry serve "$0" 2>&1', settings]);
      await server.until('listening on ');
      await server.until('\n');
      port = Number(/listening on 127\.0\.0\.1:(\d+)/.exec(server.stdout)?.[1]);
      guest.machine.network.serve(5000, (connection) => {
        const socket = Duplex.toWeb(connect({ port, host: '127.0.0.1', allowHalfOpen: true }));
        // A side that ends in the middle ends the other; the guest's command says so.
        connection.readable.pipeTo(socket.writable).catch(() => undefined);
        socket.readable.pipeTo(connection.writable).catch(() => undefined);
      });
    });

    afterAll(async () => {
      server.signal('SIGTERM');
      await server.ended;
    });

    it('takes what is pushed, and gives it back the same', async () => {
      await guest.sh(
        "printf 'FROM busybox\\nRUN echo far >/f\\nCMD cat /f\\n' | docker build -q -t far -",
      );
      await guest.sh(`docker tag far ${HOST}/team/far:1; docker tag busybox ${HOST}/team/bb`);
      const first = await guest.sh(`docker push ${HOST}/team/bb | cat`);
      expect(first).toMatchObject({ stderr: '' });
      expect(first.stdout).toContain(': Pushed\n');
      const second = await guest.sh(`docker push ${HOST}/team/far:1 | cat`);
      expect(second.stdout).toMatch(/: Pushed\n\w+: Mounted from team\/bb\n1: digest: sha256:/);
      const digest = /sha256:[0-9a-f]{64}/.exec(second.stdout)?.[0];
      const id = (await guest.sh('docker inspect -f {{.Id}} far')).stdout;
      await guest.sh(`docker rmi far ${HOST}/team/far:1`);
      expect((await guest.sh(`docker pull ${HOST}/team/far:1 | cat`)).stdout).toContain(
        `Digest: ${digest}\n`,
      );
      expect((await guest.sh(`docker inspect -f {{.Id}} ${HOST}/team/far:1`)).stdout).toBe(id);
      expect((await guest.sh(`docker run --rm ${HOST}/team/far:1`)).stdout).toBe('far\n');
      const url = `docker://127.0.0.1:${port}/team/far:1`;
      const inspected = await run(skopeo, [...I386, 'inspect', '--tls-verify=false', url]);
      expect(inspected).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(inspected.stdout)).toMatchObject({ Digest: digest, Architecture: '386' });
    });
  },
);
