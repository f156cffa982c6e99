/**
 * The lessons as a learner takes them in the page, in both languages: the solution is typed, step by step, files are
 * written in the editor; in the first lesson each mistake too, and the reason read. One mistake is undone, and at the
 * end the last step. Of the lessons a run takes a part (`part.ts`); when everything runs, the mistakes of all are made.
 */
import { resolve } from 'node:path';
import type { Browser, Locator } from 'playwright-core';
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
  en: {
    done: (step: number) => `Step ${String(step)} is done.`,
    next: 'Next step',
    again: 'Start this step again',
    undo: 'Undo: back to the beginning of the last step',
  },
  ko: {
    done: (step: number) => `${String(step)}단계를 마쳤어요.`,
    next: '다음 단계',
    again: '이 단계 다시 시작',
    undo: '되돌리기: 마지막 단계의 처음으로',
  },
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
    const says = (reason: string): Locator => page.getByText(reason, { exact: true });
    const passed = page.getByRole('navigation').locator('li.passed');
    const putBack = async (button: string): Promise<void> => {
      await page.getByRole('button', { name: button }).click();
      await page.getByRole('dialog').getByRole('button').last().click();
      await visitor.prompted();
    };

    const folder = { path: '' };
    let undone = 0;
    for (const [index, { step, deeds, other }] of solution.entries()) {
      const { path } = folder;
      let way = deeds;
      for (const mistake of mistakes.filter((one) => one.step === step)) {
        const reason = says(mistake.reason[language]);
        const isNew = (await reason.count()) === 0;
        await act(visitor, language, withEdits(mistake.deeds, folder));
        await reason.waitFor();
        // The other way is the one that begins from what mistakes have left behind.
        way = other ?? deeds;
        if (undone > 0 || index === 0 || !isNew) continue;
        await putBack(words[language].again);
        await reason.waitFor({ state: 'detached' });
        folder.path = path;
        way = deeds;
        undone++;
        break;
      }
      await act(visitor, language, withEdits(way, folder));
      await page.getByText(words[language].done(index + 1), { exact: true }).waitFor();
      await expect.poll(() => passed.count()).toBe(index + 1);
      if (index < solution.length - 1) {
        await page.getByRole('button', { name: words[language].next }).click();
      }
    }
    expect(undone).toBe(mistakes.length > 0 ? 1 : 0);
    await putBack(words[language].undo);
    await expect.poll(() => passed.count()).toBe(solution.length - 1);
    // A closed tab loses nothing: the others are done on the next visit too.
    await page.reload();
    await expect.poll(() => passed.count()).toBe(solution.length - 1);
    expect(visitor.problems).toEqual([]);
    await visitor.leave();
  },
);
