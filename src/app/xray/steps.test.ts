import { expect, test } from 'vitest';
import { languages } from '../messages/language.ts';
import { meaningsOf } from './meanings.ts';
import { chaptersOf } from './steps.ts';

/** Every operation that a plan can have, as `step.ts` of the engine declares them. */
const [declared = ''] = Object.values(
  import.meta.glob<string>('../../engine/sys/step.ts', {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
);

test.each(languages)('every step of a start has a meaning: %s', (language) => {
  const operations = [...declared.matchAll(/readonly op: '(\w+)'/g)].map(([, op = '']) => op);
  expect(operations.length).toBeGreaterThan(40);
  expect(operations.filter((op) => !(op in meaningsOf[language].of))).toEqual([]);
});

test('both languages tell the same', () => {
  expect(Object.keys(meaningsOf.ko.of)).toEqual(Object.keys(meaningsOf.en.of));
});

const step = (op: string, args: readonly string[] = [], errno = 0) => ({
  phase: 'child',
  op,
  args,
  errno,
  ns: 1000,
});

test('calls of one meaning are one chapter; mounts have one each; an error is named', () => {
  const chapters = chaptersOf(
    {
      steps: [
        step('mknod_in', ['/dev/null', '0666', 'c', '1', '3']),
        step('mknod_in', ['/dev/zero', '0666', 'c', '1', '5']),
        step('mount_in', ['proc', '/proc', 'proc', '14', '', 'dir']),
        step('mount_in', ['/srv', '/data', '', '20480', '', 'dir']),
        step('propagation', ['/', String(32 | 1)]),
        step('mask', ['/proc/kcore'], -1),
        step('execve', ['sh', '\0\u0001'], 13),
      ],
    },
    meaningsOf.en,
  );
  expect(chapters.map(({ number, calls, ns }) => [number, calls.length, ns])).toEqual([
    [1, 2, 2000],
    [3, 1, 1000],
    [4, 1, 1000],
    [5, 1, 1000],
    [6, 1, 1000],
    [7, 1, 1000],
  ]);
  expect(chapters[2]?.sentence).toContain('/data');
  expect(chapters[3]?.sentence).toContain('read-only');
  expect(chapters[4]?.calls[0]?.outcome).toBe('absent');
  expect(chapters[5]).toMatchObject({ failed: 'EACCES', calls: [{ text: 'execve sh <2 bytes>' }] });
});
