import { describe, expect, it } from 'vitest';
import { type Answer, type Request, User, frame, gate } from './cli.fixture.ts';
import type { Peer } from '../sys/fake.ts';

const ID = 'a'.repeat(64);
const SIGHUP = 1;
const SIGINT = 2;
const SIGTERM = 15;
const SIGWINCH = 28;

/** A daemon with one container, which the test plays through `peer`. */
class Container {
  readonly attached = gate();
  readonly exit = gate();
  status = 0;
  peer!: Peer;
  /** When set, the container cannot start for this reason. */
  refusal = '';
  readonly user = new User((request) => this.#answer(request));

  /** Ends as a process does: its streams, then its status. */
  end(status: number): void {
    this.status = status;
    this.peer.end();
    this.exit.open();
  }

  get asked(): string[] {
    return this.user.requests.map(({ method, url }) => `${method} ${url.replaceAll(ID, 'ID')}`);
  }

  #answer({ method, url }: Request): Answer {
    if (url.startsWith('/containers/create')) return { status: 201, body: { Id: ID } };
    if (url.includes('/attach')) {
      return {
        upgraded: (peer) => {
          this.peer = peer;
          this.attached.open();
        },
      };
    }
    if (url.includes('/wait')) {
      return { body: this.exit.opened.then(() => ({ StatusCode: this.status })) };
    }
    if (url.endsWith('/start') && this.refusal !== '') {
      return { status: 400, body: { message: this.refusal } };
    }
    if (method === 'GET') {
      return {
        body: {
          Id: ID,
          State: { Running: true },
          Config: { Tty: true, OpenStdin: true },
        },
      };
    }
    return { status: 204 };
  }
}

describe('docker run', () => {
  it('attaches and waits before it starts, and ends with the container’s status', async () => {
    const container = new Container();
    const { user } = container;
    const done = user.run('docker', 'run', '--rm', 'busybox', 'true');
    await user.until(() => container.asked.some((asked) => asked.endsWith('/start')));
    container.peer.write(frame(1, 'out\n'));
    container.peer.write(frame(2, 'err\n'));
    container.end(3);
    expect(await done).toBe(3);
    expect([user.out, user.err]).toEqual(['out\n', 'err\n']);
    expect(container.asked).toEqual([
      'POST /containers/create',
      'POST /containers/ID/attach?stream=1&stdout=1&stderr=1',
      'POST /containers/ID/wait?condition=removed',
      'POST /containers/ID/start',
    ]);
  });

  it('-it: a raw terminal of the right size, and as it was afterwards', async () => {
    const container = new Container();
    const user = container.user.atTerminal(30, 100);
    const done = user.run('docker', 'run', '-it', 'busybox', 'sh');
    await user.until(() => container.asked.some((asked) => asked.includes('/resize')));
    expect(user.terminals.get(0)?.raw).toBe(true);
    expect(container.asked.at(-1)).toBe('POST /containers/ID/resize?h=30&w=100');
    expect(user.requests[0]?.body).toMatchObject({
      Tty: true,
      HostConfig: { ConsoleSize: [30, 100] },
    });
    user.type('ls\r');
    expect(user.decode(await container.peer.read())).toBe('ls\r');
    container.peer.write('bin dev\r\n');
    Object.assign(user.terminals.get(1) ?? {}, { rows: 20, cols: 77 });
    user.signals.get(SIGWINCH)?.();
    await user.until(() => container.asked.includes('POST /containers/ID/resize?h=20&w=77'));
    container.end(7);
    expect(await done).toBe(7);
    expect(user.out).toBe('bin dev\r\n');
    expect(user.terminals.get(0)?.raw).toBe(false);
    expect([...user.signals.keys()]).toEqual([]);
  });

  it('ends without a status when the daemon lets go at ctrl-p ctrl-q', async () => {
    const container = new Container();
    const user = container.user.atTerminal();
    const done = user.run('docker', 'run', '-it', 'busybox', 'sh');
    await container.attached.opened;
    user.type('a\x10b\x10\x10');
    user.type('\x11');
    // The keys are the daemon's to act upon.
    let passed = '';
    while (!passed.endsWith('\x11')) passed += user.decode(await container.peer.read());
    expect(passed).toBe('a\x10b\x10\x10\x11');
    container.peer.end();
    expect(await done).toBe(0);
    expect(user.terminals.get(0)?.raw).toBe(false);
  });

  it('gives the terminal back when the container cannot start', async () => {
    const container = new Container();
    container.refusal = 'exec: "nope": executable file not found in $PATH: unknown';
    const user = container.user.atTerminal();
    expect(await user.run('docker', 'run', '-it', '--rm', 'busybox', 'nope')).toBe(127);
    expect(user.err).toBe(
      `docker: Error response from daemon: ${container.refusal}\n\n` +
        "Run 'docker run --help' for more information\n",
    );
    expect(user.terminals.get(0)?.raw).toBe(false);
  });

  it('passes signals on to the container', async () => {
    const container = new Container();
    const { user } = container;
    const done = user.run('docker', 'run', 'busybox', 'sleep', '9');
    await user.until(() => container.asked.some((asked) => asked.endsWith('/start')));
    user.signals.get(SIGINT)?.();
    await user.until(() => container.asked.includes('POST /containers/ID/kill?signal=INT'));
    user.signals.get(SIGTERM)?.();
    await user.until(() => container.asked.includes('POST /containers/ID/kill?signal=TERM'));
    container.end(143);
    expect(await done).toBe(143);
  });

  it('-it: a terminal that goes away is told to the container, and given back at its end', async () => {
    const container = new Container();
    const user = container.user.atTerminal();
    const done = user.run('docker', 'run', '-it', 'busybox', 'sh');
    await user.until(() => container.asked.some((asked) => asked.includes('/resize')));
    user.signals.get(SIGHUP)?.();
    await user.until(() => container.asked.includes('POST /containers/ID/kill?signal=HUP'));
    container.end(129);
    expect(await done).toBe(129);
    expect(user.terminals.get(0)?.raw).toBe(false);
  });

  it('passes the end of a pipe on as the end of input, and goes on reading output', async () => {
    const container = new Container();
    const { user } = container;
    const done = user.run('docker', 'run', '-i', 'busybox', 'cat');
    await container.attached.opened;
    user.type('line\n');
    user.type(null);
    expect(user.decode(await container.peer.read())).toBe('line\n');
    expect((await container.peer.read()).length).toBe(0);
    container.peer.write(frame(1, 'line\n'));
    container.end(0);
    expect(await done).toBe(0);
    expect(user.out).toBe('line\n');
  });

  it('-d prints the id and is done', async () => {
    const container = new Container();
    expect(await container.user.run('docker', 'run', '-d', 'busybox')).toBe(0);
    expect(container.user.out).toBe(`${ID}\n`);
    expect(container.asked).toEqual(['POST /containers/create', 'POST /containers/ID/start']);
  });
});

describe('docker attach', () => {
  it('says so when the keys to leave were pressed', async () => {
    const container = new Container();
    const user = container.user.atTerminal();
    const done = user.run('docker', 'attach', '--detach-keys', 'ctrl-x,x', ID);
    await container.attached.opened;
    user.type('\x18x');
    await container.peer.read();
    container.peer.end();
    expect(await done).toBe(1);
    expect(user.err).toBe('read escape sequence\n');
    expect(container.asked[1]).toMatch(/wait|attach/);
  });
});

describe('progress', () => {
  const documents = [
    { status: 'Pulling from library/busybox', id: 'latest' },
    { status: 'Pulling fs layer', progressDetail: {}, id: 'aaa' },
    { status: 'Pulling fs layer', progressDetail: {}, id: 'bbb' },
    { status: 'Downloading', progressDetail: { current: 500_000, total: 1_000_000 }, id: 'aaa' },
    { status: 'Pull complete', progressDetail: {}, id: 'aaa' },
    { status: 'Status: Downloaded newer image for busybox:latest' },
  ];
  const body = documents.map((document) => `${JSON.stringify(document)}\n`).join('');
  const pull = async (user: User): Promise<string> => {
    await user.run('docker', 'pull', 'busybox');
    return user.out;
  };
  class Puller extends User {
    constructor() {
      super(() => ({ status: 200 }));
      this.sockets.serve('/var/run/docker.sock', (peer) => {
        void peer.read().then(() => {
          peer.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        });
      });
    }
  }

  it('is drawn over in place on a terminal', async () => {
    expect(await pull(new Puller().atTerminal(24, 80))).toBe(
      'Using default tag: latest\n' +
        'latest: Pulling from library/busybox\n' +
        '\n\x1b[1A\x1b[2K\raaa: Pulling fs layer \r\x1b[1B' +
        '\n\x1b[1A\x1b[2K\rbbb: Pulling fs layer \r\x1b[1B' +
        `\x1b[2A\x1b[2K\raaa: Downloading [${'='.repeat(15)}>${' '.repeat(15)}]    500kB/1MB\r\x1b[2B` +
        '\x1b[2A\x1b[2K\raaa: Pull complete \r\x1b[2B' +
        'Status: Downloaded newer image for busybox:latest\n' +
        'docker.io/library/busybox:latest\n',
    );
  });

  it('is a line a state elsewhere', async () => {
    expect(await pull(new Puller())).toBe(
      [
        'Using default tag: latest',
        'latest: Pulling from library/busybox',
        'aaa: Pulling fs layer',
        'bbb: Pulling fs layer',
        'aaa: Pull complete',
        'Status: Downloaded newer image for busybox:latest',
        'docker.io/library/busybox:latest',
        '',
      ].join('\n'),
    );
  });
});

describe('bottle trace', () => {
  it('shows each step with its result and time', async () => {
    const steps = [
      {
        phase: 'host',
        op: 'mkdir',
        args: ['/sys/fs/cgroup/docker/x', '0755', '1'],
        errno: 0,
        ns: 950,
      },
      { phase: 'child', op: 'mask', args: ['/proc/asound'], errno: -1, ns: 12_345 },
      { phase: 'child', op: 'seccomp', args: ['\x00\x01'], errno: 22, ns: 2_500_000 },
    ];
    const user = new User(() => ({ body: { steps } }));
    expect(await user.run('/usr/bin/bottle', 'trace', 'a')).toBe(0);
    expect(user.requests[0]?.url).toBe('/bottle/containers/a/trace');
    expect(user.out.split('\n').map((line) => line.trimEnd())).toEqual([
      'STEP   PHASE   CALL                                   RESULT   TIME',
      '1      host    mkdir /sys/fs/cgroup/docker/x 0755 1   ok       950 ns',
      '2      child   mask /proc/asound                      absent   12.3 µs',
      '3      child   seccomp <2 bytes>                      EINVAL   2.50 ms',
      '',
    ]);
  });
});

describe('ends', () => {
  it('of a reader end the command as SIGPIPE does', async () => {
    const user = new User(() => ({ body: [] }));
    user.failNext('connectUnix', 'EPIPE');
    expect(await user.run('docker', 'ps')).toBe(1);
    const gone = new (class extends User {
      override write(fd: number, data: string | ArrayBuffer | Uint8Array): Promise<void> {
        if (fd !== 1) return super.write(fd, data);
        return Promise.reject(Object.assign(new Error('write: broken pipe'), { code: 'EPIPE' }));
      }
    })(() => ({ body: [] }));
    expect(await gone.run('docker', 'ps')).toBe(256 + 13);
  });

  it('of the daemon in the middle of an answer are said', async () => {
    const user = new User(() => ({}));
    user.sockets.serve('/var/run/docker.sock', (peer) => {
      void peer.read().then(() => {
        peer.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[');
        peer.end();
      });
    });
    expect(await user.run('docker', 'ps')).toBe(1);
    expect(user.err).not.toBe('');
  });
});
