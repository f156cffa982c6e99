import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileAssets } from '../../src/machine/assets-node.ts';
import { stored } from '../../src/machine/assets.ts';
import type { Assets } from '../../src/machine/assets.ts';
import { Machine, serveHttp } from '../../src/machine/index.ts';
import { Guest } from './machine.ts';

describe('a restored machine', () => {
  let guest: Guest;
  beforeAll(async () => {
    guest = await Guest.open();
  });
  afterAll(() => guest.close());

  it('shows what the shell had printed, then echoes what is typed', async () => {
    const console = guest.machine.consoles[0];
    const seen = gather(console);
    expect(seen.text).toMatch(/learner@bottle:~\$ $/);
    await console.write('echo $((6*7))\r');
    await seen.until(/\n42\r\n.*\$ $/);
  });

  it('runs commands as learner and as root', async () => {
    expect(await guest.sh('id -un; echo oops >&2; exit 3')).toEqual({
      stdout: 'learner\n',
      stderr: 'oops\n',
      code: 3,
    });
    expect((await guest.root('id -u')).stdout).toBe('0\n');
  });

  it('has the right time at once', async () => {
    const { stdout } = await guest.sh('date +%s');
    expect(Math.abs(Number(stdout) - Date.now() / 1000)).toBeLessThan(2);
  });

  it('tells the guest every size, columns first', async () => {
    for (const [index, console] of guest.machine.consoles.entries()) {
      if (index > 1) break; // the other two are the shells of this test
      const seen = gather(console);
      console.resize(101 + index, 37);
      // The size comes by another queue than the keys, and may come after them.
      const size = `37 ${101 + index}`;
      await console.write(`until [ "$(stty size)" = "${size}" ]; do sleep 0.1; done; stty size\r`);
      await seen.until(new RegExp(`\\n${size}\\r\\n`));
    }
  });

  it('takes a paste of a megabyte whole', async () => {
    const console = guest.machine.consoles[1];
    const seen = gather(console);
    const size = 1024 * 1024;
    const paste = Uint8Array.from(
      { length: size },
      (_, index) => 97 + ((index * 7 + (index >> 8)) % 26),
    );
    await console.write(`stty raw -echo; echo re''ady; head -c ${size} >/tmp/paste; stty sane\r`);
    await seen.until(/ready/);
    await console.write(paste);
    await seen.until(/ready[^]*\$ $/);
    const { createHash } = await import('node:crypto');
    const { stdout } = await guest.sh('sha256sum </tmp/paste');
    expect(stdout.split(' ')[0]).toBe(createHash('sha256').update(paste).digest('hex'));
  });

  it('connects into the guest, streams both ways and half-closes', async () => {
    await guest.root('nc -l -p 7001 -e sha256sum >/dev/null 2>&1 &');
    const listening = await guest.root('while ! netstat -ltn | grep -q :7001; do sleep 0.05; done');
    expect(listening.code).toBe(0);
    const connection = await guest.machine.network.connect(7001);
    const writer = connection.writable.getWriter();
    const bytes = new Uint8Array(3_000_001).fill(7);
    void writer.write(bytes).then(() => writer.close());
    const answer = await new Response(connection.readable).text();
    const { createHash } = await import('node:crypto');
    expect(answer.split(' ')[0]).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('refuses where nobody listens, on both sides', async () => {
    await expect(guest.machine.network.connect(4)).rejects.toMatchObject({
      code: 'connection-refused',
    });
    const { stderr, code } = await guest.sh('wget -O- http://192.168.86.1:4/');
    expect(code).toBe(1);
    expect(stderr).toContain('refused');
    // the page is no way out, and says so at once
    expect((await guest.sh('wget -O- http://10.1.2.3/')).stderr).toContain('unreachable');
  });

  it('serves the guest over HTTP, with bodies of any size in both directions', async () => {
    const size = 5_000_000;
    let posted = 0;
    const server = guest.machine.network.serve(8080, (connection) => {
      void serveHttp(connection, 'http://page', async (request) => {
        if (request.method === 'POST') {
          posted = (await request.arrayBuffer()).byteLength;
          return new Response('thanks');
        }
        return new Response(new Uint8Array(size).fill(65));
      });
    });
    const down = await guest.sh('wget -q -O- http://192.168.86.1:8080/x | wc -c');
    expect(down.stdout.trim()).toBe(String(size));
    const post = (fields: string, body: string): string =>
      `{ printf 'POST / HTTP/1.1\\r\\nHost: page\\r\\nConnection: close\\r\\n${fields}\\r\\n\\r\\n'; ${body}; } | nc 192.168.86.1 8080`;
    const sized = await guest.sh(
      post('Content-Length: 2000000', 'dd if=/dev/zero bs=10000 count=200 2>/dev/null'),
    );
    expect(sized.stdout).toMatch(/^HTTP\/1\.1 200 [^]*thanks/);
    expect(posted).toBe(2_000_000);
    const chunks = String.raw`printf '3\r\nabc\r\n00a;x=y\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n'`;
    await guest.sh(post('Transfer-Encoding: chunked', chunks));
    expect(posted).toBe(13);
    const broken = await guest.sh(post('Content-Length: twelve', 'true'));
    expect(broken.stdout).toMatch(/^HTTP\/1\.1 400 [^]*"twelve" is no number/);
    server.dispose();
  });

  it('stands still while paused, and has the right time again', async () => {
    guest.machine.pause();
    await new Promise((later) => setTimeout(later, 3000));
    guest.machine.resume();
    await expect
      .poll(async () => Math.abs(Number((await guest.sh('date +%s')).stdout) - Date.now() / 1000))
      .toBeLessThan(2);
  });
});

it('two machines from one snapshot draw different random numbers', async () => {
  const guests = await Promise.all([Guest.open(), Guest.open()]);
  const [first, second] = await Promise.all(
    guests.map(async (guest) => (await guest.sh('head -c 16 /dev/urandom | od -An -tx1')).stdout),
  );
  await Promise.all(guests.map((guest) => guest.close()));
  expect(first).toMatch(/^( [0-9a-f]{2}){16}\n$/);
  expect(first).not.toBe(second);
});

it('refuses a snapshot that was damaged on its way, and leaves nothing behind', async () => {
  const whole = fileAssets();
  const damaged: Assets = {
    ...whole,
    state: async () => {
      const { state } = await whole.state();
      new Uint8Array(state).fill(0, 1_000_000, 1_000_100);
      return stored(state);
    },
  };
  await expect(Machine.create({ assets: damaged })).rejects.toMatchObject({
    code: 'snapshot-rejected',
    message: expect.stringContaining('not the ones that were saved') as string,
  });
});

it('says so when it is switched off from inside', async () => {
  const guest = await Guest.open();
  const crash = new Promise<Error>((crashed) => guest.machine.on('crash', crashed));
  void guest.root('poweroff -f').catch(() => undefined); // it does not answer any more
  expect(await crash).toMatchObject({
    code: 'crashed',
    message: expect.stringContaining('switched it off') as string,
  });
  await expect(guest.machine.request('/_ping')).rejects.toMatchObject({ code: 'crashed' });
  await guest.close();
});

it('boots from power-on', async () => {
  const guest = await Guest.open({ cold: true });
  expect((await guest.sh('uname -r')).stdout).toMatch(/^6\.12\..*-bottle\n$/);
  await guest.close();
});

interface Gathered {
  text: string;
  until(pattern: RegExp): Promise<void>;
}

/** Collects what a console prints from now on. */
function gather(console: { onData(callback: (bytes: Uint8Array) => void): unknown }): Gathered {
  const decoder = new TextDecoder();
  let look = (): void => undefined;
  const gathered: Gathered = {
    text: '',
    until: (pattern) =>
      new Promise((found) => {
        look = () => {
          if (pattern.test(gathered.text)) found();
        };
        look();
      }),
  };
  console.onData((bytes) => {
    gathered.text += decoder.decode(bytes, { stream: true });
    look();
  });
  return gathered;
}
