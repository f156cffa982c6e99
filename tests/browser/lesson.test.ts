/**
 * The lessons as a learner takes them in the page, in both languages: the solution is typed, step by step, files are
 * written in the editor; in the first lesson each mistake too, and the reason read. Of the lessons a run takes a part
 * (`part.ts`); when everything runs, the mistakes of all are made.
 */
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonsOf, readCourse, readFolder } from '../../src/course/disk.ts';
import { lessonFolder } from '../../src/course/loader.ts';
import { parseMistakes, parseSolution } from '../../src/course/script.ts';
import { isInPart, part } from '../part.ts';
import { launch } from './chromium.ts';
import { act, withEdits } from './learner.ts';
import { Visitor } from './visitor.ts';

const root = resolve(import.meta.dirname, '../../lessons');

const words = {
  en: { done: (step: number) => `Step ${String(step)} is done.`, next: 'Next step' },
  ko: { done: (step: number) => `${String(step)}단계를 마쳤어요.`, next: '다음 단계' },
} as const;

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const ready = lessonsOf(await readCourse(root)).filter(({ state }) => state === 'ready');
const taken = ready
  .flatMap((entry) => (['en', 'ko'] as const).map((language) => ({ ...entry, language })))
  // another language with each round, so that a third of them has both
  .filter((_, index) => isInPart(index));

test.each(taken)(
  '$id is taken ($language)',
  { timeout: 900_000 },
  async ({ id, number, language }) => {
    const files = await readFolder(resolve(root, lessonFolder(number, id)));
    const solution = parseSolution(files['solution.sh'] ?? '', 'solution.sh');
    const mistakes =
      number === 1 || part === 'all' ? parseMistakes(files['wrong.sh'] ?? '', 'wrong.sh') : [];

    const visitor = await Visitor.arrive(browser, { language, path: `#/lesson/${id}` });
    const { page } = visitor;
    await visitor.prompted();
    const folder = { path: '' };
    for (const [index, { step, deeds, other }] of solution.entries()) {
      for (const mistake of mistakes.filter((one) => one.step === step)) {
        await act(visitor, language, mistake.deeds);
        await page.getByText(mistake.reason[language], { exact: true }).waitFor();
      }
      // The other way is the one that begins from what mistakes have left behind.
      const way = mistakes.length > 0 ? (other ?? deeds) : deeds;
      await act(visitor, language, withEdits(way, folder));
      await page.getByText(words[language].done(index + 1), { exact: true }).waitFor();
      if (index < solution.length - 1) {
        await page.getByRole('button', { name: words[language].next }).click();
      }
    }
    // A closed tab loses nothing: all steps are done on the next visit too.
    await page.reload();
    await page
      .getByRole('navigation')
      .locator('li.passed')
      .nth(solution.length - 1)
      .waitFor();
    expect(visitor.problems).toEqual([]);
    await visitor.leave();
  },
);
