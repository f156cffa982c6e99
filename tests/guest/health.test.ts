import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { becomes } from './becomes.ts';
import { Guest, type Result } from './machine.ts';

describe('health checks', () => {
  let guest: Guest;
  const sh = (command: string): Promise<Result> => guest.sh(command);

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await sh('docker pull -q busybox')).code).toBe(0);
  });
  afterAll(() => guest.close());

  it('goes from starting to healthy to unhealthy and back', async () => {
    await sh(
      `docker run -d --name h --health-cmd 'cat /well' --health-interval 1s --health-retries 2 --health-start-period 60s --health-start-interval 1s busybox sleep 1000`,
    );
    expect((await sh("docker ps --format '{{.Status}}'")).stdout).toContain('(health: starting)');
    // Failures of the start do not count.
    await expect
      .poll(async () => Number(await guest.inspect('h', '{{len .State.Health.Log}}')), {
        timeout: 60_000,
      })
      .toBeGreaterThanOrEqual(2);
    expect(
      await guest.inspect('h', '{{.State.Health.Status}} {{.State.Health.FailingStreak}}'),
    ).toBe('starting 0');
    await sh('docker exec h sh -c "echo fine > /well"');
    await becomes(guest, 'h', '{{.State.Health.Status}}', 'healthy');
    expect(
      (await sh("docker ps --filter health=healthy --format '{{.Names}} {{.Status}}'")).stdout,
    ).toMatch(/^h Up .* \(healthy\)\n$/);
    expect(await guest.inspect('h', '{{(index .State.Health.Log 0).ExitCode}}')).toMatch(/^[01]$/);
    await sh('docker exec h rm /well');
    await becomes(guest, 'h', '{{.State.Health.Status}}', 'unhealthy');
    const last = await guest.inspect('h', '{{json .State.Health.Log}}');
    expect(last).toContain("can't open '/well': No such file or directory");
    const events = await sh(
      "docker events --since 10m --until 0s --filter event=health_status --format '{{.Action}}'",
    );
    expect(events.stdout).toBe('health_status: healthy\nhealth_status: unhealthy\n');
    expect((await sh('docker rm -f h')).code).toBe(0);
  });

  it('kills a probe that takes too long, and keeps what it said', async () => {
    await sh(
      `docker run -d --name slow --health-cmd 'echo waiting; sleep 1000' --health-interval 1s --health-timeout 1s --health-retries 1 busybox sleep 1001`,
    );
    await becomes(guest, 'slow', '{{.State.Health.Status}}', 'unhealthy');
    expect(await guest.inspect('slow', '{{(index .State.Health.Log 0).ExitCode}}')).toBe('-1');
    expect(await guest.inspect('slow', '{{(index .State.Health.Log 0).Output}}')).toBe(
      'Health check exceeded timeout (1s): waiting',
    );
    expect((await sh('docker rm -f slow')).code).toBe(0);
  });

  it('cuts long output, and says why a command cannot be run', async () => {
    await sh(
      `docker run -d --name long --health-cmd 'head -c 10000 /dev/zero | tr "\\0" x' --health-interval 1s busybox sleep 1000`,
    );
    await becomes(guest, 'long', '{{.State.Health.Status}}', 'healthy');
    expect(await guest.inspect('long', '{{len (index .State.Health.Log 0).Output}}')).toBe('4099');
    const api = (await guest.api('/containers/long/json')) as {
      State: { Health: { Log: { Output: string }[] } };
    };
    expect(api.State.Health.Log[0]?.Output).toMatch(/^x{4096}\.\.\.$/);
    expect((await sh('docker rm -f long')).code).toBe(0);
  });

  it('goes on after the daemon was killed, stops with the container and in a pause', async () => {
    await sh(
      `docker run -d --name p --health-cmd 'echo x >> /n' --health-interval 1s busybox sleep 1000`,
    );
    await becomes(guest, 'p', '{{.State.Health.Status}}', 'healthy');
    await guest.root('kill -9 $(pgrep -f "engine daemon" | head -1)');
    const count = async (): Promise<number> =>
      Number((await sh('docker exec p sh -c "wc -l < /n"')).stdout);
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(0);
    const before = await count();
    await expect.poll(count, { timeout: 60_000 }).toBeGreaterThan(before);
    expect((await sh('docker pause p')).code).toBe(0);
    expect(await guest.inspect('p', '{{.State.Health.Status}}')).toBe('unhealthy');
    expect((await sh('docker unpause p')).code).toBe(0);
    await becomes(guest, 'p', '{{.State.Health.Status}}', 'healthy');
    expect((await sh('docker kill p')).code).toBe(0);
    expect(await guest.inspect('p', '{{.State.Health.Status}} {{.State.Status}}')).toBe(
      'unhealthy exited',
    );
    expect((await guest.root('ls /run/bottle/containers')).stdout).toBe('');
    expect((await sh('docker rm p')).code).toBe(0);
  });
});
