/** `npm run machine` and the real Docker CLI: what is typed into a container, and the terminal it is typed at. */
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bottle, findDocker } from './docker/bottle.ts';
import { printed } from './docker/process.ts';

const docker = await findDocker();
const SIZE = { rows: 33, columns: 101 };
const PROMPT = '/ # ';
const DETACH = '\x10\x11';
/** Shell: says the size of its terminal whenever that changes. */
const RESIZED = 'trap "stty size" WINCH; echo ready; while :; do sleep 1000 & wait; done';

describe.skipIf(docker.missing)(`npm run machine, a terminal and ${docker.title}`, () => {
  let bottle: Bottle;

  beforeAll(async () => {
    bottle = await Bottle.start();
    expect(await bottle.line('pull -q busybox')).toMatchObject({ status: 0, stderr: '' });
  });
  afterAll(async () => {
    expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  describe('standard input', () => {
    it('arrives whole, and so does what comes back', async () => {
      const sent = randomBytes(1 << 20);
      const cat = bottle.start(['run', '-i', '--rm', 'busybox', 'cat']).end(sent);
      expect(await cat.ended).toMatchObject({ status: 0, stderr: '' });
      expect(cat.bytes.length).toBe(sent.length);
      expect(cat.bytes.equals(sent)).toBe(true);
    });

    it('of exec arrives whole', async () => {
      const sent = randomBytes(100_000);
      await bottle.line('run -d --name e busybox sleep 1000');
      const sum = bottle.start(['exec', '-i', 'e', 'sha256sum']).end(sent);
      const digest = createHash('sha256').update(sent).digest('hex');
      expect(await sum.ended).toEqual(printed(`${digest}  -\n`));
      await bottle.line('rm -f e');
    });
  });

  describe('a terminal', () => {
    it('has its size from the start', async () => {
      const stty = bottle.start(['run', '--rm', '-it', 'busybox', 'stty', 'size'], SIZE);
      expect(await stty.ended).toEqual(printed('33 101\r\n'));
    });

    it('of run is resized, is interrupted, and ends with the status of its shell', async () => {
      const shell = bottle.start(['run', '-it', '--name', 't', 'busybox', 'sh'], SIZE);
      await shell.until(PROMPT);
      shell.write('tty; stty size\r');
      await shell.until('/dev/pts/0\r\n33 101\r\n');

      shell.write(`sh -c '${RESIZED}'\r`);
      await shell.until('ready\r\n');
      shell.resize({ rows: 20, columns: 70 });
      await shell.until('20 70\r\n');
      shell.write('\x03');
      await shell.until(PROMPT);

      // What is typed while the shell still edits lines has no echo.
      shell.write("sh -c 'echo here; exec cat'\r");
      await shell.until('\nhere\r\n');
      shell.write('one\r');
      await shell.until('one\r\none\r\n');
      shell.write('\x03');
      await shell.until(`^C\r\n${PROMPT}`);
      shell.write('echo status=$?\r');
      await shell.until('status=130\r\n');

      shell.write('exit 6\r');
      expect((await shell.ended).status).toBe(6);
      expect((await bottle.line('logs t')).stdout).toContain('status=130\r\n');
      expect(await bottle.line('rm t')).toEqual(printed('t\n'));
    });

    it('is left with ctrl-p ctrl-q, and come back to', async () => {
      // The CLI does not notice these keys itself when its socket is plain TCP, whoever listens: Go
      // wraps the error by which it would know them, and it waits on. Docker's own way is a unix socket.
      const shell = bottle.start(['run', '-it', '--name', 't', 'busybox', 'sh'], SIZE, 'unix');
      await shell.until(PROMPT);
      shell.write(DETACH);
      expect(await shell.ended).toMatchObject({ status: 0 });
      expect(await bottle.state('t', 'Running')).toBe('true');

      const back = bottle.start(['attach', 't'], { rows: 25, columns: 81 });
      back.write('\r');
      await back.until(PROMPT);
      back.write('echo $((6 * 7))\r');
      await back.until('\n42\r\n');
      back.write('exit 5\r');
      expect((await back.ended).status).toBe(5);
      expect(await bottle.line('wait t')).toEqual(printed('5\n'));
      expect(await bottle.line('rm t')).toEqual(printed('t\n'));
    });

    it('of exec is resized, and ends with the status of its shell', async () => {
      await bottle.line('run -d --name e busybox sleep 1000');
      const shell = bottle.start(['exec', '-it', 'e', 'sh'], SIZE);
      await shell.until(PROMPT);
      shell.write(`sh -c '${RESIZED}'\r`);
      await shell.until('ready\r\n');
      shell.resize({ rows: 44, columns: 132 });
      await shell.until('44 132\r\n');
      shell.write('\x03');
      await shell.until(PROMPT);
      shell.write('exit 4\r');
      expect((await shell.ended).status).toBe(4);
      expect(await bottle.state('e', 'Running')).toBe('true');
      await bottle.line('rm -f e');
    });
  });
});
