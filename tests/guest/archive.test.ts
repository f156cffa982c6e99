import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Guest, type Result } from './machine.ts';
import { ustar } from './tar.ts';

/** `docker cp`: both ways, of containers that run and that do not, and never out of a container. */
describe('docker cp', () => {
  let guest: Guest;
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);

  beforeAll(async () => {
    guest = await Guest.open();
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
    await guest.sh('docker run -d --name runs -v vol:/vol --tmpfs /mem busybox sleep 9999');
    await guest.sh('docker create --name rests -v vol:/vol busybox');
    await guest.sh('mkdir -p ~/src/sub; echo one > ~/src/f; echo two > ~/src/sub/g');
    await guest.sh('ln -s f ~/src/link');
  });

  afterAll(() => guest.close());

  /** PUTs an archive as a client would that does not care for rules. */
  async function put(
    container: string,
    path: string,
    body: Uint8Array<ArrayBuffer>,
  ): Promise<{ status: number; message: string }> {
    const response = await guest.machine.request(
      `/containers/${container}/archive?path=${encodeURIComponent(path)}`,
      { method: 'PUT', body },
    );
    const answer = await response.text();
    const { message = '' } =
      answer === '' ? { message: '' } : (JSON.parse(answer) as { message?: string });
    return { status: response.status, message };
  }

  for (const name of ['runs', 'rests']) {
    describe(`a container that ${name}`, () => {
      it('a file in, and out again', async () => {
        expect((await guest.sh(`docker cp ~/src/f ${name}:/file`)).code).toBe(0);
        expect((await guest.sh(`docker cp ${name}:/file ~/back && cat ~/back`)).stdout).toBe(
          'one\n',
        );
      });

      it('a directory: as a new one, into one that is there, and its content', async () => {
        const copy = `docker cp ~/src ${name}:/dir && docker cp ~/src ${name}:/dir && docker cp ~/src/. ${name}:/flat`;
        expect((await guest.sh(copy)).code).toBe(0);
        const { stdout } = await guest.sh(
          `docker cp ${name}:/dir - | tar t | sort; docker cp ${name}:/flat/. - | tar t | sort`,
        );
        expect(stdout).toBe(
          'dir/\ndir/f\ndir/link\ndir/src/\ndir/src/f\ndir/src/link\ndir/src/sub/\ndir/src/sub/g\ndir/sub/\ndir/sub/g\n' +
            './\n./f\n./link\n./sub/\n./sub/g\n',
        );
      });

      it('into a volume and out of it', async () => {
        await guest.sh(`docker cp ~/src/f ${name}:/vol/from-${name}`);
        const seen = await guest.root(`cat /var/lib/docker/volumes/vol/_data/from-${name}`);
        expect(seen.stdout).toBe('one\n');
        expect((await guest.sh(`docker cp ${name}:/vol/from-${name} - | tar xO`)).stdout).toBe(
          'one\n',
        );
      });

      it('a link as a link, or what it leads to', async () => {
        await guest.sh(`docker cp ~/src/. ${name}:/links`);
        await guest.sh(`rm -rf ~/l1 ~/l2; docker cp ${name}:/links/link ~/l1`);
        expect((await guest.sh('readlink ~/l1')).stdout).toBe('f\n');
        await guest.sh(`docker cp -L ${name}:/links/link ~/l2`);
        expect((await guest.sh('cat ~/l2')).stdout).toBe('one\n');
      });

      it('a tar from standard input', async () => {
        const { code } = await guest.sh(`tar c -C ~ src | docker cp - ${name}:/vol`);
        expect(code).toBe(0);
        expect((await guest.sh(`docker cp ${name}:/vol/src/sub/g - | tar xO`)).stdout).toBe(
          'two\n',
        );
        const refused = await guest.sh(`tar c -C ~ src | docker cp - ${name}:/file`);
        expect(refused.stderr).toBe(`destination "${name}:/file" must be a directory\n`);
      });

      it('says what is not there, and does not put a directory over a file', async () => {
        expect((await guest.sh(`docker cp ${name}:/nothing ~/x`)).stderr).toBe(
          `Error response from daemon: Could not find the file /nothing in container ${name}\n`,
        );
        expect((await guest.sh(`docker cp ~/src ${name}:/file`)).stderr).toBe(
          'cannot copy directory\n',
        );
        expect((await guest.sh(`docker cp ~/src/f ${name}:/no/file`)).stderr).toBe(
          `Error response from daemon: Could not find the file /no in container ${name}\n`,
        );
        expect((await guest.sh(`docker cp ~/src/f ${name}:/nowhere/`)).stderr).toBe(
          'no such directory\n',
        );
      });

      it('a link of the container does not lead out of it (CVE-2018-15664)', async () => {
        await guest.root('mkdir -p /tmp/secret && echo secret > /tmp/secret/file');
        const trap = ustar({
          trap: { link: '/tmp/secret' },
          up: { link: '../../../../tmp/secret' },
        });
        expect((await put(name, '/', trap)).status).toBe(200);
        for (const link of ['trap', 'up']) {
          expect((await guest.sh(`docker cp ${name}:/${link}/file - | tar xO`)).code).not.toBe(0);
          const into = await put(name, `/${link}/`, ustar({ file: text('stolen') }));
          expect(into.status).toBe(404);
        }
        const through = await put(name, '/', ustar({ 'trap/file': text('stolen') }));
        expect(through.status).not.toBe(200);
        expect((await guest.root('cat /tmp/secret/file; ls /tmp/secret | wc -l')).stdout).toBe(
          'secret\n1\n',
        );
      });

      it('an archive does not lead out of its directory', async () => {
        await guest.root('rm -rf /tmp/escaped');
        for (const path of ['../escaped', 'a/../../escaped', '../../../../tmp/escaped']) {
          const { status, message } = await put(name, '/vol', ustar({ [path]: text('out') }));
          expect(status).toBe(400);
          expect(message).toContain('leads out');
        }
        const linked = await put(
          name,
          '/vol',
          ustar({ hard: { link: '../../../../../etc/shadow', hard: true } }),
        );
        expect(linked.status).toBe(400);
        const found = await guest.root('ls /tmp/escaped /var/lib/docker/volumes/vol/escaped');
        expect(found.stdout).toBe('');
      });

      it('an archive that is cut off, or none at all, is a 400 and leaves no piece of a file', async () => {
        const whole = ustar({ cut: text('x'.repeat(5000)) });
        expect((await put(name, '/vol', whole.slice(0, 2000))).status).toBe(400);
        expect((await put(name, '/vol', text('not a tar').slice())).status).toBe(400);
        expect((await guest.root('ls /var/lib/docker/volumes/vol/_data/cut')).code).not.toBe(0);
      });
    });
  }

  describe('while a container starts', () => {
    /** Asks for a start; the status of the answer. */
    const start = async (name: string): Promise<number> =>
      (await guest.machine.request(`/containers/${name}/start`, { method: 'POST' })).status;
    /** Appends to a file of the image, which the kernel has to copy up for that. */
    const copiesUp = (name: string): Promise<Result> =>
      guest.sh(`docker exec ${name} sh -c 'echo "x:x:99:" >> /etc/group && tail -n 1 /etc/group'`);

    it('the start waits for an archive that is being unpacked', async () => {
      await guest.sh('docker create --name waits busybox sleep 9999');
      const archive = ustar({ one: text('1'), 'etc/two': text('2'), 'etc/shadow': text('3') });
      let finish = (): void => undefined;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(archive.slice(0, 1024)); // the first file, whole
          finish = () => {
            controller.enqueue(archive.slice(1024));
            controller.close();
          };
        },
      });
      const unpacked = guest.machine.request('/containers/waits/archive?path=/', {
        method: 'PUT',
        body,
      });
      const daemon = (await guest.root('pgrep -f "engine daemon" | head -1')).stdout.trim();
      await expect
        .poll(async () => (await guest.root(`ls -l /proc/${daemon}/fd | grep -c mnt:`)).stdout)
        .toBe('1\n');
      let answered = false;
      const started = start('waits').finally(() => (answered = true));
      // The daemon has answered others meanwhile, and that start would long be done.
      for (let i = 0; i < 20; i++) await guest.api('/containers/waits/json');
      expect(answered).toBe(false);
      finish();
      expect((await unpacked).status).toBe(200);
      expect(await started).toBe(204);
      expect((await guest.sh('docker exec waits cat /one /etc/two /etc/shadow')).stdout).toBe(
        '123',
      );
      expect((await copiesUp('waits')).stdout).toBe('x:x:99:\n');
      await guest.sh('docker rm -f waits');
    });

    it('archives wait for the start, and for each other', async () => {
      // A start that takes its time.
      const many = Array.from({ length: 20 }, (_, i) => `--tmpfs /mem${String(i)}`).join(' ');
      for (let round = 0; round < 2; round++) {
        await guest.sh(`docker create --name busy ${many} busybox sleep 9999`);
        const started = start('busy');
        const unpacked = await Promise.all(
          [0, 1, 2, 3].map((i) => put('busy', '/etc', ustar({ [`f${String(i)}`]: text('in') }))),
        );
        expect(unpacked.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        expect(await started).toBe(204);
        expect((await copiesUp('busy')).stderr).toBe('');
        expect((await guest.sh('docker exec busy sh -c "cat /etc/f?"')).stdout).toBe('inininin');
        await guest.sh('docker rm -f busy');
      }
    });

    it('one that its policy starts again and again takes every archive, and knows its own user', async () => {
      await guest.sh(
        `docker create --name again --restart always --user own busybox sh -c 'id -un; exit 1'`,
      );
      await put('again', '/etc', ustar({ passwd: text('own:x:1234:1234::/:/bin/sh\n') }));
      expect(await start('again')).toBe(204);
      const answers: number[] = [];
      const restarts = async (): Promise<number> => {
        answers.push((await put('again', '/', ustar({ f: text('in') }))).status);
        const { stdout } = await guest.sh('docker inspect -f {{.RestartCount}} again');
        return Number(stdout);
      };
      await expect.poll(restarts, { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
      expect(answers.filter((status) => status !== 200)).toEqual([]);
      // It waits for its next start now, or has one: its files are there all the same.
      expect((await guest.sh('docker export again | tar tf - bin/busybox')).code).toBe(0);
      await guest.sh('docker stop again');
      expect((await guest.sh('docker logs again | sort -u')).stdout).toBe('own\n');
      await guest.sh('docker rm again');
    });
  });

  it('sees the tmpfs of a running container', async () => {
    await guest.sh('docker cp ~/src/f runs:/mem/f');
    expect((await guest.sh('docker exec runs cat /mem/f')).stdout).toBe('one\n');
    expect((await guest.sh('docker cp runs:/mem/f - | tar xO')).stdout).toBe('one\n');
  });

  it('copies a whole root without what the kernel shows in it', async () => {
    const { stdout } = await guest.sh(
      'docker cp runs:/. - | tar t | grep -cE "^./(proc|sys|dev)/."',
    );
    expect(stdout).toBe('0\n');
  });

  it('writes nothing where the container may not', async () => {
    await guest.sh('docker create --name fixed --read-only -v vol:/vol:ro busybox');
    expect((await guest.sh('docker cp ~/src/f fixed:/f')).stderr).toBe(
      'Error response from daemon: container rootfs is marked read-only\n',
    );
    expect((await guest.sh('docker cp ~/src/f fixed:/vol/f')).stderr).toBe(
      'Error response from daemon: mounted volume is marked read-only\n',
    );
  });

  it('a container cannot write through the copier’s hands to this computer', async () => {
    // The archive that a container gives is unpacked by the user: its links are not followed either.
    await guest.root('rm -rf /tmp/mine; mkdir -m 777 /tmp/mine');
    const evil = ustar({ 'd/x': { link: '/tmp/mine' } });
    await put('rests', '/vol', evil);
    await guest.sh('rm -rf ~/got; docker cp rests:/vol/d ~/got');
    expect((await guest.sh('readlink ~/got/x')).stdout).toBe('/tmp/mine\n');
    await guest.sh('rm -rf ~/got2; mkdir -p ~/got2/d; ln -s /tmp/mine ~/got2/d/sub');
    await put('rests', '/vol', ustar({ 'e/d/sub/file': text('through') }));
    expect((await guest.sh('docker cp rests:/vol/e/. ~/got2')).code).not.toBe(0);
    expect((await guest.root('ls /tmp/mine')).stdout).toBe('');
  });

  it('leaves nothing mounted and nothing open', async () => {
    expect((await guest.root('grep -c "overlay2.*merged" /proc/mounts')).stdout).toBe('1\n');
    const daemon = (await guest.root('pgrep -f "engine daemon" | head -1')).stdout.trim();
    const files = await guest.root(`ls -l /proc/${daemon}/fd | grep -cE "mnt:|overlay2"`);
    expect(files.stdout).toBe('0\n');
  });
});
