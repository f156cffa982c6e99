import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** The daemon may be killed at any moment; containers go on and nothing is lost or left behind. */
describe('survival', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  });

  afterAll(() => guest.close());

  /** Kills the daemon and waits until another one answers. */
  async function killDaemon(): Promise<void> {
    const pid = async (): Promise<string> =>
      (await guest.root('pgrep -f "engine daemon" | head -1')).stdout.trim();
    const before = await pid();
    expect(before).toMatch(/^\d+$/);
    expect((await guest.root(`kill -9 ${before}`)).code).toBe(0);
    await expect
      .poll(async () => (await guest.sh('docker version -f "{{.Server.Os}}"')).stdout, {
        timeout: 60_000,
      })
      .toBe('linux\n');
    expect(await pid()).not.toBe(before);
  }

  it('kill -9 of the daemon: three containers run on, logs are whole, stop works', async () => {
    const count = 'i=0; while true; do i=$((i+1)); echo line $i; sleep 0.1; done';
    for (const name of ['one', 'two', 'three']) {
      expect((await guest.sh(`docker run -d --name ${name} busybox sh -c '${count}'`)).code).toBe(
        0,
      );
    }
    const pids = (): Promise<{ stdout: string }> =>
      guest.sh("docker inspect -f '{{.State.Pid}} {{.State.StartedAt}}' one two three");
    const before = (await pids()).stdout;
    await killDaemon();
    expect((await pids()).stdout).toBe(before);
    expect((await guest.sh("docker ps --format '{{.Names}}'")).stdout).toBe('three\ntwo\none\n');
    for (const name of ['one', 'two', 'three']) {
      // Wait for lines that were written after the kill, then count from the first.
      await expect
        .poll(async () => (await guest.sh(`docker logs ${name} | wc -l`)).stdout, {
          timeout: 60_000,
        })
        .toMatch(/^[2-9]\d|^\d{3}/);
      const lines = (await guest.sh(`docker logs ${name}`)).stdout.trim().split('\n');
      expect(lines).toEqual(lines.map((_, i) => `line ${i + 1}`));
    }
    const stopped = await guest.sh('docker stop -t 1 one two three');
    expect(stopped.stdout).toBe('one\ntwo\nthree\n');
    expect((await guest.sh("docker inspect -f '{{.State.ExitCode}}' one")).stdout).toBe('137\n');
    expect((await guest.sh('docker rm one two three')).code).toBe(0);
  });

  it('a container that ends while there is no daemon is found ended', async () => {
    await guest.sh('docker run -d --name brief busybox sh -c "sleep 0.2; exit 3"');
    await killDaemon();
    expect((await guest.sh('docker wait brief')).stdout).toBe('3\n');
    expect((await guest.sh('docker rm brief')).code).toBe(0);
  });

  it('200 short containers leave nothing behind', async () => {
    const census = async (): Promise<Record<string, unknown>> => {
      const count = async (command: string): Promise<number> =>
        Number((await guest.root(command)).stdout);
      const daemon = (await guest.root('pgrep -f "engine daemon" | head -1')).stdout.trim();
      return {
        // Kernel threads, in brackets, come and go by themselves.
        processes: (await guest.root('ps -o args')).stdout
          .split('\n')
          .filter((line) => !line.startsWith('['))
          .sort(),
        mounts: await count('wc -l < /proc/self/mounts'),
        cgroups: await count('find /sys/fs/cgroup -type d | wc -l'),
        devices: await count('ls /sys/class/net | wc -l'),
        daemonFiles: await count(`ls /proc/${daemon}/fd | wc -l`),
        overlays: await count('ls /var/lib/docker/overlay2 | wc -l'),
        containers: await count('ls /var/lib/docker/containers | wc -l'),
        runtime: await count('ls /run/bottle/containers | wc -l'),
        temporary: await count('ls /var/lib/docker/tmp /tmp 2>/dev/null | wc -l'),
      };
    };
    // The first one makes what stays: the bridge.
    await guest.sh('docker run --rm busybox true');
    await settled();
    const before = await census();
    for (let batch = 0; batch < 10; batch++) {
      const { stdout, code } = await guest.sh(
        'i=0; while [ $i -lt 20 ]; do docker run --rm busybox true || echo failed; i=$((i+1)); done',
      );
      expect(stdout).toBe('');
      expect(code).toBe(0);
    }
    await settled();
    expect(await census()).toEqual(before);

    /** A shim goes a moment after it told of its container's end, a network namespace after it. */
    async function settled(): Promise<void> {
      await expect
        .poll(
          async () =>
            (await guest.root("ls /sys/class/net | grep -c veth; ps -o args | grep -c '[s]him'"))
              .stdout,
          { timeout: 60_000 },
        )
        .toBe('0\n0\n');
    }
  });
});
