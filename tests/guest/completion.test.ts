import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** `docker <TAB>` in the learner's shell. */
describe('completion', () => {
  let guest: Guest;
  let shown = '';

  beforeAll(async () => {
    guest = await Guest.open();
    const decoder = new TextDecoder();
    guest.machine.consoles[1].onData((bytes) => {
      shown += decoder.decode(bytes, { stream: true });
    });
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
    expect((await guest.sh('docker run -d --name windward busybox sleep 1000')).code).toBe(0);
    expect((await guest.sh('docker create --name windless busybox')).code).toBe(0);
  });
  afterAll(() => guest.close());

  /** Types on a fresh line, and resolves to the line as the editor leaves it. */
  async function typed(keys: string, expected: string): Promise<void> {
    // ctrl-u empties the line
    await guest.machine.consoles[1].write('\x15');
    shown = '';
    await guest.machine.consoles[1].write(keys);
    await expect.poll(() => shown.split('\n').at(-1), { timeout: 30_000 }).toContain(expected);
  }

  it.each([
    ['docker vers\t', 'docker version '],
    ['docker container pr\t', 'docker container prune '],
    ['docker ps --no-t\t', 'docker ps --no-trunc '],
    ['docker stop w\t', 'docker stop windward '],
    ['docker rm wi\t', 'docker rm wind'],
    ['docker run -it b\t', 'docker run -it busybox '],
    ['true; docker start w\t', 'docker start windless '],
    ['docker run --network=br\t', 'docker run --network=bridge '],
    // Behind the image it is a file again, and so it is for other commands.
    ['docker run busybox /etc/passw\t', '/etc/passwd '],
    ['cat /etc/passw\t', 'cat /etc/passwd '],
  ])('%j', async (keys, line) => {
    await typed(keys, line);
  });

  it('shows all there is at the second tab', async () => {
    await guest.machine.consoles[1].write('\x15');
    shown = '';
    await guest.machine.consoles[1].write('docker rm \t\t');
    await expect.poll(() => shown, { timeout: 30_000 }).toMatch(/windless +windward/);
  });
});
