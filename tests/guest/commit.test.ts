import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** What a container changed: seen, taken away as a tar, made an image, and cleared away. */
describe('diff, export, commit, import', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
    const work =
      'echo x > /new; ln /new /same; mkdir -p /d/e; echo 1 > /d/e/f; rm /bin/ls; echo "#" >> /etc/passwd; mknod /null c 1 3; ln -s new /link';
    await guest.sh('docker run -d --name a busybox sleep 9999');
    expect((await guest.sh(`docker exec a sh -c '${work}'`)).code).toBe(0);
  });

  afterAll(() => guest.close());

  it('a container that did nothing changed nothing', async () => {
    await guest.sh('docker run --name idle busybox true');
    expect(await guest.sh('docker diff idle')).toEqual({ stdout: '', stderr: '', code: 0 });
    await guest.sh('docker rm idle');
  });

  it('diff tells what was added, changed and deleted', async () => {
    expect((await guest.sh('docker diff a')).stdout).toBe(
      'C /bin\nD /bin/ls\nA /d\nA /d/e\nA /d/e/f\nC /etc/passwd\nA /link\nA /new\nA /null\nA /same\n',
    );
  });

  it('export is all of the root without what is deleted', async () => {
    const { stdout } = await guest.sh('docker export a | tar t');
    const names = stdout.trim().split('\n');
    expect(names).toContain('d/e/f');
    expect(names).toContain('bin/busybox');
    expect(names).not.toContain('bin/ls');
    expect(names.filter((name) => /^(proc|sys)\/./.test(name))).toEqual([]);
  });

  it('commit makes an image with the changes on top', async () => {
    const { stdout, code } = await guest.sh(
      `docker commit -a me -m why -c 'CMD ["cat", "/new"]' -c 'ENV A=b' a mine:1`,
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect((await guest.sh('docker run --rm mine:1')).stdout).toBe('x\n');
    const look = 'test ! -e /bin/ls && test -c /null && readlink /link && echo $A; stat -c %h /new';
    expect((await guest.sh(`docker run --rm mine:1 sh -c '${look}'`)).stdout).toBe('new\nb\n2\n');
    const { stdout: told } = await guest.sh(
      "docker inspect -f '{{.Author}} {{.Comment}} {{len .RootFS.Layers}}' mine:1",
    );
    expect(told).toBe('me why 2\n');
    expect((await guest.sh("docker inspect -f '{{.State.Status}}' a")).stdout).toBe('running\n');
    expect((await guest.sh("docker commit -c 'RUN x' a")).stderr).toBe(
      'Error response from daemon: RUN is not a valid change command\n',
    );
  });

  it('import makes an image of a tar', async () => {
    const { stdout } = await guest.sh(
      `docker export a | docker import -m hello -c 'CMD ["cat","/new"]' - flat:1`,
    );
    expect(stdout).toMatch(/^sha256:[0-9a-f]{64}\n$/);
    expect((await guest.sh('docker run --rm flat:1')).stdout).toBe('x\n');
    const broken = await guest.sh('echo no tar | docker import - broken');
    expect(broken.code).not.toBe(0);
    expect(broken.stderr).toContain('the archive ends in the middle of it');
    expect((await guest.sh('docker images -q broken')).stdout).toBe('');
    expect((await guest.root('ls /var/lib/docker/tmp | wc -l')).stdout).toBe('0\n');
  });

  it('a new volume takes the files of the image, with owners and modes', async () => {
    const { stdout } = await guest.sh(
      'docker run --rm -v filled:/etc busybox stat -c "%a %u %n" /etc/shadow',
    );
    expect(stdout).toBe('600 0 /etc/shadow\n');
    const found = await guest.root('stat -c %a /var/lib/docker/volumes/filled/_data/shadow');
    expect(found.stdout).toBe('600\n');
    // What the daemon writes for the container stands in a volume at /etc too.
    expect(
      (await guest.sh('docker run --rm -v filled:/etc busybox grep -c localhost /etc/hosts'))
        .stdout,
    ).toBe('1\n');
    expect(
      (await guest.sh('docker run --rm -v bare:/etc:nocopy busybox ls /etc | cat')).stdout,
    ).toBe('hostname\nhosts\nresolv.conf\n');
    const refused = await guest.sh('docker create -v x1:/bin/busybox busybox');
    expect(refused.stderr).toContain('cannot mount volume over existing file, file exists ');
    expect((await guest.sh('docker volume ls -q')).stdout).toBe('bare\nfilled\n');
  });

  it('a full disk fails the operation and loses nothing', async () => {
    const before = (await guest.sh('docker images -q; docker volume ls -q')).stdout;
    await guest.root('mkdir -p /tmp/rest; dd if=/dev/zero of=/tmp/rest/fill bs=64k 2>/dev/null');
    const commit = await guest.sh('docker commit a toofull 2>&1');
    const copy = await guest.sh('docker cp a:/bin/busybox /tmp/rest/busybox');
    await guest.root('rm -rf /tmp/rest');
    expect(commit.code).not.toBe(0);
    expect(commit.stdout).toContain('o space left on device');
    expect(copy.code).not.toBe(0);
    expect((await guest.sh('docker images -q; docker volume ls -q')).stdout).toBe(before);
    expect((await guest.root('ls /var/lib/docker/tmp | wc -l')).stdout).toBe('0\n');
    expect((await guest.sh('docker commit a fits')).code).toBe(0);
  });

  it('search, df and prune', async () => {
    expect((await guest.sh('docker search busy')).stdout).toMatch(/^NAME .*\nbusybox .*\[OK\]\n$/);
    const { stdout } = await guest.sh('docker system df');
    expect(stdout).toMatch(/^TYPE +TOTAL +ACTIVE +SIZE +RECLAIMABLE\nImages +4 +1 /);
    await guest.sh('docker commit a');
    const pruned = await guest.sh('docker image prune -f');
    expect(pruned.stdout).toMatch(
      /^Deleted Images:\ndeleted: sha256:[0-9a-f]{64}\n(deleted: sha256:[0-9a-f]{64}\n)?\nTotal reclaimed space: /,
    );
    await guest.sh('docker rm -f a');
    expect((await guest.sh('docker system prune -af --volumes')).code).toBe(0);
    expect((await guest.sh('docker images -q')).stdout).toBe('');
    expect((await guest.sh('docker volume ls -q')).stdout).toBe('bare\nfilled\n');
  });
});
