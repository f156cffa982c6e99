/**
 * Our `docker` beside the real Docker CLI 28: the same words typed, the same daemon (a stub on a
 * unix socket) answering; what is printed, the exit status and what is asked of the daemon must
 * be the same. Skipped by name where the real CLI is not installed.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DockerCommand, type Outcome, ourDocker, realDocker } from './cli/clients.ts';
import { type Asked, StubDaemon } from './cli/daemon.ts';
import { answers } from './cli/state.ts';

const real = await realDocker();
const socket = join(tmpdir(), `bottle-parity-${process.pid}.sock`);
const env = { DOCKER_HOST: `unix://${socket}`, TZ: 'UTC', HOME: tmpdir(), WORD: 'from outside' };
const daemon = new StubDaemon();
let ours: DockerCommand;

beforeAll(async () => {
  await daemon.listen(socket);
  ours = await ourDocker();
});
beforeEach(() => {
  daemon.answers = answers;
  daemon.taken();
});
afterAll(() => daemon.close(socket));

interface Both {
  readonly real: Outcome & { asked: Asked[] };
  readonly ours: Outcome & { asked: Asked[] };
}

async function both(argv: readonly string[], stdin?: string): Promise<Both> {
  const theirs = await real?.run(argv, env, stdin);
  if (!theirs) throw new Error('the real docker has gone');
  const asked = daemon.taken();
  const mine = await ours.run(argv, env, stdin);
  return { real: { ...theirs, asked }, ours: { ...mine, asked: daemon.taken() } };
}

/** What stands in a body because Go writes every field: absent and empty are the same to the daemon. */
function said(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > 0 ? value.map((element) => said(element) ?? element) : undefined;
  if (typeof value !== 'object' || value === null) {
    return value === null || value === '' || value === 0 || value === false ? undefined : value;
  }
  const entries = Object.entries(value)
    // Go's client says these where they have no meaning of their own.
    .filter(([name, field]) => !(name === 'MemorySwappiness' && field === -1))
    .filter(([name]) => name !== 'ConsoleSize')
    .filter(
      ([name, field]) => !(name === 'RestartPolicy' && (field as { Name: string }).Name === 'no'),
    )
    // Out of a map in Go: in any order.
    .map(([name, field]) => [name, MAPPED.test(name) ? sorted(field) : field] as const)
    .map(([name, field]) => [name, KEPT.test(name) ? field : said(field)] as const)
    .filter(([, field]) => field !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

const MAPPED = /^(Env|Ulimits|Binds|VolumesFrom)$/;

function sorted(list: unknown): unknown {
  if (!Array.isArray(list)) return list;
  return list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** Sets: their members are keys with nothing behind them. */
const KEPT = /^(ExposedPorts|Volumes|Entrypoint|MaskedPaths|ReadonlyPaths|DriverConfig)$/;

function normal(asked: readonly Asked[]): unknown[] {
  return asked.map((one) => ({ ...one, body: said(one.body) ?? null })).map(emptied);
}

/** A container by its name or its id is the same container. */
function named(asked: readonly Asked[]): unknown[] {
  return normal(asked.map((one) => ({ ...one, path: one.path.replace('a'.repeat(64), 'a') })));
}

function emptied(one: { body: unknown }): unknown {
  const body = JSON.stringify(one.body, (name, value: unknown) => {
    const empty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
    const unset = ['ExposedPorts', 'Volumes', 'DriverConfig'].includes(name) && empty;
    return unset || value === null ? undefined : value;
  });
  return { ...one, body: JSON.parse(body ?? 'null') as unknown };
}

/** The same in everything that is seen. */
async function same(argv: readonly string[], stdin?: string): Promise<void> {
  const outcome = await both(argv, stdin);
  // The real client looks at more before it finds fault with what was typed.
  if (outcome.real.status !== 0)
    for (const { asked } of [outcome.ours, outcome.real]) asked.splice(0);
  expect({ ...outcome.ours, asked: normal(outcome.ours.asked) }).toEqual({
    ...outcome.real,
    asked: normal(outcome.real.asked),
  });
}

describe.skipIf(!real)('docker beside the Docker CLI 28', () => {
  describe('lists', () => {
    it.each([
      'ps',
      'ps -a',
      'ps -as --no-trunc',
      'ps -q',
      'ps -q --no-trunc',
      'ps -l',
      'ps -n 3 --filter name=a --filter status=running',
      'container ls --all',
      'images',
      'images --digests',
      'images -a --no-trunc',
      'images -q',
      'images busybox',
      'images --filter dangling=true',
      'image ls',
      'history busybox',
      'history --no-trunc -H=false busybox',
      'history -q busybox',
      'history --format {{.ID}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}|{{.CreatedSince}} busybox',
    ])('docker %s', (line) => same(line.split(' ')));

    it.each([
      'json',
      '{{json .}}',
      '{{.ID}} {{.Label "a"}}',
      'table {{.ID}}\\t{{.Names}}\\t{{.Label "a"}}',
      'table {{.ID | upper}}\\t{{.Names}}',
      'table {{.State}}\\t{{.LocalVolumes}}\\t{{.Mounts}}\\t{{.Networks}}\\t{{.CreatedAt}}\\t{{.Labels}}',
      '{{.Size}} {{.Platform}} {{.Ports}}',
      '{{.Names}}: {{if eq .State "running"}}up{{else}}down{{end}}',
      '{{.Foo',
      '{{.Foo}}',
      '{{nofunc 1}}',
      '{{range .}}x',
      'table',
    ])('docker ps --format %s', (format) => same(['ps', '--format', format]));

    it.each([
      'json',
      '{{.Repository}}:{{.Tag}} {{.Size}}',
      'table {{.ID}}\\t{{.Digest}}\\t{{.VirtualSize}}',
    ])('docker images --format %s', (format) => same(['images', '--format', format]));
  });

  describe('inspect', () => {
    it.each([
      'inspect a',
      'inspect nope',
      'inspect a nope',
      'inspect --type container a',
      'inspect --type image nope',
      'inspect --type foo a',
      'inspect -s a',
      'inspect --format json a',
      'container inspect a',
      'image inspect busybox',
      'image inspect nope',
    ])('docker %s', async (line) => {
      const outcome = await both(line.split(' '));
      const seen = ({ asked, ...rest }: Both['ours']): unknown => ({
        ...rest,
        // The real client looks for swarm objects too, of which there are none here.
        asked: asked.filter(({ path }) => !/^\/(info|plugins)/.test(path)),
      });
      expect(seen(outcome.ours)).toEqual(seen(outcome.real));
    });

    it.each([
      '{{.Foo',
      '{{.Foo}}',
      '{{.Id}}',
      '{{.ID}}',
      '{{.State.Running}} {{.State.Pid}}',
      '{{json .State}}',
      '{{.Config.Env}} {{.Config.Cmd}} {{.Config.Labels}}',
      '{{range $name, $network := .NetworkSettings.Networks}}{{$name}}={{$network.IPAddress}}{{end}}',
      '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}',
      '{{index .Config.Env 0}}',
      '{{(index (index .HostConfig.PortBindings "80/tcp") 0).HostPort}}',
      '{{.State.Health}}|{{.Config.Volumes}} {{.HostConfig.Binds}} {{.Config.Entrypoint}}',
      '{{.Id | printf "%.12s"}} {{slice .Id 0 12}} {{len .Config.Env}}',
      '{{with .Config}}{{.Tty}}{{else}}n{{end}} {{.LogPath}}|{{.Mounts}}',
      '{{join .Config.Env ","}} {{title "abc"}} {{truncate "abcdef" 3}} {{pad "a" 1 2}}|',
      '{{printf "%d %v %s %q" .State.Pid .Args .Name .Name}}',
      '{{.Config.Nope}}',
      '{{.State.Pid.Foo}}',
      '{{range .Config.Env}}{{println .}}{{end}}',
      '{{- /* nothing */ -}} {{upper .Driver}} {{lower "ABC"}} {{split "a,b" ","}}',
      '{{if and .State.Running (not .State.Paused)}}yes{{end}} {{$x := 3}}{{$x}}',
    ])('docker inspect --format %s', async (format) => {
      const outcome = await both(['inspect', '--format', format, 'a']);
      const { status, stdout, stderr } = outcome.ours;
      expect({ status, stdout, stderr }).toEqual({
        status: outcome.real.status,
        stdout: outcome.real.stdout,
        stderr: outcome.real.stderr,
      });
    });
  });

  describe('verbs', () => {
    it.each([
      'pull busybox',
      'pull -q busybox:1.36',
      'pull reg.example:5000/a/b:c',
      'pull nope',
      'pull broken',
      'pull Foo',
      'pull -a busybox',
      'stop a b',
      'stop -t 3 -s INT a',
      'stop nope',
      'kill a',
      'kill -s HUP a nope',
      'restart -t 1 a',
      'rm a',
      'rm -fv a',
      'rm -f nope',
      'rm nope a',
      'rmi busybox',
      'rmi -f nope busybox',
      'tag busybox reg:5000/mine:1',
      'tag busybox mine',
      'tag nope mine',
      'tag busybox Mine',
      'wait a b',
      'start a b',
      'version --format {{.Server.Version}}',
      'version --format {{.Foo',
    ])('docker %s', async (line) => {
      const outcome = await both(line.split(' '));
      // Several containers are dealt with at once: in whatever order.
      const order = (asked: readonly Asked[]): unknown[] =>
        normal(asked).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect({ ...outcome.ours, asked: order(outcome.ours.asked) }).toEqual({
        ...outcome.real,
        asked: order(outcome.real.asked),
      });
    });

    it('docker info: what is said of the server', async () => {
      const outcome = await both(['info']);
      const server = (text: string): string[] =>
        text
          .slice(text.indexOf('Server:'))
          .split('\n')
          // Versions of containerd and runc, which are not in the sandbox.
          .filter((line) => !/^ (containerd|runc|init) version/.test(line))
          .map((line) => line.trimEnd());
      expect(server(outcome.ours.stdout)).toEqual(server(outcome.real.stdout));
    });

    it('docker version: what is said of the server', async () => {
      const outcome = await both(['version']);
      const server = (text: string): string => text.slice(text.indexOf('Server:'));
      expect(server(outcome.ours.stdout)).toBe(server(outcome.real.stdout));
    });
  });

  describe('streams', () => {
    /** A container that runs as `play` says once it is started, and ends with `status`. */
    const plays = (status: number, play: (socket: Duplex) => Promise<void> | void): void => {
      let start: () => void = () => undefined;
      let end: () => void = () => undefined;
      const started = new Promise<void>((resolve) => (start = resolve));
      const ended = new Promise<void>((resolve) => (end = resolve));
      daemon.answers = {
        ...answers,
        'POST /containers/*/start': () => {
          start();
          return { status: 204 };
        },
        'POST /containers/*/wait': { body: { StatusCode: status }, after: ended },
        'POST /containers/*/exec': { status: 201, body: { Id: 'e'.repeat(64) } },
        'POST /exec/*/start': { status: 200 },
        'GET /exec/*/json': { body: { ExitCode: status, Running: false } },
      };
      daemon.onUpgrade = ({ asked, socket: connection }) => {
        connection.write(
          'HTTP/1.1 101 UPGRADED\r\nContent-Type: application/vnd.docker.multiplexed-stream\r\n' +
            'Connection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
        );
        // An exec has been started by the request itself, and so has what is attached to.
        const ready = asked.path.startsWith('/exec/') || !starts ? Promise.resolve() : started;
        void ready
          .then(() => play(connection))
          .then(() => {
            connection.end();
            end();
          });
      };
    };
    let starts = true;

    async function sameStream(
      line: string,
      status: number,
      play: (socket: Duplex) => Promise<void> | void,
      stdin = '',
    ): Promise<Outcome> {
      const argv = line.split(' ');
      starts = /^(run|start)/.test(line);
      plays(status, play);
      const theirs = await real?.run(argv, env, stdin);
      const asked = daemon.taken();
      plays(status, play);
      const mine = await ours.run(argv, env, stdin);
      expect(mine).toEqual(theirs);
      // Ours asks less before it begins; what is asked is asked alike.
      expect(named(asked)).toEqual(expect.arrayContaining(named(daemon.taken())));
      return mine;
    }

    const frame = (stream: number, text: string): Buffer => {
      const body = Buffer.from(text);
      const head = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(body.length, 4);
      return Buffer.concat([head, body]);
    };
    const speak = (connection: Duplex): void => {
      // Cut into pieces in the middle of frames.
      const bytes = Buffer.concat([
        frame(1, 'out 배\n'),
        frame(2, 'err\n'),
        frame(1, ''),
        frame(1, 'more\n'),
      ]);
      for (let at = 0; at < bytes.length; at += 5) connection.write(bytes.subarray(at, at + 5));
    };
    const echo = async (connection: Duplex): Promise<void> => {
      for await (const data of connection) connection.write(frame(1, String(data)));
    };

    it.each(['run busybox', 'run --rm busybox x', 'attach a', 'exec a ls', 'start -a a'])(
      'docker %s: both streams and the exit status',
      async (line) => {
        const { stdout, stderr, status } = await sameStream(line, 3, speak);
        expect({ stdout, stderr, status }).toEqual({
          stdout: 'out 배\nmore\n',
          stderr: 'err\n',
          status: 3,
        });
      },
    );

    it.each([
      'run -i busybox cat',
      'run -i --rm busybox cat',
      'exec -i a cat',
      'start -ai a',
      'attach a',
    ])('docker %s: input to its end, then the rest of the output', async (line) => {
      const input = 'a line\n'.repeat(2000);
      const { stdout, status } = await sameStream(line, 0, echo, input);
      expect({ length: stdout.length, status }).toEqual({ length: input.length, status: 0 });
    });

    it('docker exec -d', () => sameStream('exec -d -e A=b -w /tmp -u 5 a sh', 0, speak));
    it('docker run -d', () => sameStream('run -d --name x busybox', 0, speak));

    it.each([
      ['exec: "nope": executable file not found in $PATH: unknown', 127],
      ['exec: "/etc/passwd": permission denied: unknown', 126],
      ['something else', 125],
    ])('docker run: a start that fails with %s', async (message, status) => {
      for (const line of ['run busybox nope', 'run --rm busybox nope', 'run -d busybox nope']) {
        const failing = (): void => {
          plays(0, () => undefined);
          // The daemon closes the stream, and removes what was to be removed.
          let fail: () => void = () => undefined;
          const failed = new Promise<void>((resolve) => (fail = resolve));
          daemon.answers = {
            ...daemon.answers,
            'POST /containers/*/start': () => {
              fail();
              return { status: 400, body: { message } };
            },
            'POST /containers/*/wait': { body: { StatusCode: status }, after: failed },
          };
          const upgrade = daemon.onUpgrade;
          daemon.onUpgrade = (upgraded) => {
            upgrade(upgraded);
            void failed.then(() => upgraded.socket.end());
          };
        };
        failing();
        const theirs = await real?.run(line.split(' '), env);
        failing();
        const mine = await ours.run(line.split(' '), env);
        daemon.taken();
        expect(mine).toEqual(theirs);
        expect(mine.status).toBe(status);
      }
    });

    it.each([
      'logs a',
      'logs -f --tail 3 -t a',
      'logs --since 2026-01-01T00:00:00Z --until 1795000000 a',
    ])('docker %s', async (line) => {
      daemon.answers = {
        ...answers,
        'GET /containers/*/logs': {
          body: Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n'), frame(1, 'three\n')]),
          headers: { 'Content-Type': 'application/vnd.docker.multiplexed-stream' },
        },
      };
      const outcome = await both(line.split(' '));
      const logs = (asked: readonly Asked[]): unknown[] =>
        named(asked.filter(({ path }) => path.endsWith('/logs')));
      expect({ ...outcome.ours, asked: logs(outcome.ours.asked) }).toEqual({
        ...outcome.real,
        asked: logs(outcome.real.asked),
      });
      expect(outcome.ours.stdout).toBe('one\nthree\n');
    });

    it.each([
      'events',
      'events --filter type=container --since 1795000000',
      'events --format json',
      'events --format {{.Action}}:{{.Actor.ID}}',
    ])('docker %s', async (line) => {
      // In the order in which Go writes the fields; the nanoseconds are more than a number holds.
      const event = (Action: string, nanos: string): Buffer => {
        const Actor = { ID: 'a'.repeat(64), Attributes: { image: 'busybox', name: 'hello' } };
        const head = { Type: 'container', Action, Actor, scope: 'local', time: 1795257687 };
        return Buffer.from(`${JSON.stringify(head).slice(0, -1)},"timeNano":1795257687${nanos}}\n`);
      };
      daemon.answers = {
        ...answers,
        'GET /events': {
          body: Buffer.concat([event('create', '123456789'), event('exec_start: ls', '000000000')]),
        },
      };
      await same(line.split(' '));
    });
  });

  describe('mistakes', () => {
    it.each([
      'foo',
      '--nope ps',
      '--host',
      'ps --nope',
      'ps -zx',
      'ps --last',
      'ps -n',
      'ps -n x',
      'ps --all=maybe',
      'ps extra',
      'ps --filter foo',
      'run',
      'run -e',
      'run --=x',
      'run --nope x',
      'run -m lots x',
      'run --cpus x x',
      'run --pull sometimes x',
      'run --rm --restart always x',
      'run -p a:b x',
      'run -a foo x',
      'run -d -a stdout x',
      'run -it x',
      'run BUSYBOX',
      'run --pid foo x',
      'run --ulimit x x',
      'run --ulimit foo=1 x',
      'run --mount foo x',
      'run --mount type=bind,target=/x,tmpfs-size=3 x',
      'run --mount type=tmpfs x',
      'run --mount type=tmpfs,target=/x,nope=1 x',
      'run --env-file nope x',
      'run --stop-timeout x x',
      'run --sysctl a.b=1 x',
      'run --network-alias q x',
      'run --no-healthcheck --health-cmd x x',
      'run --health-interval 3 x',
      'run --health-interval 3q x',
      'run --add-host foo x',
      'run --device-cgroup-rule foo x',
      'run --memory-swappiness 300 x',
      'run --restart on-failure:x x',
      'create --name',
      'stop',
      'logs a b',
      'logs --tail',
      'logs --since yesterday a',
      'exec a',
      'exec -it a sh',
      'exec --nope a sh',
      'inspect',
      'container foo',
      'container --nope',
      'help foo',
    ])('docker %s', (line) => same(line.split(' ')));

    it('says that no daemon is there', async () => {
      const nowhere = { ...env, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
      for (const argv of [['ps'], ['run', 'x'], ['rm', 'x']]) {
        expect(await ours.run(argv, nowhere)).toEqual(await real?.run(argv, nowhere));
      }
    });
  });

  describe('what run and create ask for', () => {
    it.each([
      ['busybox'],
      ['-it --rm --name x busybox sh -c ls'],
      ['-i busybox cat'],
      ['-t busybox'],
      ['-e A=b -e WORD -e NOTSET -e C= busybox'],
      ['-w /tmp -u 5:6 --hostname h --domainname d busybox echo -n --rm'],
      ['--entrypoint sh busybox -c x'],
      ['--entrypoint= busybox'],
      [
        '-m 16m --memory-swap -1 --memory-reservation 8M --cpus 0.5 --cpu-shares 3 --pids-limit 5 busybox',
      ],
      ['--cpuset-cpus 0 --cpu-period 1000 --cpu-quota 500 --shm-size 1g --oom-score-adj 7 busybox'],
      ['--memory-swappiness 0 --oom-kill-disable busybox'],
      [
        '-p 8080:80 -p 127.0.0.1:53:53/udp -p 90 -p 1000-1002:2000-2002 -p 3000-3005:30 -P --expose 70-72 --expose 9/udp busybox',
      ],
      ['--network none busybox'],
      ['--network n1 --network-alias q --ip 1.2.3.4 busybox'],
      ['--network name=n1,alias=a,alias=b --network n2 busybox'],
      ['--net host busybox'],
      ['-v /a:/b:ro -v vol:/c -v /d --volumes-from z:ro --volume-driver local busybox'],
      ['--tmpfs /t:size=1m --tmpfs /u busybox'],
      ['--mount type=bind,src=/x,dst=/y,ro,bind-propagation=rslave busybox'],
      ['--mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=1777 busybox'],
      ['--mount type=volume,src=v,dst=/vv,volume-nocopy,volume-label=a=b busybox'],
      ['--label a=b --label c busybox'],
      ['--ulimit nofile=3:4 --ulimit core=0 busybox'],
      ['--device /dev/null --device /dev/zero:/dev/z:r --device /dev/full:rw busybox'],
      ['--cap-add net_admin --cap-add CAP_CHOWN --cap-drop mknod --cap-drop chown busybox'],
      ['--cap-add net_admin --cap-drop ALL --privileged --read-only --init busybox'],
      ['--security-opt seccomp=unconfined --security-opt no-new-privileges busybox'],
      ['--security-opt systempaths=unconfined busybox'],
      ['--sysctl net.ipv4.ip_forward=1 busybox'],
      ['--pid host --ipc host --uts host --cgroupns host --userns host busybox'],
      [
        '--add-host a:1.2.3.4 --add-host b=1.1.1.1 --dns 8.8.8.8 --dns-search x --dns-option ndots:1 busybox',
      ],
      ['--restart on-failure:3 busybox'],
      ['--restart unless-stopped busybox'],
      ['--stop-signal TERM --stop-timeout 0 busybox'],
      [
        '--health-cmd true --health-interval 3s --health-timeout 1m30s --health-retries 2 --health-start-period 500ms busybox',
      ],
      ['--no-healthcheck busybox'],
      ['--log-driver json-file --log-opt max-size=1m --log-opt max-file=2 busybox'],
      ['--storage-opt size=1G --group-add 5 --group-add audio busybox'],
      ['--platform linux/386 --runtime bottle --cgroup-parent /x --annotation a=b busybox'],
      ['-a stdout --attach STDERR busybox'],
      [`busybox@sha256:${'a'.repeat(64)}`],
      ['--pull always busybox'],
      ['--pull never --quiet busybox'],
      ['-- busybox -x'],
    ])('docker create %s', (line) => same(['create', ...line.split(' ')]));

    it('an image that is missing is pulled, with the progress on standard error', async () => {
      const fresh = (): void => {
        let tried = 0;
        daemon.answers = {
          ...answers,
          'POST /containers/create': () =>
            tried++ === 0
              ? { status: 404, body: { message: 'No such image: busybox:latest' } }
              : { status: 201, body: { Id: 'a'.repeat(64), Warnings: ['careful'] } },
        };
      };
      fresh();
      const theirs = await real?.run(['create', 'busybox'], env);
      const asked = daemon.taken();
      fresh();
      const mine = await ours.run(['create', 'busybox'], env);
      expect(mine).toEqual(theirs);
      expect(normal(daemon.taken())).toEqual(normal(asked));
    });
  });
});
