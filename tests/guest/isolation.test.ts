import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** What a container can see and do, asked from inside, in a real kernel. */
describe('a container, seen from inside', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  });

  afterAll(() => guest.close());

  /** What a shell command prints in a fresh container. */
  async function inside(command: string, flags = ''): Promise<string> {
    const { stdout, stderr, code } = await guest.sh(
      `docker run --rm ${flags} busybox sh -c '${command}'`,
    );
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return stdout;
  }

  it('runs the command as process 1, and sees no process of the host', async () => {
    expect(await inside('echo $$; cat /proc/1/cmdline | tr "\\0" " "')).toMatch(/^1\nsh -c /);
    const processes = await inside('ls /proc | grep -c "^[0-9]"');
    // The shell, its `ls` and its `grep`.
    expect(Number(processes)).toBeLessThanOrEqual(3);
    expect(Number((await guest.sh('ls /proc | grep -c "^[0-9]"')).stdout)).toBeGreaterThan(10);
  });

  it('has a hostname of its own', async () => {
    expect(await inside('hostname; cat /etc/hostname', '--hostname inner')).toBe('inner\ninner\n');
    expect((await guest.sh('hostname')).stdout).toBe('bottle\n');
    expect(await inside('hostname')).toMatch(/^[0-9a-f]{12}\n$/);
  });

  it('sees an overlay as its root and no mount of the host', async () => {
    const mounts = await inside('cat /proc/self/mountinfo');
    expect(mounts).toMatch(/ \/ \/ rw.* - overlay overlay /);
    const points = mounts
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[4]);
    expect(points.filter((point) => point === '/')).toHaveLength(1);
    expect(points.some((point) => point?.startsWith('/var/lib/docker'))).toBe(false);
    expect((await guest.sh('docker run --rm busybox ls /usr/lib/bottle')).code).toBe(1);
  });

  it('sees its own control group as the root of the tree', async () => {
    expect(await inside('cat /proc/self/cgroup')).toBe('0::/\n');
    expect(await inside('cat /sys/fs/cgroup/cgroup.procs | head -1')).toBe('1\n');
    expect(await inside('cat /sys/fs/cgroup/memory.max', '-m 32m')).toBe(`${32 << 20}\n`);
    expect(await inside('ls -d /sys/fs/cgroup/docker 2>/dev/null || echo none')).toBe('none\n');
  });

  it('has Docker’s capabilities and filter, and nothing more', async () => {
    const status = await inside('grep -E "^(Cap|Seccomp:|NoNewPrivs)" /proc/self/status');
    expect(status).toContain('CapEff:\t00000000a80425fb');
    expect(status).toContain('CapBnd:\t00000000a80425fb');
    expect(status).toContain('CapInh:\t0000000000000000');
    expect(status).toContain('CapAmb:\t0000000000000000');
    expect(status).toContain('Seccomp:\t2');
    expect(status).toContain('NoNewPrivs:\t0');
  });

  it('may not mount, trace the kernel or change the host’s settings', async () => {
    expect(
      await inside('mount -t tmpfs t /mnt 2>&1; mkdir /m; mount -t tmpfs t /m 2>&1 || true'),
    ).toMatch(/permission denied|not permitted/i);
    expect(await inside('unshare -m true 2>&1 || true')).toContain('Operation not permitted');
    expect(await inside('echo 1 2>&1 > /proc/sys/kernel/sysrq || true; echo ok')).toContain('ok');
    expect(await inside('touch /proc/sys/kernel/x 2>&1 || true')).toMatch(/Read-only|No such/);
    expect(await inside('wc -c < /proc/keys; wc -c < /proc/timer_list')).toBe('0\n0\n');
    expect(await inside('hostname other 2>&1 || true')).toContain('Operation not permitted');
  });

  it('holds no descriptor of the host', async () => {
    // 0, 1, 2 and the directory that `ls` itself reads.
    expect(await inside('ls /proc/self/fd')).toBe('0\n1\n2\n3\n');
  });

  it('writes to its upper directory and nowhere else', async () => {
    const image = (
      await guest.sh("docker image inspect -f '{{.GraphDriver.Data.UpperDir}}' busybox")
    ).stdout;
    const before = (await guest.root(`find ${image.trim()} | wc -l`)).stdout;
    await guest.sh('docker run --name writer busybox sh -c "echo hello > /new; rm /bin/wget"');
    const upper = (
      await guest.sh("docker inspect -f '{{.GraphDriver.Data.UpperDir}}' writer")
    ).stdout.trim();
    expect((await guest.root(`cat ${upper}/new`)).stdout).toBe('hello\n');
    // A removed file of a lower layer is a whiteout: a character device 0/0.
    expect((await guest.root(`stat -c %F ${upper}/bin/wget`)).stdout).toContain(
      'character special',
    );
    expect((await guest.root(`find ${image.trim()} | wc -l`)).stdout).toBe(before);
    expect((await guest.root('ls /new 2>&1')).code).not.toBe(0);
    await guest.sh('docker rm writer');
    expect((await guest.root(`ls -d ${upper} 2>&1`)).code).not.toBe(0);
  });

  it('dies alone when it eats more memory than it may', async () => {
    const { code } = await guest.sh(
      'docker run --name eater -m 16m busybox sh -c "head -c 67108864 /dev/zero | tail -c 67108864 | wc -c"',
    );
    const state = await guest.sh(
      "docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' eater",
    );
    expect(state.stdout).toMatch(/^true /);
    expect(code).toBe(Number(state.stdout.split(' ')[1]));
    await guest.sh('docker rm eater');
    const sole = await guest.sh('docker run --name sole -m 16m busybox tail /dev/zero');
    expect(sole.code).toBe(137);
    expect(
      (await guest.sh("docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' sole")).stdout,
    ).toBe('true 137\n');
    await guest.sh('docker rm sole');
  });

  it('stops forking at its pids limit', async () => {
    await guest.sh(
      'docker run -d --name bomb --pids-limit 20 busybox sh -c "f() { f | f & }; f; sleep 1000"',
    );
    const id = (await guest.sh("docker inspect -f '{{.Id}}' bomb")).stdout.trim();
    const group = `/sys/fs/cgroup/docker/${id}`;
    // The kernel counts each fork that it refused.
    await expect
      .poll(async () => (await guest.root(`cat ${group}/pids.events`)).stdout, { timeout: 60_000 })
      .toMatch(/^max [1-9]/);
    const current = Number((await guest.root(`cat ${group}/pids.current`)).stdout);
    expect(current).toBeLessThanOrEqual(20);
    expect((await guest.sh('docker rm -f bomb')).stdout).toBe('bomb\n');
    expect((await guest.root(`ls -d ${group} 2>&1`)).code).not.toBe(0);
  });

  it('has only loopback in the network none, and an address on docker0 otherwise', async () => {
    expect(await inside('ls /sys/class/net', '--network none')).toBe('lo\n');
    expect(await inside('ip -4 addr show eth0')).toContain('inet 172.17.0.2/16');
  });

  it('turns processes of other users into powerless ones', async () => {
    const status = await inside('id -u; grep CapEff /proc/self/status', '-u 1000');
    expect(status).toBe('1000\nCapEff:\t0000000000000000\n');
  });
});
