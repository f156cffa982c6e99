import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { becomes } from './becomes.ts';
import { killDaemon } from './census.ts';
import { Guest, type Result } from './machine.ts';

/** Restart policies in a real guest, with the daemon killed at bad moments. */
describe('restart policies', () => {
  let guest: Guest;
  const sh = (command: string): Promise<Result> => guest.sh(command);

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await sh('docker pull -q busybox')).code).toBe(0);
  });
  afterAll(() => guest.close());

  it('on-failure:2 starts it twice more, and counts', async () => {
    await sh('docker run -d --name f --restart on-failure:2 busybox sh -c "echo run; exit 3"');
    await becomes(
      guest,
      'f',
      '{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}}',
      'exited 2 3',
    );
    expect((await sh('docker logs f')).stdout).toBe('run\nrun\nrun\n');
    const events = await sh(
      `docker events --since 10m --until 0s --filter container=f --format '{{.Action}}'`,
    );
    expect(events.stdout.split('\n').filter((line) => /start|die/.test(line))).toEqual([
      ...['start', 'die', 'start', 'die', 'start', 'die'],
    ]);
    expect((await sh('docker rm f')).code).toBe(0);
  });

  it('waits longer each time; ps, rm and stop know of the wait', async () => {
    await sh('docker run -d --name w --restart always busybox false');
    await becomes(guest, 'w', '{{.State.Status}}', 'restarting');
    // By then it waits for six seconds and more, which is time to look.
    await expect
      .poll(async () => Number(await guest.inspect('w', '{{.RestartCount}}')), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(6);
    await becomes(guest, 'w', '{{.State.Status}}', 'restarting');
    expect((await sh("docker ps --format '{{.Names}} {{.Status}}'")).stdout).toMatch(
      /^w Restarting \(1\) (\d+ seconds?|Less than a second) ago\n$/,
    );
    const remove = await sh('docker rm w');
    expect(remove.stderr).toMatch(
      /cannot remove container "\/w": container is restarting: stop the container before removing or force remove/,
    );
    expect(remove.code).toBe(1);
    expect((await sh('docker stop w')).code).toBe(0);
    expect(await guest.inspect('w', '{{.State.Status}} {{.State.Running}}')).toBe('exited false');
    const count = await guest.inspect('w', '{{.RestartCount}}');
    await killDaemon(guest);
    // Docker's own rule: `always` comes back with the daemon, even what was stopped by hand.
    await expect
      .poll(async () => await guest.inspect('w', '{{.State.Status}} {{.RestartCount}}'), {
        timeout: 60_000,
      })
      .not.toBe(`exited ${count}`);
    expect((await sh('docker rm -f w')).code).toBe(0);
  });

  it('is not forgotten when the daemon is killed while one waits for its start', async () => {
    await sh('docker run -d --name k --restart unless-stopped busybox sh -c "echo up; exit 1"');
    await expect
      .poll(async () => Number(await guest.inspect('k', '{{.RestartCount}}')), { timeout: 60_000 })
      .toBeGreaterThanOrEqual(4);
    await becomes(guest, 'k', '{{.State.Status}}', 'restarting');
    const before = (await sh('docker logs k')).stdout.split('\n').length;
    await killDaemon(guest);
    await expect
      .poll(async () => (await sh('docker logs k')).stdout.split('\n').length, { timeout: 60_000 })
      .toBeGreaterThan(before);
    expect((await sh('docker stop k')).code).toBe(0);
    await killDaemon(guest);
    expect(await guest.inspect('k', '{{.State.Status}}')).toBe('exited');
    expect((await sh('docker rm k')).code).toBe(0);
  });

  /** Runs a command of root's while there is no daemon, and lets there be one again. */
  async function withoutDaemon(command: string): Promise<void> {
    const stop =
      "z=$(pgrep -f '[e]ngine zygote'); kill -STOP $z; kill -9 $(pgrep -f '[e]ngine daemon')";
    const { stderr } = await guest.root(`${stop}; ${command}; kill -CONT $z`);
    expect(stderr).toBe('');
  }

  it('a container that ends while there is no daemon is started by the next', async () => {
    await sh('docker run -d --name z --restart always busybox sh -c "echo up; sleep 1; exit 1"');
    const exit = `/run/bottle/containers/${await guest.inspect('z', '{{.Id}}')}/exit`;
    await withoutDaemon(`while [ ! -e ${exit} ]; do sleep 0.1; done`);
    await expect
      .poll(async () => (await sh('docker logs z')).stdout.split('\n').length, { timeout: 60_000 })
      .toBeGreaterThan(2);
    expect((await sh('docker rm -f z')).code).toBe(0);
  });

  it('whose processes were all lost comes back', async () => {
    await sh('docker run -d --name lost --restart always busybox sleep 1000');
    await sh('docker run -d --name gone busybox sleep 1000');
    const pid = await guest.inspect('lost', '{{.State.Pid}}');
    await withoutDaemon("kill -9 $(pgrep -f '[l]ib/bottle/shim')");
    await becomes(guest, 'lost', '{{.State.Status}}', 'running');
    expect(await guest.inspect('lost', '{{.State.Pid}}')).not.toBe(pid);
    await becomes(guest, 'gone', '{{.State.Status}} {{.State.ExitCode}}', 'exited 137');
    expect((await sh('docker rm -f lost gone')).code).toBe(0);
  });

  it('update changes the policy of a container that runs', async () => {
    await sh('docker run -d --name u busybox sleep 1000');
    expect((await sh('docker update --restart always u')).stdout).toBe('u\n');
    const pid = await guest.inspect('u', '{{.State.Pid}}');
    await guest.root(`kill -9 ${pid}`);
    await expect.poll(() => guest.inspect('u', '{{.RestartCount}}'), { timeout: 60_000 }).toBe('1');
    await becomes(guest, 'u', '{{.State.Status}}', 'running');
    expect((await sh('docker rm -f u')).code).toBe(0);
  });

  it('refuses what makes no sense, in Docker’s words', async () => {
    expect((await sh('docker run --restart foo busybox')).stderr).toContain(
      "invalid restart policy: unknown policy 'foo'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'",
    );
    expect((await sh('docker run --rm --restart always busybox')).stderr).toContain(
      'conflicting options: cannot specify both --restart and --rm',
    );
    expect((await sh('docker run --restart always:3 busybox')).stderr).toContain(
      "invalid restart policy: maximum retry count can only be used with 'on-failure'",
    );
  });
});
