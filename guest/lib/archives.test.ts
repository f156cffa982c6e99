import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCpioFile, writeCpio } from './cpio.ts';
import { sortEntries } from './entry.ts';
import type { Entry } from './entry.ts';
import { writeTar } from './tar.ts';
import { readTree } from './tree.ts';

const root = { uid: 0, gid: 0 } as const;
const longName = `deep/${'x'.repeat(120)}/병.txt`;
const entries: Entry[] = [
  { kind: 'hardlink', path: 'usr/bin/bottle', target: 'bin/docker', mode: 0o755, ...root },
  { kind: 'file', path: 'bin/docker', mode: 0o755, data: Buffer.from('program'), ...root },
  { kind: 'symlink', path: 'var/run', target: '../run', mode: 0o777, ...root },
  { kind: 'directory', path: 'tmp', mode: 0o1777, ...root },
  { kind: 'file', path: longName, mode: 0o600, data: Buffer.alloc(513, 7), ...root },
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'archives-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('sortEntries', () => {
  test('adds the directories nobody named and puts hard links after their file', () => {
    expect(sortEntries(entries).map((entry) => entry.path)).toEqual([
      'bin',
      'bin/docker',
      'deep',
      `deep/${'x'.repeat(120)}`,
      longName,
      'tmp',
      'usr',
      'usr/bin',
      'var',
      'var/run',
      'usr/bin/bottle',
    ]);
  });

  test('refuses a path given twice, a path that climbs and a hard link to nothing', () => {
    const file: Entry = { kind: 'file', path: 'a', mode: 0o644, data: Buffer.alloc(0), ...root };
    expect(() => sortEntries([file, file])).toThrow('given twice');
    expect(() => sortEntries([{ ...file, path: '../a' }])).toThrow('paths are relative');
    expect(() => sortEntries([{ ...file, path: '/a' }])).toThrow('paths are relative');
    expect(() =>
      sortEntries([{ kind: 'hardlink', path: 'b', target: 'a', mode: 0, ...root }]),
    ).toThrow('no file');
  });
});

describe('readCpioFile', () => {
  test('finds the content of a file, under the last of its names', () => {
    const archive = writeCpio(entries);
    expect(readCpioFile(archive, longName)).toEqual(Buffer.alloc(513, 7));
    expect(readCpioFile(archive, 'usr/bin/bottle')).toEqual(Buffer.from('program'));
    expect(readCpioFile(archive, 'usr/bin')).toBeNull();
    expect(readCpioFile(archive, 'nothing')).toBeNull();
  });

  test('refuses what is not an archive', () => {
    expect(() => readCpioFile(Buffer.alloc(512), 'a')).toThrow('not a cpio archive');
  });
});

describe('the same bytes whatever the order of the entries', () => {
  test.each([
    ['cpio', writeCpio],
    ['tar', writeTar],
  ])('%s', (_name, write) => {
    expect(Buffer.compare(write(entries), write([...entries].reverse()))).toBe(0);
  });
});

function expectUnpacked(inside: string): void {
  expect(readFileSync(join(inside, 'usr/bin/bottle'), 'utf8')).toBe('program');
  expect(statSync(join(inside, 'usr/bin/bottle')).ino).toBe(
    statSync(join(inside, 'bin/docker')).ino,
  );
  expect(readFileSync(join(inside, longName))).toEqual(Buffer.alloc(513, 7));
  expect(statSync(join(inside, 'tmp')).mode & 0o7777).toBe(0o1777);
  expect(statSync(join(inside, longName)).mtimeMs).toBe(Date.parse('2026-01-01T00:00:00Z'));
  const again = readTree(inside);
  expect(again.find((entry) => entry.path === 'var/run')).toMatchObject({
    kind: 'symlink',
    target: '../run',
  });
  expect(again.find((entry) => entry.path === 'usr/bin/bottle')).toMatchObject({
    kind: 'hardlink',
    target: 'bin/docker',
  });
}

test('tar unpacks what writeTar wrote', () => {
  const inside = join(folder, 'tar');
  mkdirSync(inside);
  execFileSync('tar', ['-xpf', '-', '-C', inside], { input: writeTar(entries) });
  expectUnpacked(inside);
});

/** The recipes need cpio only to be checked, so a machine without it loses this test and nothing else. */
const cpioMissing = ((): boolean => {
  try {
    execFileSync('cpio', ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return true;
  }
})();

test.skipIf(cpioMissing)(
  'cpio unpacks what writeCpio wrote, and another archive may follow',
  () => {
    const archive = writeCpio(entries);
    expect(archive.length % 4).toBe(0);
    const inside = join(folder, 'cpio');
    mkdirSync(inside);
    // without -d: like the kernel it then makes no directory that the archive does not name
    execFileSync('cpio', ['-im', '--quiet', '--no-absolute-filenames'], {
      input: archive,
      cwd: inside,
    });
    expectUnpacked(inside);
  },
);
