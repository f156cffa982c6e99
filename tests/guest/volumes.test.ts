import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** Volumes, binds and tmpfs, as users of Docker know them. */
describe('volumes', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  });

  afterAll(() => guest.close());

  const run = (words: string): Promise<{ stdout: string; stderr: string; code: number }> =>
    guest.sh(`docker run --rm ${words}`);

  it('a named volume outlives its containers', async () => {
    expect((await run('-v keep:/data busybox sh -c "echo kept > /data/file"')).code).toBe(0);
    expect((await run('-v keep:/elsewhere busybox cat /elsewhere/file')).stdout).toBe('kept\n');
    expect((await guest.sh('docker volume ls -q')).stdout).toBe('keep\n');
    expect((await guest.sh('docker volume rm keep')).stdout).toBe('keep\n');
    expect((await guest.sh('docker volume ls -q')).stdout).toBe('');
    expect((await guest.root('ls /var/lib/docker/volumes')).stdout).toBe('');
  });

  it('what is in use is not removed, and says by whom', async () => {
    const id = (await guest.sh('docker create -v used:/data busybox')).stdout.trim();
    const refused = await guest.sh('docker volume rm used');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toBe(
      `Error response from daemon: remove used: volume is in use - [${id}]\n`,
    );
    await guest.sh(`docker rm ${id}`);
    expect((await guest.sh('docker volume rm used')).code).toBe(0);
    expect((await guest.sh('docker volume rm used')).stderr).toBe(
      'Error response from daemon: get used: no such volume\n',
    );
    expect((await guest.sh('docker volume rm -f used')).stdout).toBe('used\n');
  });

  it('anonymous volumes go with --rm and rm -v, and stay with rm', async () => {
    const count = async (): Promise<string> => (await guest.sh('docker volume ls -q')).stdout;
    expect((await run('-v /data busybox true')).code).toBe(0);
    expect(await count()).toBe('');
    await guest.sh('docker create --name gone -v /data busybox');
    expect(await count()).toMatch(/^[0-9a-f]{64}\n$/);
    await guest.sh('docker rm -v gone');
    expect(await count()).toBe('');
    await guest.sh('docker create --name left -v /data busybox; docker rm left');
    expect(await count()).toMatch(/^[0-9a-f]{64}\n$/);
    const pruned = await guest.sh('docker volume prune -f');
    expect(pruned.stdout).toMatch(
      /^Deleted Volumes:\n[0-9a-f]{64}\n\nTotal reclaimed space: 0B\n$/,
    );
    expect(await count()).toBe('');
  });

  it('prune takes named volumes with -a only, and asks', async () => {
    await guest.sh('docker volume create --label keep=no named');
    expect((await guest.sh('docker volume prune -f')).stdout).toBe('Total reclaimed space: 0B\n');
    const no = await guest.sh('echo n | docker volume prune -a');
    expect(no.stdout).toBe(
      'WARNING! This will remove all local volumes not used by at least one container.\n' +
        'Are you sure you want to continue? [y/N] ',
    );
    expect(no.code).toBe(0);
    expect((await guest.sh('docker volume ls -q')).stdout).toContain('named\n');
    const yes = await guest.sh('docker volume prune -af --filter label=keep=no');
    expect(yes.stdout).toBe('Deleted Volumes:\nnamed\n\nTotal reclaimed space: 0B\n');
  });

  it('a directory of the machine, read and written', async () => {
    await guest.root('mkdir -p /tmp/bound && echo host > /tmp/bound/file');
    expect((await run('-v /tmp/bound:/b busybox cat /b/file')).stdout).toBe('host\n');
    await run('-v /tmp/bound:/b busybox sh -c "echo container > /b/file"');
    expect((await guest.root('cat /tmp/bound/file')).stdout).toBe('container\n');
    const refused = await run('-v /tmp/bound:/b:ro busybox sh -c "echo x > /b/file"');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('Read-only file system');
  });

  it('read-only reaches what is mounted below, too', async () => {
    await guest.root('mkdir -p /tmp/outer/inner && mount -t tmpfs none /tmp/outer/inner');
    const refused = await run('-v /tmp/outer:/o:ro busybox touch /o/inner/file');
    await guest.root('umount /tmp/outer/inner');
    expect(refused.stderr).toContain('Read-only file system');
  });

  it('a single file', async () => {
    await guest.root('echo one > /tmp/single');
    expect((await run('-v /tmp/single:/etc/motd busybox cat /etc/motd')).stdout).toBe('one\n');
  });

  it('-v makes a missing directory, --mount refuses it', async () => {
    expect((await run('-v /tmp/made/here:/b busybox true')).code).toBe(0);
    expect((await guest.root('ls -d /tmp/made/here')).code).toBe(0);
    const refused = await run('--mount type=bind,source=/tmp/missing,target=/b busybox true');
    expect(refused).toMatchObject({ code: 125 });
    expect(refused.stderr).toContain(
      'docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /tmp/missing',
    );
    expect((await guest.root('ls -d /tmp/missing')).code).not.toBe(0);
  });

  it('tmpfs with size and mode', async () => {
    const words =
      '--tmpfs /a:size=64k,mode=700 --mount type=tmpfs,target=/b,tmpfs-size=1m,tmpfs-mode=1770';
    const { stdout } = await run(
      `${words} busybox sh -c "grep -E ' /(a|b) ' /proc/mounts; ls -ld /a /b"`,
    );
    expect(stdout).toMatch(/ \/a tmpfs rw,nosuid,nodev,noexec,relatime,size=64k,mode=700/);
    expect(stdout).toMatch(/ \/b tmpfs rw,nosuid,nodev,noexec,relatime,size=1024k,mode=1770/);
    expect(stdout).toMatch(/drwxrwx--T.* \/b\n/);
    const full = await run('--tmpfs /a:size=64k busybox sh -c "yes > /a/file"');
    expect(full.stderr).toContain('No space left on device');
    expect((await run('--tmpfs /a:wrong busybox true')).stderr).toContain(
      'invalid tmpfs option ["wrong"]',
    );
  });

  it('--volumes-from, as they are and read-only', async () => {
    await guest.sh('docker create --name from -v shared:/s -v /tmp/bound:/b busybox');
    expect((await run('--volumes-from from busybox sh -c "echo 1 > /s/f; ls /b"')).stdout).toBe(
      'file\n',
    );
    const refused = await run('--volumes-from from:ro busybox touch /s/g');
    expect(refused.stderr).toContain('Read-only file system');
    await guest.sh('docker rm from; docker volume rm shared');
  });

  it('a volume at a symbolic link of the image stays inside the container', async () => {
    await guest.root('mkdir -p /opt/outside');
    // One container leaves the link in a volume, the next one mounts at it.
    await run('-v trap:/trap busybox ln -s /../../../opt/outside /trap/link');
    const { stdout } = await run(
      '-v trap:/trap -v /tmp/bound:/opt/outside -v in:/trap/link busybox sh -c "touch /opt/outside/seen; grep -c outside /proc/mounts"',
    );
    expect(stdout).toBe('2\n');
    expect((await guest.root('ls /opt/outside')).stdout).toBe('');
    expect((await guest.root('ls /var/lib/docker/volumes/in/_data | cat')).stdout).toBe('seen\n');
    await guest.sh('docker volume rm trap in');
  });

  it('a part of a volume; a link in it cannot lead out', async () => {
    await run('-v parts:/p busybox sh -c "mkdir /p/a; echo a > /p/a/f; ln -s /etc /p/etc"');
    const mount = (sub: string): string =>
      `--mount type=volume,source=parts,target=/q,volume-subpath=${sub}`;
    expect((await run(`${mount('a')} busybox cat /q/f`)).stdout).toBe('a\n');
    expect((await run(`${mount('etc')} busybox ls /q`)).code).not.toBe(0);
    expect((await run(`${mount('../..')} busybox ls /q`)).stderr).toContain(
      'subpath must be a relative path within the volume',
    );
    await guest.sh('docker volume rm parts');
  });

  it('inspect and ps tell them', async () => {
    await guest.sh('docker create --name told -v named:/n -v /tmp/bound:/b:ro busybox');
    const { stdout } = await guest.sh("docker inspect -f '{{json .Mounts}}' told");
    expect(JSON.parse(stdout)).toEqual([
      {
        Type: 'volume',
        Name: 'named',
        Source: '/var/lib/docker/volumes/named/_data',
        Destination: '/n',
        Driver: 'local',
        Mode: 'z',
        RW: true,
        Propagation: '',
      },
      {
        Type: 'bind',
        Source: '/tmp/bound',
        Destination: '/b',
        Mode: 'ro',
        RW: false,
        Propagation: 'rprivate',
      },
    ]);
    const { stdout: binds } = await guest.sh("docker inspect -f '{{.HostConfig.Binds}}' told");
    expect(binds).toBe('[named:/n /tmp/bound:/b:ro]\n');
    await guest.sh('docker rm told; docker volume rm named');
  });

  it('nothing is left mounted, and a create that fails leaves no volume', async () => {
    const failed = await guest.sh('docker create -v fresh:/a -v bad!name:/b busybox');
    expect(failed.stderr).toContain('includes invalid characters for a local volume name');
    expect((await guest.sh('docker volume ls -q')).stdout).toBe('');
    expect((await guest.root('grep -c volumes /proc/mounts')).stdout).toBe('0\n');
  });
});
