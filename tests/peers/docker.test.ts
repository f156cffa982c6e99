/**
 * `npm run machine` and the Docker CLI that others wrote: it is to see no difference from Docker.
 * Whether what it prints is the same as ours is `cli/`; here everything is real.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bottle, findDocker } from './docker/bottle.ts';
import { type Ended, printed } from './docker/process.ts';

const docker = await findDocker();
const ID = /^[0-9a-f]{64}\n$/;

describe.skipIf(docker.missing)(`npm run machine and ${docker.title}`, () => {
  let bottle: Bottle;
  const run = (...args: readonly string[]): Promise<Ended> => bottle.docker(...args);
  const line = (words: string): Promise<Ended> => bottle.line(words);
  const refused = (status: number, sentence: string): object => ({
    status,
    stdout: '',
    stderr: expect.stringContaining(sentence) as string,
  });

  beforeAll(async () => {
    bottle = await Bottle.start();
  });
  afterAll(async () => {
    expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  describe('from the first command to the last', () => {
    let id = '';

    it('version', async () => {
      const { status, stdout } = await line('version');
      expect(stdout).toMatch(/Server:[^]*API version: +1\.47[^]*OS\/Arch: +linux\/386/);
      expect(status).toBe(0);
    });

    it('info', async () => {
      const { status, stdout } = await line('info');
      expect(stdout).toContain('Server:\n Containers: 0\n  Running: 0\n');
      expect(stdout).toMatch(/\n Images: 0\n[^]*Cgroup Version: 2\n[^]*Architecture: i686\n/);
      expect(stdout).not.toMatch(/ERROR|WARNING/);
      expect(status).toBe(0);
    });

    it('pull busybox', async () => {
      const { status, stdout, stderr } = await line('pull busybox');
      expect(stderr).toBe('');
      expect(stdout).toMatch(
        /^Using default tag: latest\nlatest: Pulling from library\/busybox\n([0-9a-f]{12}: [ A-Za-z]+\n)+Digest: sha256:[0-9a-f]{64}\nStatus: Downloaded newer image for busybox:latest\ndocker\.io\/library\/busybox:latest\n$/,
      );
      expect(status).toBe(0);
      expect((await line('pull busybox')).stdout).toContain(
        'Status: Image is up to date for busybox:latest\n',
      );
    });

    it('images', async () => {
      const { status, stdout } = await line('images');
      expect(stdout).toMatch(
        /^REPOSITORY +TAG +IMAGE ID +CREATED +SIZE\nbusybox +latest +[0-9a-f]{12} +\S.* ago +[\d.]+MB\n$/,
      );
      expect(status).toBe(0);
    });

    it('run --rm busybox echo hi', async () => {
      expect(await line('run --rm busybox echo hi')).toEqual(printed('hi\n'));
    });

    it('run -d --name a busybox sleep 1000', async () => {
      const { status, stdout } = await line('run -d --name a busybox sleep 1000');
      expect(stdout).toMatch(ID);
      expect(status).toBe(0);
      id = stdout.trim();
    });

    it('ps', async () => {
      const { status, stdout } = await line('ps');
      expect(stdout).toMatch(
        /^CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES\n[0-9a-f]{12} +busybox +"sleep 1000" +\S.* ago +Up .*\S +a\n$/,
      );
      expect(status).toBe(0);
    });

    it('exec a hostname', async () => {
      expect(await line('exec a hostname')).toEqual(printed(`${id.slice(0, 12)}\n`));
    });

    it('logs a', async () => {
      expect(await line('logs a')).toEqual(printed(''));
    });

    it('inspect a', async () => {
      const { status, stdout } = await line('inspect a');
      expect(JSON.parse(stdout)).toMatchObject([
        {
          Id: id,
          Name: '/a',
          Path: 'sleep',
          Args: ['1000'],
          State: { Status: 'running', Running: true, ExitCode: 0, OOMKilled: false },
          Config: { Image: 'busybox', Cmd: ['sleep', '1000'], Hostname: id.slice(0, 12) },
        },
      ]);
      expect(status).toBe(0);
    });

    it('stop -t 1 a', async () => {
      expect(await line('stop -t 1 a')).toEqual(printed('a\n'));
      // The first process of a namespace takes no SIGTERM that it does not expect.
      expect(await bottle.state('a', 'ExitCode')).toBe('137');
    });

    it('rm a', async () => {
      expect(await line('rm a')).toEqual(printed('a\n'));
      expect(await line('ps -aq')).toEqual(printed(''));
    });
  });

  describe('exit codes', () => {
    it('0 and 3', async () => {
      expect(await line('run --rm busybox true')).toEqual(printed(''));
      expect(await run('run', '--rm', 'busybox', 'sh', '-c', 'echo no >&2; exit 3')).toEqual({
        ...{ status: 3, stdout: '', stderr: 'no\n' },
      });
    });

    it('126 of what cannot be executed, 127 of what is not there, 125 of docker', async () => {
      expect(await line('run --rm busybox /etc/passwd')).toEqual(
        refused(126, 'exec: "/etc/passwd": permission denied'),
      );
      expect(await line('run --rm busybox nosuch')).toEqual(
        refused(127, 'exec: "nosuch": executable file not found in $PATH'),
      );
      expect(await line('run --rm --nosuch busybox')).toEqual(
        refused(125, 'unknown flag: --nosuch'),
      );
      expect(await line('ps -aq')).toEqual(printed(''));
    });

    it('137 of kill, also of the command that waits', async () => {
      const foreground = bottle.start(['run', '--name', 'k', 'busybox', 'sh', '-c', WAITS]);
      await foreground.until('ready\n');
      expect(await line('kill k')).toEqual(printed('k\n'));
      expect(await foreground.ended).toEqual({ status: 137, stdout: 'ready\n', stderr: '' });
      expect(await line('wait k')).toEqual(printed('137\n'));
      expect(await line('rm k')).toEqual(printed('k\n'));
    });

    it('143 of SIGTERM, which the command hands on', async () => {
      const foreground = bottle.start(['run', '--rm', 'busybox', 'sh', '-c', ENDS]);
      await foreground.until('ready\n');
      foreground.signal('SIGTERM');
      expect(await foreground.ended).toEqual({ status: 143, stdout: 'ready\nTERM\n', stderr: '' });
    });

    it('of exec: 0, 5, 126, 127 and 143', async () => {
      await line('run -d --name e busybox sleep 1000');
      expect(await line('exec e echo hi')).toEqual(printed('hi\n'));
      expect((await run('exec', 'e', 'sh', '-c', 'exit 5')).status).toBe(5);
      expect((await line('exec e /etc/passwd')).status).toBe(126);
      expect((await line('exec e nosuch')).status).toBe(127);
      expect((await run('exec', 'e', 'sh', '-c', 'kill $$')).status).toBe(143);
      expect(await line('rm -f e')).toEqual(printed('e\n'));
    });
  });

  describe('what goes on', () => {
    it('kill -s and wait', async () => {
      await run('run', '-d', '--name', 'w', 'busybox', 'sh', '-c', ENDS);
      await bottle.start(['logs', '-f', 'w']).until('ready\n');
      const waiting = bottle.start(['wait', 'w']).end();
      expect(await line('kill -s HUP w')).toEqual(printed('w\n'));
      expect(await waiting.ended).toEqual(printed('7\n'));
      expect(await line('logs w')).toEqual(printed('ready\nHUP\n'));
      expect(await line('kill w')).toEqual(refused(1, 'is not running'));
      await line('rm w');
    });

    it('logs -f ends with the container, and keeps the streams apart', async () => {
      await run('run', '-d', '--name', 'l', 'busybox', 'sh', '-c', `echo two >&2; ${ENDS}`);
      const following = bottle.start(['logs', '-f', 'l']);
      await following.until('ready\n');
      expect(await line('stop -t 10 l')).toEqual(printed('l\n'));
      const all = { status: 0, stdout: 'ready\nTERM\n', stderr: 'two\n' };
      expect(await following.ended).toEqual(all);
      expect(await line('logs l')).toEqual(all);
      expect(await line('logs -n 1 l')).toEqual(printed('TERM\n'));
      expect((await line('logs -t -n 1 l')).stdout).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z TERM\n$/,
      );
      await line('rm l');
    });

    it('events --since --until', async () => {
      const now = async (): Promise<string> =>
        (await run('info', '--format', '{{.SystemTime}}')).stdout.trim();
      const events = (...args: readonly string[]): Promise<Ended> =>
        run(
          ...['events', '--filter', 'type=container', ...args],
          ...['--format', '{{.Action}} {{.Actor.Attributes.name}} {{.Actor.Attributes.exitCode}}'],
        );
      const since = await now();
      await run('run', '--rm', '--name', 'v', 'busybox', 'sh', '-c', 'exit 3');
      const until = await now();
      const none = '<no value>';
      expect(await events('--since', since, '--until', until)).toEqual(
        printed(
          `create v ${none}\nattach v ${none}\nstart v ${none}\ndie v 3\ndestroy v ${none}\n`,
        ),
      );
      expect(await events('--since', until, '--until', await now())).toEqual(printed(''));
    });

    it('events as they come', async () => {
      // Nobody says when the stream stands; the past that is asked for comes through it first.
      const following = bottle.start([
        'events',
        '--since',
        '0',
        '--format',
        '{{.Type}} {{.Action}}',
      ]);
      await following.until('image pull\n');
      await line('create --name c busybox');
      await following.until('container create\n');
      await line('rm c');
      await following.until('container destroy\n');
      following.signal('SIGTERM');
      await following.ended;
    });
  });

  describe('sentences', () => {
    it.each([
      ['pull nosuch', 1, 'pull access denied for nosuch, repository does not exist'],
      ['pull busybox:nope', 1, 'manifest for busybox:nope not found'],
      ['run nosuch', 125, "Unable to find image 'nosuch:latest' locally"],
      ['run --name -x busybox', 125, 'Invalid container name (-x), only [a-zA-Z0-9]'],
      ['run Busybox', 125, 'repository name (library/Busybox) must be lowercase'],
      ['logs nope', 1, 'No such container: nope'],
      ['exec nope true', 1, 'No such container: nope'],
      ['attach nope', 1, 'No such container: nope'],
      ['start nope', 1, 'No such container: nope'],
      ['stop nope', 1, 'No such container: nope'],
      ['kill nope', 1, 'No such container: nope'],
      ['wait nope', 1, 'No such container: nope'],
      ['rm nope', 1, 'No such container: nope'],
      ['rmi nope', 1, 'No such image: nope'],
    ])('docker %s', async (words, status, sentence) => {
      const outcome = await line(words);
      expect(outcome.stderr).toContain(sentence);
      expect(outcome.status).toBe(status);
    });

    it.each([
      ['--gpus all', 'HostConfig.DeviceRequests', 'has no GPU'],
      ['--cpu-rt-period 1000', 'HostConfig.CpuRealtimePeriod', 'no realtime groups'],
      ['--storage-opt size=1G', 'HostConfig.StorageOpt', 'without quotas'],
      ['--runtime kata', 'HostConfig.Runtime', 'no other runtime'],
    ])('docker create %s: what this machine cannot do', async (flag, field, reason) => {
      const { status, stdout, stderr } = await line(`create ${flag} busybox`);
      expect(stderr).toContain(`Error response from daemon: ${field} is not in this sandbox: `);
      expect(stderr).toContain(reason);
      expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    });

    it('docker inspect nope', async () => {
      const { status, stdout, stderr } = await line('inspect nope');
      expect(stdout).toBe('[]\n');
      expect(stderr).toMatch(/^error: no such object: nope\n$/i);
      expect(status).toBe(1);
    });

    it('of a container in the wrong state', async () => {
      const { stdout } = await line('run -d --name s busybox sleep 1000');
      expect(await line('rm s')).toEqual(refused(1, 'container is running'));
      expect(await line('run --name s busybox')).toEqual(
        refused(125, `The container name "/s" is already in use by container "${stdout.trim()}"`),
      );
      expect(await line('kill -s NOPE s')).toEqual(refused(1, 'nvalid signal: NOPE'));
      expect(await line('kill s')).toEqual(printed('s\n'));
      expect(await line('wait s')).toEqual(printed('137\n'));
      expect(await line('exec s true')).toEqual(refused(1, 'is not running'));
      expect(await line('rmi busybox')).toEqual(refused(1, 'is using its referenced image'));
      expect(await line('rm s')).toEqual(printed('s\n'));
    });

    it('leaves nothing behind', async () => {
      expect(await line('ps -aq')).toEqual(printed(''));
    });
  });
});

/** Shell: waits for ever, and takes no signal but those that nobody can refuse. */
const WAITS = 'echo ready; sleep 1000';
/** Shell: ends itself on SIGTERM with 143 and on SIGHUP with 7, and says so. */
const ENDS =
  'trap "echo TERM; exit 143" TERM; trap "echo HUP; exit 7" HUP; echo ready; sleep 1000 & wait';
