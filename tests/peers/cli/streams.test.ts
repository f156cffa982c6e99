import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { named } from './asked.ts';
import type { Outcome } from './clients.ts';
import { besideDocker, expectSame } from './pair.ts';
import { answers } from './state.ts';

besideDocker('streams', (pair) => {
  /** Whether what is typed starts what it is attached to. */
  let starts = true;

  /** A container that runs as `play` says once it is started, and ends with `status`. */
  const plays = (status: number, play: (socket: Duplex) => Promise<void> | void): void => {
    let start: () => void = () => undefined;
    let end: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (start = resolve));
    const ended = new Promise<void>((resolve) => (end = resolve));
    pair.daemon.answers = {
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
    pair.daemon.onUpgrade = ({ asked, socket: connection }) => {
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
  async function sameStream(
    line: string,
    status: number,
    play: (socket: Duplex) => Promise<void> | void,
    stdin = '',
  ): Promise<Outcome> {
    const argv = line.split(' ');
    starts = /^(run|start)/.test(line);
    const outcome = await pair.both(argv, { stdin, before: () => plays(status, play) });
    expectSame(outcome, () => []);
    // Ours asks less before it begins; what is asked is asked alike.
    expect(named(outcome.real.asked)).toEqual(expect.arrayContaining(named(outcome.ours.asked)));
    return outcome.ours;
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
        pair.daemon.answers = {
          ...pair.daemon.answers,
          'POST /containers/*/start': () => {
            fail();
            return { status: 400, body: { message } };
          },
          'POST /containers/*/wait': { body: { StatusCode: status }, after: failed },
        };
        const upgrade = pair.daemon.onUpgrade;
        pair.daemon.onUpgrade = (upgraded) => {
          upgrade(upgraded);
          void failed.then(() => upgraded.socket.end());
        };
      };
      const outcome = await pair.both(line.split(' '), { before: failing });
      expectSame(outcome, () => []);
      expect(outcome.ours.status).toBe(status);
    }
  });

  it.each([
    'logs a',
    'logs -f --tail 3 -t a',
    'logs --since 2026-01-01T00:00:00Z --until 1795000000 a',
  ])('docker %s', async (line) => {
    pair.daemon.answers = {
      ...answers,
      'GET /containers/*/logs': {
        body: Buffer.concat([frame(1, 'one\n'), frame(2, 'two\n'), frame(1, 'three\n')]),
        headers: { 'Content-Type': 'application/vnd.docker.multiplexed-stream' },
      },
    };
    const outcome = await pair.both(line.split(' '));
    expectSame(outcome, (asked) => named(asked.filter(({ path }) => path.endsWith('/logs'))));
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
    pair.daemon.answers = {
      ...answers,
      'GET /events': {
        body: Buffer.concat([event('create', '123456789'), event('exec_start: ls', '000000000')]),
      },
    };
    await pair.same(line.split(' '));
  });
});
