import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest, type Result } from './machine.ts';

/** Every flag of `run` that shapes what a container may do and use, seen from inside. */
let guest: Guest;

beforeAll(async () => {
  guest = await Guest.open();
  expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
});

afterAll(() => guest.close());

/** What a shell command prints in a fresh container. */
async function inside(flags: string, command: string): Promise<string> {
  const { stdout, stderr, code } = await guest.sh(
    `docker run --rm ${flags} busybox sh -c '${command}'`,
  );
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  return stdout;
}

const run = (flags: string, command = 'true'): Promise<Result> =>
  guest.sh(`docker run --rm ${flags} busybox ${command}`);

describe('limits of a process', () => {
  it('--ulimit sets soft and hard limits', async () => {
    const flags = '--ulimit nofile=64:128 --ulimit core=0 --ulimit nproc=50 --ulimit stack=-1';
    const limits = await inside(flags, 'cat /proc/self/limits');
    expect(limits).toMatch(/Max open files +64 +128 /);
    expect(limits).toMatch(/Max core file size +0 +0 /);
    expect(limits).toMatch(/Max processes +50 +50 /);
    expect(limits).toMatch(/Max stack size +unlimited +unlimited /);
  });

  it('--oom-score-adj says who dies first', async () => {
    expect(await inside('--oom-score-adj 500', 'cat /proc/self/oom_score_adj')).toBe('500\n');
    expect((await run('--oom-score-adj 1001')).stderr).toContain(
      'Invalid value 1001, range for oom score adj is [-1000, 1000]',
    );
  });
});

describe('control groups', () => {
  const meter = async (flags: string, ...files: string[]): Promise<string[]> =>
    (await inside(flags, `cd /sys/fs/cgroup; cat ${files.join(' ')}`)).trim().split('\n');

  it('memory, swap and reservation', async () => {
    expect(
      await meter(
        '-m 32m --memory-swap 48m --memory-reservation 16m',
        'memory.max',
        'memory.swap.max',
        'memory.low',
      ),
    ).toEqual([String(32 << 20), String(16 << 20), String(16 << 20)]);
    expect(await meter('-m 32m --memory-swap -1', 'memory.swap.max')).toEqual(['max']);
  });

  it('processors', async () => {
    expect(await meter('--cpus 0.5', 'cpu.max')).toEqual(['50000 100000']);
    expect(await meter('--cpu-period 50000 --cpu-quota 20000', 'cpu.max')).toEqual(['20000 50000']);
    expect(
      await meter(
        '--cpu-shares 512 --cpuset-cpus 0 --cpuset-mems 0',
        'cpu.weight',
        'cpuset.cpus',
        'cpuset.mems',
      ),
    ).toEqual(['20', '0', '0']);
  });

  it('a parent of one’s own', async () => {
    await guest.sh('docker run -d --name child --cgroup-parent /team/blue -m 16m busybox sleep 99');
    const id = (await guest.sh("docker inspect -f '{{.Id}}' child")).stdout.trim();
    const group = `/sys/fs/cgroup/team/blue/${id}`;
    expect((await guest.root(`cat ${group}/memory.max`)).stdout).toBe(`${16 << 20}\n`);
    const denied = await guest.sh('docker exec child sh -c "mknod /k c 1 11 && cat /k"');
    expect(denied.stderr).toContain('Operation not permitted');
    await guest.sh('docker rm -f child');
    expect((await guest.root(`ls -d ${group} 2>&1`)).code).not.toBe(0);
    await guest.root('rmdir /sys/fs/cgroup/team/blue /sys/fs/cgroup/team');
  });

  it('says what this kernel does not have', async () => {
    const { stderr, code } = await run('--oom-kill-disable --memory-swappiness 60 -m 16m');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'WARNING: Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.\n' +
        'WARNING: Your kernel does not support OomKillDisable. OomKillDisable discarded.\n',
    );
  });

  it.each([
    ['-m 1m', 'Minimum memory limit allowed is 6MB'],
    [
      '-m 16m --memory-swap 8m',
      'Minimum memoryswap limit should be larger than memory limit, see usage',
    ],
    [
      '--memory-swap 8m',
      'You should always set the Memory limit when using Memoryswap limit, see usage',
    ],
    ['--cpus 2', 'Range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available'],
    ['--cpuset-cpus 3', 'Requested CPUs are not available - requested 3, available: 0'],
    [
      '--cpus 0.5 --cpu-quota 5000',
      'Conflicting options: Nano CPUs and CPU Quota cannot both be set',
    ],
  ])('refuses %s', async (flags, sentence) => {
    const { stderr, code } = await run(flags);
    expect(stderr).toContain(`Error response from daemon: ${sentence}`);
    expect(code).toBe(125);
  });
});

describe('namespaces', () => {
  beforeAll(async () => {
    await guest.sh(
      'docker run -d --name other --ipc shareable --shm-size 1m busybox sh -c "echo shared >/dev/shm/word; sleep 999"',
    );
    await guest.sh('docker run -d --name alone busybox sleep 999');
  });

  afterAll(() => guest.sh('docker rm -f other alone'));

  const namespace = async (flags: string, type: string): Promise<string> =>
    (await inside(flags, `readlink /proc/self/ns/${type}`)).trim();
  const hosts = async (type: string): Promise<string> =>
    (await guest.sh(`readlink /proc/self/ns/${type}`)).stdout.trim();

  it.each(['pid', 'ipc', 'uts'])('--%s host is the host’s', async (type) => {
    expect(await namespace('', type)).not.toBe(await hosts(type));
    expect(await namespace(`--${type} host`, type)).toBe(await hosts(type));
  });

  it('--cgroupns host sees the whole tree', async () => {
    expect(await inside('--cgroupns host', 'cat /proc/self/cgroup')).toMatch(
      /^0::\/docker\/[0-9a-f]{64}\n$/,
    );
    expect(await inside('--cgroupns host', 'ls -d /sys/fs/cgroup/docker')).toContain('docker');
  });

  it('--uts host has the host’s name and takes no other', async () => {
    expect(await inside('--uts host', 'hostname')).toBe('bottle\n');
    expect((await run('--uts host --hostname x')).stderr).toContain(
      'conflicting options: hostname and the UTS mode',
    );
  });

  it('--pid container:X sees its processes, and ends without them', async () => {
    expect(await inside('--pid container:other', 'ps')).toContain('sleep 999');
    expect((await guest.sh('docker exec other true')).code).toBe(0);
    const { stderr } = await run('--pid container:nosuch');
    expect(stderr).toContain('No such container: nosuch');
  });

  it('--pid host leaves nothing behind when its first process ends', async () => {
    await run('--pid host', 'sh -c "sleep 777 & sleep 778 & exit 0"');
    expect((await guest.root('pgrep -f "sleep 77[78]"')).code).toBe(1);
  });

  it('--ipc container:X shares memory with a container that allows it', async () => {
    expect(await inside('--ipc container:other', 'cat /dev/shm/word')).toBe('shared\n');
    expect((await run('--ipc container:alone')).stderr).toMatch(
      /failed to join IPC namespace: container [0-9a-f]{64}: non-shareable IPC \(hint: use IpcMode:shareable for the donor container\)/,
    );
    expect(await inside('--ipc none', 'ls -d /dev/shm 2>&1 || true')).toContain('No such file');
    expect(await inside('--shm-size 2m', 'df -k /dev/shm | tail -1')).toMatch(/ 2048 /);
  });

  it('a container that was shared with is not there to join once it has stopped', async () => {
    await guest.sh('docker create --name later --pid container:alone busybox true');
    await guest.sh('docker stop -t 0 alone');
    const { stderr } = await guest.sh('docker start later');
    expect(stderr).toMatch(/failed to join PID namespace: container [0-9a-f]{64} is not running/);
    await guest.sh('docker rm later; docker start alone');
  });
});

describe('devices', () => {
  it('--device brings a node and opens it, under any name and for less than everything', async () => {
    expect(
      await inside('--device /dev/kmsg', 'ls -l /dev/kmsg; head -c 1 /dev/kmsg | wc -c'),
    ).toMatch(/^crw.* 1, +11 .*\n1\n$/);
    expect(
      await inside(
        '--device /dev/kmsg:/opt/log/k:r',
        'head -c 1 /opt/log/k | wc -c; echo x 2>&1 >/opt/log/k || true',
      ),
    ).toMatch(/^1\n.*[Oo]peration not permitted/);
    expect((await run('--device /dev/nosuch')).stderr).toContain(
      'error gathering device information while adding custom device "/dev/nosuch": no such file or directory',
    );
    expect((await run('--device /etc/passwd')).stderr).toContain(
      'error gathering device information while adding custom device "/etc/passwd": not a device node',
    );
  });

  it('--device-cgroup-rule opens what the container makes itself', async () => {
    const make = 'mknod /k c 1 11; head -c 1 /k 2>&1 | wc -c';
    expect(await inside("--device-cgroup-rule 'c 1:11 r'".replaceAll("'", '"'), make)).toBe('1\n');
  });

  it('--privileged has every device and may use it', async () => {
    const here = (await guest.root('ls /dev | grep -vE "^(pts|shm|mqueue|console|ptmx)$" | sort'))
      .stdout;
    const there = await inside(
      '--privileged',
      'ls /dev | grep -vE "^(pts|shm|mqueue|console|ptmx|core)$" | sort',
    );
    expect(there).toBe(here);
    const status = await inside(
      '--privileged',
      'head -c 1 /dev/kmsg | wc -c; grep -E "CapEff|Seccomp:" /proc/self/status; mkdir /sys/fs/cgroup/x && rmdir /sys/fs/cgroup/x && echo writable',
    );
    expect(status).toBe('1\nCapEff:\t000001ffffffffff\nSeccomp:\t0\nwritable\n');
  });
});

describe('who the process is', () => {
  it('--user in every form, with its groups from the image', async () => {
    const id = (user: string, more = ''): Promise<string> => inside(`-u ${user} ${more}`, 'id');
    expect(await inside('', 'id -G')).toMatch(/^0/);
    expect(await id('1234')).toMatch(/^uid=1234 gid=0\(root\)/);
    expect(await id('1234:5678')).toMatch(/^uid=1234 gid=5678( groups=5678)?\n$/);
    expect(await id('nobody')).toMatch(/^uid=65534\(nobody\)/);
    expect(await id('nobody:wheel', '--group-add 4321')).toMatch(/gid=10\(wheel\) groups=.*4321/);
    expect((await run('-u nosuch')).stderr).toContain(
      'unable to find user nosuch: no matching entries in passwd file',
    );
    expect((await run('-u 0:nosuch')).stderr).toContain(
      'unable to find group nosuch: no matching entries in group file',
    );
    expect((await run('--group-add nosuch')).stderr).toContain(
      'Unable to find group nosuch: no matching entries in group file',
    );
    expect((await run('-u 4294967296')).stderr).toContain(
      'uids and gids must be in range 0-2147483647',
    );
  });

  it('--cap-add and --cap-drop, with and without CAP_', async () => {
    const caps = async (flags: string): Promise<string> =>
      (await inside(flags, 'grep CapEff /proc/self/status')).trim().split('\t')[1] ?? '';
    expect(await caps('--cap-drop ALL')).toBe('0000000000000000');
    expect(await caps('--cap-drop ALL --cap-add chown')).toBe('0000000000000001');
    expect(await caps('--cap-drop ALL --cap-add CAP_NET_BIND_SERVICE')).toBe('0000000000000400');
    expect(await caps('--cap-add ALL')).toBe('000001ffffffffff');
    expect(await caps('--cap-add ALL --cap-drop MKNOD')).toBe('000001fff7ffffff');
    expect((await run('--cap-add nosuch')).stderr).toContain(
      'invalid CapAdd: unknown capability: "CAP_NOSUCH"',
    );
  });
});

describe('security options', () => {
  it('no-new-privileges holds', async () => {
    const flags = '--security-opt no-new-privileges';
    expect(await inside(flags, 'grep NoNewPrivs /proc/self/status')).toBe('NoNewPrivs:\t1\n');
  });

  it('seccomp=unconfined and a profile of one’s own', async () => {
    const seccomp = 'grep Seccomp: /proc/self/status';
    expect(await inside('--security-opt seccomp=unconfined', seccomp)).toBe('Seccomp:\t0\n');
    await guest.sh(
      `echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":30}]}' >/tmp/no-mkdir.json`,
    );
    const own = '--security-opt seccomp=/tmp/no-mkdir.json';
    expect(await inside(own, `${seccomp}; mkdir /a 2>&1 || true`)).toBe(
      "Seccomp:\t2\nmkdir: can't create directory '/a': Read-only file system\n",
    );
    await guest.sh(`echo '{"defaultAction":"NONE"}' >/tmp/bad.json`);
    expect((await run('--security-opt seccomp=/tmp/bad.json')).stderr).toContain(
      'Decoding seccomp profile failed: ',
    );
    expect((await run('--security-opt nosuch=1')).stderr).toContain(
      'invalid --security-opt 2: "nosuch=1"',
    );
  });

  it('apparmor and label are let be where there is neither', async () => {
    const flags = '--security-opt apparmor=unconfined --security-opt label=disable';
    expect((await run(flags)).code).toBe(0);
  });

  it('--sysctl sets what a namespace has of its own, and nothing of the machine', async () => {
    const flags = '--sysctl net.ipv4.ip_default_ttl=42 --sysctl kernel.msgmax=4096';
    expect(
      await inside(flags, 'cat /proc/sys/net/ipv4/ip_default_ttl /proc/sys/kernel/msgmax'),
    ).toBe('42\n4096\n');
    expect((await guest.sh('cat /proc/sys/net/ipv4/ip_default_ttl')).stdout).toBe('64\n');
    expect((await run('--sysctl vm.swappiness=1')).code).toBe(125);
    expect((await run('--network host --sysctl net.ipv4.ip_default_ttl=1')).stderr).toContain(
      'sysctl "net.ipv4.ip_default_ttl" is not allowed in the hosts network namespace',
    );
  });

  it('--read-only keeps the root as it is, and a --tmpfs beside it not', async () => {
    expect(
      await inside(
        '--read-only --tmpfs /t:size=1m',
        'touch /t/x && touch /x 2>&1 || true; df -k /t | tail -1',
      ),
    ).toMatch(/Read-only file system\n.* 1024 /);
  });
});

describe('--init', () => {
  it('is process 1, reaps what nobody waits for, and ends as the command does', async () => {
    const tree = await inside(
      '--init',
      'cat /proc/1/cmdline | tr "\\0" " "; echo; sh -c "sleep 0.1 & exit"; sleep 0.5; ps -o stat,comm | grep -c "^Z" || true; exit 0',
    );
    expect(tree).toMatch(/^\/sbin\/docker-init -- sh -c .*\n0\n$/s);
    expect((await run('--init', 'sh -c "exit 7"')).code).toBe(7);
    expect((await run('--init', 'sh -c "kill -9 \\$\\$"')).code).toBe(137);
    const missing = await run('--init', 'nosuch');
    expect(missing.code).toBe(127);
    expect(missing.stderr).toContain('exec nosuch failed: No such file or directory');
    expect(await inside('--init', 'echo x 2>&1 >/sbin/docker-init || true')).toMatch(
      /Read-only file system/,
    );
  });

  it('hands signals on to the command', async () => {
    await guest.sh(
      'docker run -d --init --name polite busybox sh -c "trap \'exit 3\' TERM; while :; do sleep 0.1; done"',
    );
    await guest.sh('docker stop -t 20 polite');
    expect((await guest.sh("docker inspect -f '{{.State.ExitCode}}' polite")).stdout).toBe('3\n');
    await guest.sh('docker rm polite');
  });
});
