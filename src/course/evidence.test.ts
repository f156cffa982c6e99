import { expect, test } from 'vitest';
import { evidence, evidenceOf } from './evidence.ts';
import type { Lesson } from './lesson.ts';
import { noProgress } from './progress.ts';

const step = (id: string): Lesson['steps'][number] => ({
  id,
  checks: [{ image: { name: 'busybox' } }],
  prose: { en: { title: `the ${id}`, blocks: [] }, ko: { title: `${id} 단계`, blocks: [] } },
});
const lesson: Lesson = {
  id: 'run',
  minutes: 10,
  images: [],
  machine: { memory: 128 },
  intro: { en: [], ko: [] },
  steps: [step('first'), step('second')],
  files: {},
};
const title = { en: 'Run', ko: '실행' };

test('evidence names the steps, the times and the states that were observed, and nothing of what was not passed', () => {
  const at = Date.UTC(2026, 10, 21, 12);
  const some = evidenceOf(lesson, title, {
    ...noProgress,
    passed: ['first'],
    times: { first: at },
  });
  expect(some).toMatchObject({ id: 'run', title, passed: false });
  expect(some.steps).toEqual([
    {
      id: 'first',
      title: { en: 'the first', ko: 'first 단계' },
      passed: true,
      at: '2026-11-21T12:00:00.000Z',
      observed: [{ image: { name: 'busybox' } }],
    },
    expect.objectContaining({ id: 'second', passed: false, at: null, observed: [] }),
  ]);
  const all = evidenceOf(lesson, title, { ...noProgress, passed: ['first', 'second'] });
  expect([all.passed, all.steps[1]?.at]).toEqual([true, null]);
  expect(evidence([all], new Date(at))).toMatchObject({
    version: 1,
    made: '2026-11-21T12:00:00.000Z',
  });
});
