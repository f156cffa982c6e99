import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { becomes } from './becomes.ts';
import { Guest, type Result } from './machine.ts';

/** What a learner does with containers that run, and what comes of it. */
describe('the life of a container', () => {
  let guest: Guest;
  const sh = (command: string): Promise<Result> => guest.sh(command);
  const refusal = async (command: string): Promise<string> => {
    const { code, stderr } = await sh(command);
    expect(code).toBe(1);
    return stderr;
  };
  const events = async (name: string, format: string): Promise<string[]> =>
    (
      await sh(
        `docker events --since 10m --until 0s --filter container=${name} --format '${format}'`,
      )
    ).stdout
      .trim()
      .split('\n');

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await sh('docker pull -q busybox')).code).toBe(0);
  });
  afterAll(() => guest.close());

  it('stop: the trap cleans up, 0; kill, die, stop', async () => {
    await sh(
      `docker run -d --name s busybox sh -c 'trap "echo clean; exit 0" TERM; echo ready; while :; do sleep 0.1; done'`,
    );
    await expect.poll(async () => (await sh('docker logs s')).stdout).toBe('ready\n');
    expect((await sh('docker stop s')).stdout).toBe('s\n');
    expect((await sh('docker logs s')).stdout).toBe('ready\nclean\n');
    expect(await guest.inspect('s', '{{.State.ExitCode}}')).toBe('0');
    expect(await events('s', '{{.Action}} {{.Actor.Attributes.signal}}')).toEqual([
      'create <no value>',
      'start <no value>',
      'kill 15',
      'die <no value>',
      'stop <no value>',
    ]);
    expect((await sh('docker rm s')).code).toBe(0);
  });

  it('stop waits as long as it is told, then kills: 137', async () => {
    await sh('docker run -d --name deaf busybox sleep 1000');
    const began = Date.now();
    expect((await sh('docker stop -t 1 deaf')).code).toBe(0);
    expect(Date.now() - began).toBeGreaterThanOrEqual(1000);
    expect(await guest.inspect('deaf', '{{.State.ExitCode}}')).toBe('137');
    expect(await events('deaf', '{{.Action}} {{.Actor.Attributes.signal}}')).toEqual([
      ...['create <no value>', 'start <no value>', 'kill 15', 'kill 9'],
      ...['die <no value>', 'stop <no value>'],
    ]);
    expect((await sh('docker rm deaf')).code).toBe(0);
  });

  it.each([
    ['SIGUSR1', 10],
    ['usr1', 10],
    ['10', 10],
    ['HUP', 1],
  ])('kill -s %s', async (signal, number) => {
    await sh(
      `docker run -d --name k busybox sh -c 'for s in HUP USR1; do trap "echo got $s" $s; done; echo ready; while :; do sleep 0.1; done'`,
    );
    await expect.poll(async () => (await sh('docker logs k')).stdout).toBe('ready\n');
    expect((await sh(`docker kill -s ${signal} k`)).stdout).toBe('k\n');
    await expect
      .poll(async () => (await sh('docker logs k')).stdout)
      .toBe(`ready\ngot ${number === 1 ? 'HUP' : 'USR1'}\n`);
    expect(await refusal('docker kill -s NOPE k')).toBe(
      'Error response from daemon: Invalid signal: NOPE\n',
    );
    expect((await sh('docker kill k')).code).toBe(0);
    expect(await guest.inspect('k', '{{.State.ExitCode}}')).toBe('137');
    expect(await refusal('docker kill k')).toMatch(
      /^Error response from daemon: cannot kill container: k: container [0-9a-f]{64} is not running\n$/,
    );
    expect((await sh('docker rm k')).code).toBe(0);
  });

  it('pause freezes every process, and stop thaws them', async () => {
    await sh(
      `docker run -d --name p busybox sh -c 'trap "exit 5" TERM; i=0; while :; do i=$((i+1)); echo $i; sleep 0.1; done'`,
    );
    await expect.poll(async () => (await sh('docker logs p')).stdout).toContain('2\n');
    expect((await sh('docker pause p')).stdout).toBe('p\n');
    const id = await guest.inspect('p', '{{.Id}}');
    expect((await guest.root(`grep frozen /sys/fs/cgroup/docker/${id}/cgroup.events`)).stdout).toBe(
      'frozen 1\n',
    );
    expect((await sh("docker ps --format '{{.Status}}'")).stdout).toMatch(/^Up .* \(Paused\)\n$/);
    expect(await refusal('docker pause p')).toContain(`Container ${id} is already paused`);
    expect(await refusal('docker exec p true')).toContain(
      'Container p is paused, unpause the container before exec',
    );
    expect(await refusal('docker start p')).toContain(
      'cannot start a paused container, try unpause instead',
    );
    expect(await refusal('docker rm p')).toContain(
      'cannot remove container "/p": container is paused and must be unpaused first',
    );
    const before = (await sh('docker logs p')).stdout;
    expect((await sh('docker logs p')).stdout).toBe(before);
    expect((await sh('docker unpause p')).stdout).toBe('p\n');
    expect(await refusal('docker unpause p')).toContain(`Container ${id} is not paused`);
    await expect.poll(async () => (await sh('docker logs p')).stdout).not.toBe(before);
    await sh('docker pause p');
    expect((await sh('docker stop p')).stdout).toBe('p\n');
    expect(await guest.inspect('p', '{{.State.ExitCode}} {{.State.Paused}}')).toBe('5 false');
    await sh('docker rm p');
  });

  it('rename', async () => {
    await sh('docker create --name a busybox');
    await sh('docker create --name b busybox');
    expect((await sh('docker rename a c')).code).toBe(0);
    expect(await guest.inspect('c', '{{.Name}}')).toBe('/c');
    expect(await refusal('docker rename c b')).toMatch(
      /Error when allocating new name: Conflict\. The container name "\/b" is already in use by container "[0-9a-f]{64}"\. You have to remove \(or rename\) that container to be able to reuse that name\.\nError: failed to rename container named c\n$/,
    );
    expect(await refusal('docker rename c c')).toContain(
      'Renaming a container with the same name as its current name',
    );
    await sh('docker rm b c');
  });

  it('update rewrites the limits of a container that runs', async () => {
    await sh('docker run -d --name u -m 32m busybox sleep 1000');
    const file = async (name: string): Promise<string> =>
      (await sh(`docker exec u cat /sys/fs/cgroup/${name}`)).stdout.trim();
    expect(await file('memory.max')).toBe(String(32 << 20));
    expect(await refusal('docker update -m 128m u')).toContain(
      'Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time',
    );
    expect(await file('memory.max')).toBe(String(32 << 20));
    expect((await sh('docker update -m 48m --cpus 0.25 --pids-limit 20 u')).stdout).toBe('u\n');
    expect(await file('memory.max')).toBe(String(48 << 20));
    expect(await file('cpu.max')).toBe('25000 100000');
    expect(await file('pids.max')).toBe('20');
    expect(await refusal('docker update -m 1m u')).toContain('Minimum memory limit allowed is 6MB');
    expect(await refusal('docker update u')).toContain(
      'you must provide one or more flags when using this command',
    );
    await sh('docker restart -t 0 u');
    expect(await file('memory.max')).toBe(String(48 << 20));
    await sh('docker rm -f u');
  });

  it('top shows the processes with the machine’s PIDs', async () => {
    await sh(`docker run -d --name t busybox sh -c 'sleep 1000 & wait'`);
    await expect.poll(async () => (await sh('docker top t')).stdout.split('\n').length).toBe(4);
    const { stdout } = await sh('docker top t');
    expect(stdout.split('\n')[0]).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD$/);
    const pid = await guest.inspect('t', '{{.State.Pid}}');
    expect(stdout).toMatch(new RegExp(`^root +${pid} +\\d+ .* sh -c sleep 1000 & wait$`, 'm'));
    expect((await sh('docker top t -o pid,comm')).stdout).toMatch(
      new RegExp(`^PID +COMMAND\n${pid} +sh\n\\d+ +sleep\n$`),
    );
    expect((await sh('docker top t aux')).stdout).toMatch(/^USER +PID +%CPU .*COMMAND\nroot /);
    await sh('docker rm -f t');
    await sh('docker create --name t busybox');
    expect(await refusal('docker top t')).toMatch(/container [0-9a-f]{64} is not running/);
    await sh('docker rm t');
  });

  it('stats: what it uses, once and as a stream', async () => {
    await sh(
      `docker run -d --name st -m 32m --pids-limit 10 busybox sh -c 'x=$(head -c 4000000 /dev/zero | tr "\\0" x); while :; do sleep 1000; done'`,
    );
    const id = await guest.inspect('st', '{{.Id}}');
    await expect
      .poll(
        async () =>
          Number.parseFloat(
            (await sh("docker stats --no-stream --format '{{.MemPerc}}' st")).stdout,
          ),
        { timeout: 60_000 },
      )
      .toBeGreaterThan(10);
    const table = (await sh('docker stats --no-stream')).stdout.split('\n');
    expect(table[0]).toMatch(
      /^CONTAINER ID +NAME +CPU % +MEM USAGE \/ LIMIT +MEM % +NET I\/O +BLOCK I\/O +PIDS$/,
    );
    expect(table[1]).toMatch(
      new RegExp(`^${id.slice(0, 12)} +st +\\d+\\.\\d\\d% +[\\d.]+MiB / 32MiB +\\d+\\.\\d\\d% `),
    );
    const full = (await sh('docker stats --no-stream --no-trunc --format json st')).stdout;
    expect(JSON.parse(full)).toMatchObject({ ID: id, Name: 'st', PIDs: '2' });
    // Three times header, line and what follows; the end of the pipe ends the command.
    const stream = (await sh('docker stats | head -n 9')).stdout;
    expect(stream.split('\x1b[H').length).toBe(4);
    expect(stream).toMatch(/\x1b\[K\n/); // eslint-disable-line no-control-regex -- drawn in place
    const document = (await guest.api('/containers/st/stats?stream=0&one-shot=1')) as {
      readonly pids_stats: { readonly limit: number };
      readonly networks: object;
    };
    expect(document.pids_stats.limit).toBe(10);
    expect(Object.keys(document.networks)).toEqual(['eth0']);
    expect(await refusal('docker stats --no-stream nope')).toBe(
      'Error response from daemon: No such container: nope\n',
    );
    await sh('docker rm -f st');
  });

  it('a process that is killed for its memory is told, also when its container goes on', async () => {
    await sh(
      `docker run -d --name o -m 8m busybox sh -c 'trap : TERM; sh -c "head -c 12m /dev/zero | tail"; echo survived; while :; do sleep 0.1; done'`,
    );
    await expect
      .poll(async () => (await sh('docker logs o')).stdout, { timeout: 60_000 })
      .toBe('survived\n');
    // A slow kernel kills a second process before the first has given its memory back: that is told too.
    const told = async (): Promise<string[]> => [...new Set(await events('o', '{{.Action}}'))];
    await expect.poll(told).toEqual(['create', 'start', 'oom']);
    await sh('docker rm -f o');
    await sh('docker run -d --name o -m 8m busybox sh -c "exec tail /dev/zero"');
    await becomes(
      guest,
      'o',
      '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}}',
      'exited 137 true',
    );
    expect((await events('o', '{{.Action}}')).slice(-4)).toEqual(['create', 'start', 'oom', 'die']);
    await sh('docker rm o');
  });

  it('logs: bounded, read across rotated files, followed to the end', async () => {
    await sh(
      `docker run -d --name l --log-opt max-size=2k --log-opt max-file=3 --label who=me --log-opt labels=who busybox sh -c 'i=0; while [ $i -lt 100 ]; do i=$((i+1)); echo line $i; done; sleep 1; echo end >&2'`,
    );
    const followed = (await sh('docker logs -f --tail 2 l 2>&1')).stdout.trim().split('\n');
    expect(followed.at(-1)).toBe('end');
    const id = await guest.inspect('l', '{{.Id}}');
    const sizes = await guest.root(`stat -c %s /var/lib/docker/containers/${id}/*.log*`);
    const bytes = sizes.stdout.trim().split('\n').map(Number);
    expect(bytes).toHaveLength(3);
    expect(Math.max(...bytes)).toBeLessThanOrEqual(2000);
    const lines = (await sh('docker logs l')).stdout.trim().split('\n');
    expect(lines.at(-1)).toBe('line 100');
    expect(lines).toEqual(lines.map((_, i) => `line ${101 - lines.length + i}`));
    expect((await sh('docker logs --tail 40 l')).stdout.split('\n')[0]).toBe('line 62');
    expect((await sh('docker logs --details --tail 2 l')).stdout).toBe('who=me line 100\n');
    await sh('docker rm l');
  });

  it('--rm survives a restart, and goes at its end', async () => {
    await sh('docker run -d --rm --name r busybox sleep 1000');
    expect((await sh('docker restart -t 0 r')).stdout).toBe('r\n');
    expect(await guest.inspect('r', '{{.State.Status}}')).toBe('running');
    await sh('docker stop -t 0 r');
    expect((await sh('docker ps -aq')).stdout).toBe('');
  });

  it('rm -f: kill, die, destroy', async () => {
    await sh('docker run -d --name rf busybox sleep 1000');
    const id = await guest.inspect('rf', '{{.Id}}');
    await sh('docker rm -f rf');
    expect(await events(id, '{{.Action}}')).toEqual(['create', 'start', 'kill', 'die', 'destroy']);
  });

  it('container prune asks, and removes what does not run and fits', async () => {
    await sh('docker create --name p1 --label keep busybox');
    await sh('docker create --name p2 busybox');
    await sh('docker run -d --name p3 busybox sleep 1000');
    const asked = await sh('echo n | docker container prune');
    expect(asked.stdout).toBe(
      'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ',
    );
    const id = await guest.inspect('p2', '{{.Id}}');
    expect((await sh('docker container prune -f --filter label!=keep')).stdout).toMatch(
      new RegExp(`^Deleted Containers:\n${id}\n\nTotal reclaimed space: 0B\n$`),
    );
    expect((await sh('docker container prune -f --filter until=1h')).stdout).toBe(
      'Total reclaimed space: 0B\n',
    );
    expect((await sh("docker ps -a --format '{{.Names}}'")).stdout).toBe('p3\np1\n');
    await sh('docker rm -f p1 p3');
  });

  it('leaves nothing behind', async () => {
    expect((await sh('docker ps -aq')).stdout).toBe('');
    expect((await guest.root('ls /run/bottle/containers')).stdout).toBe('');
    expect((await guest.root('ls /sys/fs/cgroup/docker | grep -c ^d; true')).stdout).toMatch(/^0/);
  });
});
