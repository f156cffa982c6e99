import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** What a user gets wrong is said in Docker's words, and leaves nothing behind. */
describe('mistakes', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
  });

  afterAll(() => guest.close());

  /** Containers, half-made or whole, and layers. */
  async function leftovers(): Promise<string> {
    return (
      await guest.root(
        'ls /var/lib/docker/containers /var/lib/docker/overlay2 /var/lib/docker/tmp /run/bottle/containers 2>/dev/null; ls /sys/fs/cgroup/docker | grep -E "^[0-9a-f]{64}"; mount | grep -c overlay',
      )
    ).stdout;
  }

  it('an image that is not there', async () => {
    const before = await leftovers();
    const { stderr, code } = await guest.sh('docker run --rm nosuchimage');
    expect(code).toBe(125);
    expect(stderr).toBe(
      "Unable to find image 'nosuchimage:latest' locally\n" +
        "docker: Error response from daemon: pull access denied for nosuchimage, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n\n" +
        "Run 'docker run --help' for more information\n",
    );
    expect(await leftovers()).toBe(before);
  });

  it('a command that the image does not have: 127; one that cannot be run: 126', async () => {
    const before = await leftovers();
    const missing = await guest.sh('docker run --rm busybox nosuchcommand');
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain(
      'exec: "nosuchcommand": executable file not found in $PATH: unknown',
    );
    const barred = await guest.sh('docker run --rm busybox /etc/passwd');
    expect(barred.code).toBe(126);
    expect(barred.stderr).toContain('exec: "/etc/passwd": permission denied: unknown');
    expect(await leftovers()).toBe(before);
  });

  it('exit codes arrive: 3, 137, 143', async () => {
    expect((await guest.sh('docker run --rm busybox sh -c "exit 3"')).code).toBe(3);
    expect((await guest.sh('docker run --rm busybox sh -c "kill -9 \\$\\$; sleep 1"')).code).toBe(
      0,
    );
    await guest.sh('docker run -d --name killed busybox sleep 1000');
    await guest.sh('docker kill killed');
    expect((await guest.sh('docker wait killed')).stdout).toBe('137\n');
    await guest.sh(
      'docker run -d --name polite --init=false busybox sh -c "trap \'exit 143\' TERM; while true; do sleep 0.1; done"',
    );
    await guest.sh('docker stop polite');
    expect((await guest.sh('docker wait polite')).stdout).toBe('143\n');
    await guest.sh('docker rm killed polite');
  });

  it('a user, a directory and a limit that cannot be', async () => {
    const before = await leftovers();
    const user = await guest.sh('docker run --rm -u nobodyknows busybox true');
    expect(user.stderr).toContain('unable to find user nobodyknows: no matching entries in passwd');
    expect(user.code).toBe(125);
    const limit = await guest.sh('docker run --rm -m 1m busybox true');
    expect(limit.stderr).toContain('Minimum memory limit allowed is 6MB');
    const directory = await guest.sh('docker run --rm -w relative busybox true');
    expect(directory.stderr).toContain("the working directory 'relative' is invalid");
    expect(await leftovers()).toBe(before);
  });

  it('a name that is taken or is none', async () => {
    await guest.sh('docker create --name taken busybox true');
    const again = await guest.sh('docker create --name taken busybox true');
    expect(again.stderr).toMatch(
      /^Error response from daemon: Conflict\. The container name "\/taken" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container to be able to reuse that name\.\n/,
    );
    await guest.sh('docker rm taken');
    expect((await guest.sh('docker run --name "no good" busybox true')).stderr).toContain(
      'Invalid container name (no good), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    );
    expect((await guest.sh('docker stop nobody')).stderr).toBe(
      'Error response from daemon: No such container: nobody\n',
    );
  });

  it('malformed JSON, an unknown path, an unknown version: a 4xx with a sentence', async () => {
    const post = async (path: string, body: string): Promise<[number, string]> => {
      const response = await guest.machine.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const answer = (await response.json()) as { message: string };
      return [response.status, answer.message];
    };
    const before = await leftovers();
    expect(await post('/containers/create', '{"Image": ')).toEqual([
      400,
      expect.stringContaining('invalid JSON'),
    ]);
    expect(await post('/containers/create', '{"Image": 7}')).toEqual([
      400,
      expect.stringContaining('Image'),
    ]);
    expect(await post('/containers/create', '[1]')).toEqual([400, expect.any(String)]);
    expect(await post('/nosuchpath', '{}')).toEqual([404, 'page not found']);
    expect(await post('/v1.99/containers/create', '{}')).toEqual([
      400,
      'client version 1.99 is too new. Maximum supported API version is 1.47',
    ]);
    expect(await leftovers()).toBe(before);
    expect((await guest.sh('docker ps')).code).toBe(0);
  });
});
