import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTar } from '../../guest/lib/tar.ts';
import { createGateway } from '../../src/machine/gateway/gateway.ts';
import { createRegistry, memoryStore } from '../../src/registry/index.ts';
import { serve } from '../../src/registry/node.ts';
import type { Serving } from '../../src/registry/node.ts';
import { memoryStorage } from '../../src/registry/storage/memory.ts';
import { Guest, ownRegistry } from './machine.ts';

/** Registries other than the bundled one: another server on this computer, and the one that two machines share. */
describe('registries', () => {
  const registry = ownRegistry();
  let guest: Guest;
  let outside: Serving;
  let place = '';

  beforeAll(async () => {
    const store = memoryStore();
    outside = await serve(createRegistry({ storage: memoryStorage(new Map()), store }), {
      port: 0,
    });
    place = `host.docker.internal:${outside.port}`;
    guest = await Guest.open({ registry, gateway: createGateway() });
  });

  afterAll(async () => {
    await guest.close();
    await outside.close();
  });

  const out = async (on: Guest, command: string): Promise<string> => {
    const { stdout, stderr, code } = await on.sh(command);
    if (code !== 0) throw new Error(`${command}: ${String(code)} ${stderr}`);
    return stdout;
  };

  it('pulls an image with packed layers from a server outside, for this platform of its index', async () => {
    const image = await offer(outside.port, 'team/app');
    const pulled = await out(guest, `docker pull ${place}/team/app:v1`);
    expect(pulled).toContain(`Digest: ${image.index}`);
    expect(pulled).toContain(`Status: Downloaded newer image for ${place}/team/app:v1`);
    await out(guest, `docker create --name packed ${place}/team/app:v1 /none`);
    await out(guest, 'docker cp packed:/greeting greeting && docker rm packed');
    expect(await out(guest, 'cat greeting')).toBe('from outside\n');
  });

  it('pushes there, and pulls it back', async () => {
    const name = `${place}/team/busybox:mine`;
    await out(guest, `docker pull -q busybox && docker tag busybox ${name}`);
    expect(await out(guest, `docker push ${name}`)).toMatch(
      /mine: digest: sha256:[0-9a-f]{64} size: /,
    );
    const tags = await fetch(`http://127.0.0.1:${outside.port}/v2/team/busybox/tags/list`);
    expect(await tags.json()).toEqual({ name: 'team/busybox', tags: ['mine'] });
    await out(guest, `docker rmi ${name}`);
    expect(await out(guest, `docker run --rm ${name} echo back`)).toBe('back\n');
  });

  it('says what the matter is where nothing answers', async () => {
    const failed = await guest.sh('docker pull nowhere.invalid/app');
    expect(failed.stderr).toBe(
      'Error response from daemon: Get "https://nowhere.invalid/v2/app/manifests/latest": dial tcp: lookup nowhere.invalid: no such host\n',
    );
    const missing = await guest.sh(`docker pull ${place}/team/none`);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(`${place}/team/none`);
  });

  it('what one machine pushes, a friend’s pulls and runs', async () => {
    const friend = await Guest.open({ registry, hostname: 'friend' });
    try {
      expect(
        await out(friend, 'hostname; cat /etc/hostname; ping -c 1 -W 1 friend | wc -l'),
      ).toMatch(/^friend\nfriend\n[1-9]/);
      expect(await out(friend, 'docker info -f "{{.Name}}"; docker images -q')).toBe('friend\n');
      await out(
        guest,
        'mkdir -p app && printf "FROM busybox\\nCMD echo made by $USER\\n" > app/Dockerfile',
      );
      await out(guest, 'docker build -q -t alice/hello app');
      await out(
        guest,
        'echo secret | docker login -u alice --password-stdin && docker push -q alice/hello',
      );
      expect(await out(friend, 'docker run --rm alice/hello 2>/dev/null')).toBe(
        'made by learner\n',
      );
      expect((await guest.sh('hostname')).stdout).toBe('bottle\n');
    } finally {
      await friend.close();
    }
  });
});

/** Pushes an image of one gzip layer by the registry's own API, behind an index with another platform. */
async function offer(port: number, name: string): Promise<{ index: string }> {
  const base = `http://127.0.0.1:${port}/v2/${name}`;
  const digestOf = (data: Uint8Array | string): string =>
    `sha256:${createHash('sha256').update(data).digest('hex')}`;
  const put = async (mediaType: string, data: Uint8Array | string): Promise<object> => {
    const digest = digestOf(data);
    const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(begun.headers.get('location') ?? '', base);
    place.searchParams.set('digest', digest);
    const done = await fetch(place, { method: 'PUT', body: new Uint8Array(Buffer.from(data)) });
    if (done.status !== 201) throw new Error(await done.text());
    return { mediaType, digest, size: Buffer.byteLength(data) };
  };
  const manifest = async (reference: string, document: object): Promise<object> => {
    const body = JSON.stringify(document);
    const { mediaType } = document as { mediaType: string };
    const headers = { 'content-type': mediaType };
    const done = await fetch(`${base}/manifests/${reference}`, { method: 'PUT', headers, body });
    if (done.status !== 201) throw new Error(await done.text());
    return { mediaType, digest: digestOf(body), size: Buffer.byteLength(body) };
  };
  const archive = writeTar([
    {
      kind: 'file',
      path: 'greeting',
      mode: 0o644,
      data: Buffer.from('from outside\n'),
      uid: 0,
      gid: 0,
    },
  ]);
  const oci = 'application/vnd.oci.image';
  const layer = await put(`${oci}.layer.v1.tar+gzip`, gzipSync(archive));
  const configuration = {
    os: 'linux',
    architecture: '386',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
  };
  const config = await put(`${oci}.config.v1+json`, JSON.stringify(configuration));
  const mine = { schemaVersion: 2, mediaType: `${oci}.manifest.v1+json`, config, layers: [layer] };
  const described = await manifest(digestOf(JSON.stringify(mine)), mine);
  const index = {
    schemaVersion: 2,
    mediaType: `${oci}.index.v1+json`,
    manifests: [{ ...described, platform: { os: 'linux', architecture: '386' } }],
  };
  await manifest('v1', index);
  return { index: digestOf(JSON.stringify(index)) };
}
