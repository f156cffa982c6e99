/** What a container must not be able to do to the machine: each test fails with its hole open. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/machine/index.ts';
import { createRegistry, memoryStorage } from '../../src/registry/index.ts';
import { FixtureLayout } from '../../src/registry/layout.fixture.ts';
import { Guest, type Result } from './machine.ts';
import { program, type SystemCall } from './program.ts';
import { ustar } from './tar.ts';

const HOST = '192.168.86.1:5000';

let guest: Guest;
const layout = new FixtureLayout();

/** Adds an image of these files and links to the registry of this test; returns its name. */
function image(name: string, files: Parameters<typeof ustar>[0]): string {
  layout.add(`hostile/${name}`, ['latest'], ustar({ true: program([]), ...files }));
  return `${HOST}/hostile/${name}`;
}

beforeAll(async () => {
  guest = await Guest.open();
  const registry = createRegistry({ storage: memoryStorage(layout.files) });
  guest.machine.network.serve(5000, (connection) => {
    void serveHttp(connection, `http://${HOST}`, (request) => registry.fetch(request));
  });
  expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
});

afterAll(() => guest.close());

const run = (flags: string, command: string): Promise<Result> =>
  guest.sh(`docker run --rm ${flags} busybox sh -c '${command}'`);

/** The daemon answers within its time: nothing in a container has stopped it. */
async function daemonIsWell(): Promise<void> {
  expect((await guest.sh('docker ps -q')).code).toBe(0);
}

describe('the engine’s own programs', () => {
  const files = '/usr/lib/bottle/shim /usr/lib/bottle/engine /usr/lib/bottle/docker-init';

  it('cannot be changed by anybody who does not first say so to the kernel (CVE-2019-5736)', async () => {
    const before = (await guest.root(`sha256sum ${files}; stat -c %a ${files}`)).stdout;
    for (const file of files.split(' ')) {
      for (const attempt of [
        `chmod 4777 ${file}`,
        `chown 1000 ${file}`,
        `rm ${file}`,
        `echo >${file}`,
      ]) {
        expect((await guest.root(attempt)).stderr, attempt).toMatch(
          /Operation not permitted|Text file busy|can't create/,
        );
      }
    }
    expect((await guest.root(`sha256sum ${files}; stat -c %a ${files}`)).stdout).toBe(before);
  });

  it('stay as they are when a container runs them through /proc/self/exe and reaches for them', async () => {
    const before = (await guest.root(`sha256sum ${files}; stat -c %a ${files}`)).stdout;
    const attack = 'while :; do chmod 4777 /proc/[0-9]*/exe; done';
    await guest.sh(
      `docker run -d --init --name reach busybox sh -c "ln -s /proc/self/exe /me; ${attack} 2>/dev/null"`,
    );
    for (let i = 0; i < 5; i++) await guest.sh('docker exec reach /me');
    expect((await guest.sh('docker exec reach chmod 4777 /proc/1/exe')).stderr).toMatch(
      /Read-only file system|not permitted/,
    );
    await guest.sh('docker rm -f reach');
    expect((await guest.root(`sha256sum ${files}; stat -c %a ${files}`)).stdout).toBe(before);
  });
});

describe('descriptors and directories of the machine', () => {
  it('none is open in a container (CVE-2024-21626)', async () => {
    const list = 'ls /proc/self/fd | tr "\\n" " "';
    expect((await run('', list)).stdout).toBe('0 1 2 3 ');
    expect((await run('--init', list)).stdout).toBe('0 1 2 3 ');
    await guest.sh('docker run -d --name open busybox sleep 999');
    expect((await guest.sh(`docker exec open sh -c '${list}'`)).stdout).toBe('0 1 2 3 ');
    // One for the terminal that a shell with job control keeps, none of the machine's.
    const tty = await guest.sh(
      `docker exec -t open sh -c 'for f in /proc/self/fd/*; do readlink $f; done'`,
    );
    const open = tty.stdout.split('\r\n').filter((path) => path !== '');
    expect(open.length).toBeGreaterThanOrEqual(3);
    for (const path of open) expect(path).toMatch(/^\/dev\/(pts\/\d+|tty)$/);
    await guest.sh('docker rm -f open');
  });

  it('a working directory outside the root is refused', async () => {
    for (const fd of [3, 4, 5, 6, 7, 8, 9]) {
      const { code, stderr } = await guest.sh(`docker run --rm -w /proc/self/fd/${fd} busybox pwd`);
      expect(code).not.toBe(0);
      expect(stderr).toContain(`chdir to cwd ("/proc/self/fd/${fd}") set in config.json failed`);
    }
    // Even where it could be looked at: this process may trace the machine's.
    const flags = '--pid host --cap-add SYS_PTRACE';
    const outside = await guest.sh(
      `docker run --rm ${flags} -w /proc/1/root busybox cat etc/hostname`,
    );
    expect(outside).toMatchObject({ stdout: '' });
    expect(outside.stderr).toContain('set in config.json failed');
    await guest.sh(`docker run -d --name tracer ${flags} busybox sleep 999`);
    const exec = await guest.sh('docker exec -w /proc/1/root tracer cat etc/hostname');
    expect(exec).toMatchObject({ stdout: expect.not.stringContaining('bottle') as string });
    expect(exec.code).not.toBe(0);
    await guest.sh('docker rm -f tracer');
  });
});

describe('links of an image where something is to be mounted', () => {
  it.each([
    ['proc', '/evil'],
    ['dev', '/evil'],
    ['sys', '/evil'],
    ['etc', '/evil'],
    ['etc/hosts', '/evil'],
    ['etc/hostname', '../../../../../evil'],
    ['etc/resolv.conf', '/proc/self/root/evil'],
    ['proc', 'etc'],
    ['dev', 'proc'],
  ])('/%s → %s is refused and not followed', async (path, link) => {
    const name = image(`link-${path.replaceAll('/', '-').replaceAll('.', '')}-${link.length}`, {
      [path]: { link },
    });
    const mounts = (await guest.root('wc -l </proc/mounts')).stdout;
    const { code, stderr } = await guest.sh(`docker run --rm -q ${name} /true`);
    expect(stderr).toMatch(/too many levels of symbolic links|not a directory/);
    expect(code).not.toBe(0);
    expect((await guest.root('ls -d /evil 2>&1')).code).not.toBe(0);
    expect((await guest.root('wc -l </proc/mounts')).stdout).toBe(mounts);
  });

  it('a link on the way to our init leads nowhere but into the image', async () => {
    const name = image('usrmerge', {
      'usr/sbin/x': new Uint8Array(1),
      sbin: { link: '/usr/sbin' },
    });
    const { code } = await guest.sh(`docker run --rm -q --init ${name} /true`);
    expect(code).toBe(0);
    expect((await guest.root('ls /usr/sbin/docker-init 2>&1')).code).not.toBe(0);
  });
});

describe('links of a volume where the machine’s own work is to be done', () => {
  /** Runs a container that has a volume as its `/dev`, which another one filled before. */
  async function withDevices(fill: string, flags = ''): Promise<Result> {
    await guest.sh('docker volume create hostile');
    expect((await run('-v hostile:/v', `cd /v; ${fill}`)).stderr).toBe('');
    const result = await guest.sh(`docker run --rm ${flags} -v hostile:/dev busybox true`);
    await guest.sh('docker volume rm hostile');
    return result;
  }

  const nodes = 'mknod zero c 1 5; mkdir pts shm mqueue';

  it('what hides files of the kernel is the null device and nothing else (CVE-2025-31133)', async () => {
    const link = await withDevices(`${nodes}; ln -s /proc/sys/kernel/core_pattern null`);
    expect(link.stderr).toMatch(/mask \/proc\/\w+: too many levels of symbolic links/);
    expect(link.code).not.toBe(0);
    const other = await withDevices(`${nodes}; mknod null c 1 5`);
    expect(other.stderr).toMatch(/mask \/proc\/\w+: no such device/);
    expect(other.code).not.toBe(0);
  });

  it('a terminal is bound where it is said, not where a link says (CVE-2025-52565)', async () => {
    const fill = `${nodes}; mknod null c 1 3; ln -s /proc/sys/kernel/core_pattern console`;
    const { stdout, stderr, code } = await withDevices(fill, '-t');
    expect(stdout + stderr).toMatch(/console \/dev\/console: /);
    expect(code).not.toBe(0);
  });

  it('nothing is mounted over the files of the kernel (CVE-2025-52881)', async () => {
    await guest.sh('docker volume create hostile');
    for (const path of ['/proc', '/proc/sys', '/proc/self/ns', '/sys/../proc/sys/kernel']) {
      const { code, stderr } = await guest.sh(`docker run --rm -v hostile:${path} busybox true`);
      expect(stderr).toMatch(/cannot be mounted because it is inside \/proc/);
      expect(code, path).not.toBe(0);
    }
    const name = image('detour', { detour: { link: '/proc/sys/kernel' } });
    const { stderr } = await guest.sh(`docker run --rm -q -v hostile:/detour ${name} /true`);
    expect(stderr).toMatch(/cannot be mounted because it is inside \/proc/);
    await guest.sh('docker volume rm hostile');
  });
});

describe('an exec into a container that has prepared for it', () => {
  it.each([
    ['a pipe', 'rm /etc/passwd /etc/group; mkfifo /etc/passwd /etc/group'],
    ['the terminal of the machine', 'rm /etc/passwd; mknod /etc/passwd c 229 0'],
    ['a link out', 'ln -sf ../../../../../../../etc/shadow /etc/passwd'],
    ['a link out in the directory', 'mv /etc /x; ln -s ../../../../../etc /etc'],
    ['no end of zeros', 'rm /etc/passwd; mknod /etc/passwd c 1 5'],
  ])('finds no user in %s, and the daemon lives on', async (_, prepare) => {
    await guest.sh(`docker run -d --name trap busybox sh -c '${prepare}; touch /ready; sleep 999'`);
    await expect.poll(async () => (await guest.sh('docker exec trap ls /ready')).code).toBe(0);
    const { stdout, stderr, code } = await guest.sh('docker exec -u learner trap true');
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(
      'unable to find user learner: no matching entries in passwd file',
    );
    await daemonIsWell();
    await guest.sh('docker stop -t 0 trap');
    // Once more from the layers as they lie on disk.
    await guest.sh('docker start trap');
    await daemonIsWell();
    await guest.sh('docker rm -f trap');
  });
});

describe('devices of the machine', () => {
  it('may be named by a container, and not opened', async () => {
    for (const numbers of ['c 1 11', 'c 229 0', 'c 4 64', 'c 10 183', 'b 7 0']) {
      const { stdout } = await run(
        '',
        `mknod /x ${numbers} && cat /x 2>&1; echo x 2>&1 >/x || true`,
      );
      expect(stdout, numbers).toMatch(
        /^cat: can't open '\/x': Operation not permitted\n.*Operation not permitted\n$/,
      );
    }
  });

  it('nor by an exec, nor by one without a filter of system calls', async () => {
    await guest.sh(
      'docker run -d --name nodes --cap-add ALL --security-opt seccomp=unconfined busybox sleep 999',
    );
    const { stderr, stdout } = await guest.sh(
      `docker exec nodes sh -c 'mknod /x c 1 11 && head -c 1 /x'`,
    );
    expect(stderr).toContain('Operation not permitted');
    expect(stdout).toBe('');
    await guest.sh('docker rm -f nodes');
  });
});

describe('files of the kernel', () => {
  it('that act on the machine are read-only or hidden', async () => {
    const core = (await guest.root('cat /proc/sys/kernel/core_pattern')).stdout;
    const attempts = await run(
      '',
      'for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/irq/0/smp_affinity /sys/kernel/uevent_helper /sys/fs/cgroup/memory.max; do [ -e $f ] || continue; (echo b >$f) 2>&1; done',
    );
    const lines = attempts.stdout.trim().split('\n');
    expect(lines.length).toBeGreaterThanOrEqual(2);
    for (const line of lines) expect(line).toMatch(/Read-only file system|Permission denied/);
    expect((await guest.root('cat /proc/sys/kernel/core_pattern')).stdout).toBe(core);
  });
});

describe('system calls', () => {
  /** Name, call, and what the kernel says to a container when no filter is asked. */
  const probes: readonly (readonly [name: string, call: SystemCall, unfiltered: number])[] = [
    ['mount', [21, 'x', '/nosuch', 'tmpfs', 0, 0], -2],
    ['umount2', [52, '/nosuch', 0], -2],
    ['open_tree', [428, -100, '/nosuch', 0], -2],
    ['mount_setattr', [442, -1, '', 0x40000000, 0, 0], -22],
    ['setns', [346, -1, 0], -9],
    ['clone into a user namespace', [120, 0x10000200, 0, 0, 0, 0], -22],
    ['kexec_load', [283, 0, 0, 0, 0], -38],
    ['keyctl', [288, 0, -3, 0], 0],
    ['add_key', [286, 0, 0, 0, 0, 0], -14],
    ['bpf', [357, 0, 0, 8192], -7],
    ['open_by_handle_at', [342, -1, 0, 0], -9],
    ['swapon', [87, 0, 0x40000000], -22],
    ['init_module', [128, 0, 0, 0], -38],
    ['io_uring_setup', [425, 0, 0], -38],
    ['personality', [136, 0x7000], 0],
    ['socket of AF_VSOCK', [359, 40, 1, 0], -97],
    // The last one: what it gives would open others.
    ['unshare of the user namespace', [310, 0x10000000], 0],
  ];
  const calls = probes.map(([, call]) => call);

  async function results(flags: string): Promise<number[]> {
    const name = image('probes', { probe: program(calls) });
    const { stdout, code } = await guest.sh(
      `docker run --rm -q ${flags} ${name} /probe | od -An -v -w4 -t d4`,
    );
    expect(code).toBe(0);
    return stdout.trim().split(/\s+/).map(Number);
  }

  it('that reach the machine are refused by the filter', async () => {
    const filtered = await results('');
    expect(Object.fromEntries(probes.map(([name], i) => [name, filtered[i]]))).toEqual(
      Object.fromEntries(probes.map(([name]) => [name, -1])),
    );
    // And by nothing else: without it the kernel looks at the arguments.
    const open = await results('--security-opt seccomp=unconfined');
    expect(
      Object.fromEntries(probes.map(([name], i) => [name, Math.min(open[i] ?? 1, 0)])),
    ).toEqual(Object.fromEntries(probes.map(([name, , unfiltered]) => [name, unfiltered])));
  });

  it('that are newer than the filter do not exist', async () => {
    const name = image('new', { probe: program([[435, 0, 0], [600], [100_000]]) });
    const { stdout } = await guest.sh(`docker run --rm -q ${name} /probe | od -An -v -w4 -t d4`);
    expect(stdout.trim().split(/\s+/)).toEqual(['-38', '-38', '-38']);
  });
});

describe('the Engine API', () => {
  it('cannot be reached over any network', async () => {
    const ask = (address: string): string =>
      `wget -T 3 -qO- http://${address}:2375/_ping 2>/dev/null; echo .`;
    for (const address of ['172.17.0.1', '192.168.86.100', '127.0.0.1']) {
      expect((await run('', ask(address))).stdout, address).toBe('.\n');
      expect((await run('--network host', ask(address))).stdout, `host ${address}`).toBe('.\n');
    }
    expect(
      (await run('', 'ls /run/docker.sock /var/run/docker.sock 2>&1 || true')).stdout,
    ).not.toMatch(/^\/.*sock$/m);
    // The page itself still may.
    expect(await guest.api('/version')).toMatchObject({ ApiVersion: '1.47' });
  });
});
