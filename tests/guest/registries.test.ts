import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGateway } from '../../src/machine/gateway/gateway.ts';
import { createRegistry, memoryStore } from '../../src/registry/index.ts';
import { serve } from '../../src/registry/node.ts';
import type { Serving } from '../../src/registry/node.ts';
import { memoryStorage } from '../../src/registry/storage/memory.ts';
import { Guest, ownRegistry } from './machine.ts';
import { offer } from './offered.ts';

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
    const index = await offer(`http://127.0.0.1:${outside.port}/v2/team/app`, 'v1', [
      { files: { greeting: 'from outside\n' }, packing: 'gzip' },
    ]);
    const pulled = await out(guest, `docker pull ${place}/team/app:v1`);
    expect(pulled).toContain(`Digest: ${index}`);
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

  it('asks Docker Hub for what is not bundled, and says how where it cannot', async () => {
    const failed = await guest.sh('docker pull nosuch');
    expect(failed.stderr).toBe(
      "Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied (registry-1.docker.io lets no page of another site read its answers (CORS): name a relay in the settings)\n",
    );
  });

  it('speaks without TLS where daemon.json says so, and says what it cannot read there', async () => {
    const set = (content: string): Promise<unknown> =>
      guest.root(`echo '${content}' >/etc/docker/daemon.json`);
    const kept = (await guest.sh('cat /etc/docker/daemon.json')).stdout;
    await set('{"insecure-registries": ["plain.invalid:5000"]}');
    expect((await guest.sh('docker pull plain.invalid:5000/app')).stderr).toContain(
      'Get "http://plain.invalid:5000/v2/app/manifests/latest": ',
    );
    expect((await guest.sh('docker pull other.invalid:5000/app')).stderr).toContain(
      'Get "https://other.invalid:5000/v2/app/manifests/latest": ',
    );
    expect((await guest.sh('docker info')).stdout).toContain(
      ' Insecure Registries:\n  plain.invalid:5000\n',
    );
    await set('{"insecure-registries": ["http://plain.invalid/"]}');
    expect((await guest.sh('docker pull busybox')).stderr).toBe(
      'Error response from daemon: /etc/docker/daemon.json: insecure registry http://plain.invalid/ is not valid: write host or host:port\n',
    );
    await guest.root(`cat >/etc/docker/daemon.json <<'X'\n${kept}X`);
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
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
