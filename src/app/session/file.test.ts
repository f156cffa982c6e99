import { expect, test } from 'vitest';
import { noProgress } from '../../course/progress.ts';
import type { Portable } from '../../machine/session/portable.ts';
import { readSessionFile, writeSessionFile } from './file.ts';

const progress = { run: { ...noProgress, passed: ['first'], times: { first: 5 } } };
const note = {
  at: 7,
  shown: [{ text: '$ ls\r\n', columns: 80, rows: 24 }],
  connections: [{ localPort: 40_000, remotePort: 86, sequence: 0xffff_ffff }],
  page: { lesson: 'run' },
};
const portable: Portable = {
  build: 'ab'.repeat(32),
  devices: Uint8Array.of(1, 2, 3).buffer,
  pages: Uint32Array.of(4, 0x8000_0005),
  contents: Uint8Array.of(10, 11, 12, 13, 14).buffer,
  note,
};

test('what was written is read again, with a machine and without', async () => {
  const file = await readSessionFile(writeSessionFile(3, progress, portable));
  expect(file).toEqual({ made: 3, progress, machine: { portable, note } });
  expect(await readSessionFile(writeSessionFile(3, {}, null))).toEqual({
    made: 3,
    progress: {},
    machine: null,
  });
});

/** The bytes of a sound file, to be made unsound. */
const sound = async (): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await writeSessionFile(3, progress, portable).arrayBuffer());

test('a file that is cut off anywhere is refused', async () => {
  const bytes = await sound();
  for (let end = 0; end < bytes.length; end++)
    await expect(readSessionFile(new Blob([bytes.slice(0, end)]))).rejects.toThrow(/^it |^its /);
  await expect(readSessionFile(new Blob([bytes, 'x']))).rejects.toThrow('longer or shorter');
});

const header = (value: unknown): Blob =>
  new Blob([`SHIP-IN-A-BOTTLE-SESSION 1\n${JSON.stringify(value)}\n`]);

test.each([
  ['another version', new Blob(['SHIP-IN-A-BOTTLE-SESSION 2\n{}\n']), 'does not begin'],
  ['no JSON', new Blob(['SHIP-IN-A-BOTTLE-SESSION 1\n{\n']), 'no JSON'],
  ['no object', header(null), 'Invalid input'],
  [
    'an endless header',
    new Blob(['SHIP-IN-A-BOTTLE-SESSION 1\n', new Uint8Array(5e6).fill(32)]),
    'does not end',
  ],
  [
    'a lesson with another name',
    header({ made: 1, progress: { '../x': noProgress }, machine: null }),
    'progress',
  ],
  [
    'progress of another shape',
    header({
      made: 1,
      progress: { run: { version: 1, passed: [7], hints: {}, answers: {} } },
      machine: null,
    }),
    'progress.run.passed',
  ],
  [
    'a size that is none',
    header({
      made: 1,
      progress: {},
      machine: { build: 'ab'.repeat(32), note, devices: -1, pages: 0, contents: 0 },
    }),
    'machine.devices',
  ],
  [
    'more than there is',
    header({
      made: 1,
      progress: {},
      machine: { build: 'ab'.repeat(32), note, devices: 2e8, pages: 0, contents: 0 },
    }),
    'longer or shorter',
  ],
])('%s is refused, and it is said why', async (_, file, reason) => {
  await expect(readSessionFile(file)).rejects.toThrow(reason);
});

test('a prototype in disguise is no progress of a lesson', async () => {
  const text =
    '{"made":1,"machine":null,"progress":{"__proto__":{"version":1,"passed":["x"],"hints":{},"answers":{}}}}';
  const file = new Blob([`SHIP-IN-A-BOTTLE-SESSION 1\n${text}\n`]);
  const read = await readSessionFile(file).catch(() => null);
  expect(Object.keys(read?.progress ?? {})).toEqual([]);
  expect(({} as Record<string, unknown>)['passed']).toBeUndefined();
});
