import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Files } from '../../src/machine/files/files.ts';
import type { Entry } from '../../src/machine/files/files.ts';
import { Guest } from './machine.ts';

/** The editor's side of the learner's files, against what the machine itself says of them. */
describe('files', () => {
  let guest: Guest;
  let files: Files;

  beforeAll(async () => {
    guest = await Guest.open();
    files = await Files.open(guest.machine.network);
  });

  afterAll(async () => {
    await files.close();
    await guest.close();
  });

  const out = async (command: string): Promise<string> => {
    const { stdout, stderr, code } = await guest.sh(command);
    if (code !== 0) throw new Error(`${command}: ${String(code)} ${stderr}`);
    return stdout;
  };

  /** Resolves with when, on this side's clock, `path` was told to be as `is` wants it. */
  const told = (path: string, is: (entry: Entry | null) => boolean): Promise<number> =>
    new Promise((resolve) => {
      const listening = files.onChange((changes) => {
        const change = changes.findLast((each) => each.path === path);
        if (!change || !is(change.entry)) return;
        listening.dispose();
        resolve(performance.now());
      });
    });

  it('are the learner’s, and are there before anything happens', () => {
    expect([...files.entries.keys()].filter((path) => !path.startsWith('.'))).toEqual([]);
  });

  it('written here are there: content, owner, permissions; nobody typed anything', async () => {
    await files.write('app.py', 'print(1)\n', { base: null });
    expect(await out('cat app.py; stat -c "%a %U:%G" app.py')).toBe(
      'print(1)\n644 learner:learner\n',
    );
    await files.chmod('app.py', 0o755);
    const inode = await out('stat -c %i app.py');
    await files.write('app.py', '#!/bin/sh\necho "2"\n');
    expect(await out('./app.py; stat -c "%a %U" app.py')).toBe('2\n755 learner\n');
    expect(await out('stat -c %i app.py')).toBe(inode);
    await files.write('app.py', '');
    expect(await out('stat -c "%s %a" app.py')).toBe('0 755\n');
  });

  it('folders, Korean names, renames and removals', async () => {
    await files.makeFolder('프로젝트/templates');
    await files.write('프로젝트/templates/첫 화면.html', '<p>안녕하세요</p>\n');
    expect(await out('cat 프로젝트/templates/*')).toBe('<p>안녕하세요</p>\n');
    const there = told('app/templates/첫 화면.html', (entry) => entry?.type === 'file');
    await files.rename('프로젝트', 'app');
    await there;
    expect([...files.entries.keys()].filter((path) => path.startsWith('프'))).toEqual([]);
    await expect(files.rename('app', 'app.py')).rejects.toMatchObject({ code: 'exists' });
    await files.remove('app');
    expect(await out('ls | cat')).toBe('app.py\n');
  });

  it('a megabyte both ways', async () => {
    const bytes = new Uint8Array(1 << 20);
    for (let at = 0; at < bytes.length; at += 65_536)
      crypto.getRandomValues(bytes.subarray(at, at + 65_536));
    const started = performance.now();
    await files.write('large', bytes);
    const written = performance.now();
    const digest = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    expect((await out('sha256sum large')).slice(0, 64)).toBe(digest);
    const before = performance.now();
    const back = (await files.read('large')).bytes;
    const read = performance.now() - before;
    expect(Buffer.compare(back, bytes)).toBe(0);
    console.log(
      `1 MB: written in ${(written - started).toFixed()} ms, read in ${read.toFixed()} ms`,
    );
    await files.remove('large');
  });

  it('a change in the machine is told within 300 ms, however it was made', async () => {
    // the guest writes when it sees the first of two files: the clock starts here, not with the shell
    const ways: readonly (readonly [
      command: string,
      path: string,
      is: (e: Entry | null) => boolean,
    ])[] = [
      ['echo made > made', 'made', (entry) => entry?.size === 5],
      ['echo more >> made', 'made', (entry) => entry?.size === 10],
      ['chmod 700 made', 'made', (entry) => entry?.mode === 0o700],
      ['mv made moved', 'made', (entry) => entry === null],
      ['mkdir -p a/b/c; echo x > a/b/c/d', 'a/b/c/d', (entry) => entry?.size === 2],
      ['mv a z', 'z/b/c/d', (entry) => entry?.type === 'file'],
      ['rm -r z', 'z/b/c/d', (entry) => entry === null],
      ['ln -s /etc link', 'link', (entry) => entry?.type === 'link'],
      ['rm -f moved link', 'moved', (entry) => entry === null],
    ];
    const late: string[] = [];
    for (const [command, path, is] of ways) {
      const change = told(path, is);
      await guest.sh(command);
      const done = performance.now();
      const after = (await change) - done;
      if (after > 300) late.push(`${command}: ${after.toFixed()} ms`);
    }
    expect(late).toEqual([]);
    expect([...files.entries.keys()].filter((path) => !path.startsWith('.'))).toEqual(['app.py']);
  });

  it('a version that is not the one that was read is not written over', async () => {
    await files.write('shared.txt', 'one\n');
    const { version } = await files.read('shared.txt');
    await out('echo theirs > shared.txt');
    await expect(files.write('shared.txt', 'mine\n', { base: version })).rejects.toMatchObject({
      code: 'changed',
      message: 'shared.txt could not be written: It was changed in the machine meanwhile.',
    });
    expect(await out('cat shared.txt')).toBe('theirs\n');
    const theirs = await files.read('shared.txt');
    await files.write('shared.txt', 'mine\n', { base: theirs.version });
    expect(await out('cat shared.txt')).toBe('mine\n');
    // the same content is the same version: a touch is no change
    const mine = await files.read('shared.txt');
    await out('touch shared.txt');
    await files.write('shared.txt', 'mine, again\n', { base: mine.version });
    await expect(files.write('shared.txt', '', { base: null })).rejects.toMatchObject({
      code: 'exists',
    });
    await out('rm shared.txt');
    await expect(files.write('shared.txt', 'x', { base: mine.version })).rejects.toMatchObject({
      code: 'changed',
    });
  });

  it('two hundred saves and two hundred appends elsewhere lose nothing', async () => {
    const appended = guest.sh('for i in $(seq 200); do echo $i >> theirs.txt; done');
    let version = await files.write('mine.txt', '');
    let text = '';
    for (let line = 1; line <= 200; line++) {
      text += `${String(line)}\n`;
      version = await files.write('mine.txt', text, { base: version });
    }
    expect((await appended).code).toBe(0);
    expect(await out('cmp mine.txt theirs.txt && wc -l < mine.txt')).toBe('200\n');
  });

  it('what the learner may not do is refused by the kernel, in a sentence', async () => {
    await guest.root('echo secret > /home/learner/roots; chmod 600 /home/learner/roots');
    await expect(files.read('roots')).rejects.toMatchObject({ code: 'denied' });
    await expect(files.write('roots', 'x')).rejects.toThrow(
      'roots could not be written: Permission denied.',
    );
    await expect(files.write('nowhere/x', '')).rejects.toMatchObject({ code: 'missing' });
    await expect(files.read('../../etc/shadow')).rejects.toMatchObject({ code: 'refused' });
    await files.remove('roots');
  });

  it('a build takes what was written here, a container that mounts it sees it change', async () => {
    await files.makeFolder('site');
    await files.write('site/index.html', 'first\n');
    expect((await guest.sh('docker pull -q busybox')).code).toBe(0);
    const id = (
      await out('docker run -d -v /home/learner/site/index.html:/index.html busybox sleep 100')
    ).trim();
    await files.write('site/index.html', 'second\n');
    expect(await out(`docker exec ${id} cat /index.html`)).toBe('second\n');
    await files.write('site/Dockerfile', 'FROM busybox\nCOPY index.html /\n');
    await out('docker build -q -t site site');
    expect(await out('docker run --rm site cat /index.html')).toBe('second\n');
    await out(`docker rm -f ${id}`);
  });

  it('nothing is left in the machine when the page is done', async () => {
    const other = await Files.open(guest.machine.network);
    expect((await out('pgrep -x files | wc -l')).trim()).toBe('2');
    await other.close();
    await expect(other.read('app.py')).rejects.toMatchObject({ code: 'lost' });
    await files.makeFolder('site'); // the server answers: what ended before it is reaped
    expect((await out('while [ $(pgrep -x files | wc -l) != 1 ]; do :; done; echo 1')).trim()).toBe(
      '1',
    );
  });
});
