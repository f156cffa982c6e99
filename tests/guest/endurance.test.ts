/**
 * What the engine stands: kills at random moments of mixed work, neighbours that eat memory, crowds.
 *
 * `npm test` does it in small; `npm run soak` with the numbers in full (50 kills, 1,000 containers).
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { census, freeMemory, killDaemon, settled } from './census.ts';
import { Guest } from './machine.ts';

const IN_FULL = process.env['SOAK'] !== undefined;
const KILLS = IN_FULL ? 50 : 5;
const QUICK = IN_FULL ? 1000 : 200;
const CROWD = IN_FULL ? 100 : 20;
/** Milliseconds for a test of the full size on a busy computer. */
const PATIENCE = IN_FULL ? 1_800_000 : 240_000;

/** Random numbers that are the same in every run (mulberry32); a failure can be met again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

let guest: Guest;

beforeAll(async () => {
  guest = await Guest.open();
  expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  // The first one makes what stays: the bridge.
  expect((await guest.sh('docker run --rm busybox true')).code).toBe(0);
});

beforeEach(() => settled(guest));

afterAll(() => guest.close());

/**
 * Works in the learner's shell until /tmp/stop is there: runs, execs, tags, volumes, stops and
 * removes. A command that meets no daemon fails, which is all right; what it reports as done is
 * written down in /tmp/made and /tmp/gone, and must then be so.
 */
const WORK = `
rm -f /tmp/stop /tmp/made /tmp/gone; i=0
while [ ! -e /tmp/stop ]; do
  i=$((i+1)); old=$((i-3))
  docker run -d --name w$i -v v$i:/data busybox sh -c 'n=0; while true; do n=$((n+1)); echo line $n; sleep 0.05; done' >/dev/null 2>&1 && echo w$i >> /tmp/made
  docker exec w$i true >/dev/null 2>&1
  docker tag busybox t$i >/dev/null 2>&1 && echo t$i >> /tmp/made
  docker run --rm busybox true >/dev/null 2>&1
  if [ $old -gt 0 ]; then
    docker stop -t 0 w$old >/dev/null 2>&1
    docker rm -f w$old >/dev/null 2>&1 && echo w$old >> /tmp/gone
    docker volume rm v$old >/dev/null 2>&1
    docker rmi t$old >/dev/null 2>&1 && echo t$old >> /tmp/gone
  fi
done; touch /tmp/stopped`;

describe('a daemon that is killed in the middle of mixed work', () => {
  it(
    `loses nothing and leaves nothing half-made (${KILLS} times)`,
    async () => {
      const random = randomFrom(20261121);
      const before = await census(guest);
      await guest.sh('rm -f /tmp/stopped');
      expect((await guest.sh(`(${WORK}) >/dev/null 2>&1 &`)).code).toBe(0);
      for (let kill = 0; kill < KILLS; kill++) {
        await killDaemon(guest, Math.floor(random() * 900_000));
        await expectSound(`kill ${kill + 1}`);
      }
      await guest.sh('touch /tmp/stop');
      await expect
        .poll(async () => (await guest.sh('ls /tmp/stopped')).code, { timeout: 60_000 })
        .toBe(0);
      await expectLogs();
      await guest.sh('docker rm -f $(docker ps -aq); docker volume prune -af');
      await guest.sh("docker rmi $(docker images --format '{{.Repository}}' | grep '^t[0-9]')");
      await settled(guest);
      await guest.sh('rm -f /tmp/stop /tmp/stopped /tmp/made /tmp/gone');
      expect(await census(guest)).toEqual(before);
    },
    PATIENCE,
  );

  /** What was reported as made and not as gone is there. */
  async function expectSound(when: string): Promise<void> {
    // Written down first, asked after: what is made in between is no loss.
    const { stdout: known } = await guest.root('cat /tmp/made; echo --; cat /tmp/gone 2>/dev/null');
    const [made = '', gone = ''] = known.split('--\n');
    const names = (text: string): string[] => text.split('\n').filter((name) => name !== '');
    const there = await guest.root(
      "docker ps -a --format '{{.Names}}'; docker images --format '{{.Repository}}'",
    );
    expect(there.code, when).toBe(0);
    const present = new Set(names(there.stdout));
    // The work goes on meanwhile, so the last ones may be gone by now.
    const removed = new Set([
      ...names(gone),
      ...names((await guest.root('cat /tmp/gone 2>/dev/null')).stdout),
    ]);
    const lost = names(made).filter((name) => !removed.has(name) && !present.has(name));
    // The one that is being removed right now is neither.
    const newest = Math.max(...names(made).map((name) => Number(name.slice(1))));
    expect(
      lost.filter((name) => Number(name.slice(1)) > newest - 3),
      when,
    ).toEqual([]);
  }

  /** Every container's log counts from one without a gap. */
  async function expectLogs(): Promise<void> {
    const { stdout } = await guest.sh("docker ps -a --format '{{.Names}}'");
    for (const name of stdout.split('\n').filter((line) => /^w\d+$/.test(line))) {
      const lines = (await guest.sh(`docker logs ${name}`)).stdout.trim().split('\n');
      expect(
        lines.filter((line) => line !== ''),
        name,
      ).toEqual(lines.filter((line) => line !== '').map((_, i) => `line ${i + 1}`));
    }
  }
});

/** No more than 2 MB of `before` (KiB) are gone; what the kernel frees in the background may take its time. */
async function expectMemory(before: number): Promise<void> {
  await expect
    .poll(async () => before - (await freeMemory(guest)), { timeout: 60_000, interval: 500 })
    .toBeLessThan(2048);
}

describe('a crowd', () => {
  it(
    `${QUICK} quick containers leave nothing behind, and the memory is as before`,
    async () => {
      const before = await census(guest);
      const free = await freeMemory(guest);
      for (let batch = 0; batch < QUICK / 20; batch++) {
        const { stdout, code } = await guest.sh(
          'i=0; while [ $i -lt 20 ]; do docker run --rm busybox true || echo failed; i=$((i+1)); done',
        );
        expect(stdout).toBe('');
        expect(code).toBe(0);
      }
      await settled(guest);
      expect(await census(guest)).toEqual(before);
      await expectMemory(free);
    },
    PATIENCE,
  );

  it(
    `${CROWD} at once all run, and all go`,
    async () => {
      const before = await census(guest);
      const free = await freeMemory(guest);
      const { stdout } = await guest.sh(
        `i=0; while [ $i -lt ${CROWD} ]; do i=$((i+1)); docker run -d --name c$i busybox sleep 1000 >/dev/null & done; wait; docker ps -q | wc -l`,
      );
      expect(stdout).toBe(`${CROWD}\n`);
      const removed = await guest.sh('docker rm -f $(docker ps -aq) | wc -l');
      expect(removed).toEqual({ stdout: `${CROWD}\n`, stderr: '', code: 0 });
      await settled(guest);
      expect(await census(guest)).toEqual(before);
      await expectMemory(free);
    },
    PATIENCE,
  );

  it('a neighbour that eats its memory dies alone', async () => {
    const count = 'n=0; while true; do n=$((n+1)); echo line $n; sleep 0.05; done';
    await guest.sh(`docker run -d --name calm busybox sh -c '${count}'`);
    const eater = await guest.sh('docker run --name eater -m 16m busybox tail /dev/zero');
    expect(eater.code).toBe(137);
    const state = await guest.sh("docker inspect -f '{{.State.OOMKilled}}' eater");
    expect(state.stdout).toBe('true\n');
    const lines = (await guest.sh('docker logs calm')).stdout.trim().split('\n').length;
    await expect
      .poll(async () => (await guest.sh('docker logs calm')).stdout.trim().split('\n').length, {
        timeout: 60_000,
      })
      .toBeGreaterThan(lines);
    await guest.sh('docker rm -f calm eater');
    await settled(guest);
  });
});
