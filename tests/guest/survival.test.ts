import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killDaemon } from './census.ts';
import { Guest } from './machine.ts';

/** The daemon may be killed at any moment; containers go on and nothing is lost or left behind. */
describe('survival', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  });

  afterAll(() => guest.close());

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
    await killDaemon(guest);
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
    await killDaemon(guest);
    expect((await guest.sh('docker wait brief')).stdout).toBe('3\n');
    expect((await guest.sh('docker rm brief')).code).toBe(0);
  });
});
