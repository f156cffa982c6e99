/** What there is in a guest: for tests that want as much afterwards as before. */
import { expect, vi } from 'vitest';
import type { Guest } from './machine.ts';

/** Kills the daemon with SIGKILL, `delay` microseconds from now, and waits until another one answers. */
export async function killDaemon(guest: Guest, delay = 0): Promise<void> {
  const before = await daemonPid(guest);
  expect(before).toMatch(/^\d+$/);
  const wait = delay > 0 ? `usleep ${delay}; ` : '';
  expect((await guest.root(`${wait}kill -9 ${before}`)).code).toBe(0);
  await expect
    .poll(async () => (await guest.root('docker version -f "{{.Server.Os}}"')).stdout, {
      timeout: 60_000,
    })
    .toBe('linux\n');
  expect(await daemonPid(guest)).not.toBe(before);
}

export async function daemonPid(guest: Guest): Promise<string> {
  return (await guest.root('pgrep -f "engine daemon" | head -1')).stdout.trim();
}

/** Counts of everything that a container makes and has to take away again. */
export async function census(guest: Guest): Promise<Record<string, unknown>> {
  const count = async (command: string): Promise<number> =>
    Number((await guest.root(command)).stdout);
  return {
    // Kernel threads, in brackets, come and go by themselves.
    processes: (await guest.root('ps -o args')).stdout
      .split('\n')
      .filter((line) => !line.startsWith('['))
      .sort(),
    mounts: await count('wc -l < /proc/self/mounts'),
    cgroups: await count('find /sys/fs/cgroup -type d | wc -l'),
    devices: await count('ls /sys/class/net | wc -l'),
    daemonFiles: await count(`ls /proc/${await daemonPid(guest)}/fd | wc -l`),
    overlays: await count('ls /var/lib/docker/overlay2 | wc -l'),
    containers: await count('ls /var/lib/docker/containers | wc -l'),
    volumes: await count('ls -d /var/lib/docker/volumes/*/ 2>/dev/null | wc -l'),
    runtime: await count('ls /run/bottle/containers | wc -l'),
    temporary: await count('ls /var/lib/docker/tmp /tmp 2>/dev/null | wc -l'),
  };
}

/** A shim goes a moment after it told of its container's end, a network namespace after it. */
export async function settled(guest: Guest): Promise<void> {
  const left = async (): Promise<string> =>
    (await guest.root("ls /sys/class/net | grep -c veth; ps -o args | grep -c '[s]him'")).stdout;
  await vi.waitFor(async () => expect(await left()).toBe('0\n0\n'), { timeout: 120_000 });
}

/** KiB that programs could still have, once caches are dropped. */
export async function freeMemory(guest: Guest): Promise<number> {
  const { stdout } = await guest.root(
    "sync; echo 3 > /proc/sys/vm/drop_caches; awk '/^MemAvailable/ { print $2 }' /proc/meminfo",
  );
  return Number(stdout);
}
