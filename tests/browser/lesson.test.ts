/**
 * The first lesson as a learner takes it in the page, in both languages: each of its mistakes typed, the reason
 * read, then the solution typed, step by step.
 */
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lessonsOf, readCourse, readFolder } from '../../src/course/disk.ts';
import { lessonFolder } from '../../src/course/loader.ts';
import { parseMistakes, parseSolution } from '../../src/course/script.ts';
import type { Deed } from '../../src/course/script.ts';
import { launch } from './chromium.ts';
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

/** Does what the lesson's scripts say, and waits for the shell after each line. */
async function act(visitor: Visitor, deeds: readonly Deed[]): Promise<void> {
  for (const deed of deeds) {
    if (deed.kind === 'answer') {
      await visitor.page.locator(`input[name="${deed.question}"]`).nth(deed.choice).check();
      continue;
    }
    await visitor.focusTerminal();
    if (deed.kind === 'press') {
      for (const key of deed.keys) {
        const control = `Control+${String.fromCharCode(key.charCodeAt(0) + 96)}`;
        await visitor.page.keyboard.press(key === '\r' ? 'Enter' : control);
      }
    } else {
      await visitor.page.keyboard.press('Control+L');
      await visitor.shows(/^[^\n]*[$#>]$/);
      await visitor.type(`${deed.line}\n`);
    }
    await visitor.shows(deed.until ?? /\n[^\n]*[$#>]$/);
  }
}

test.each(['en', 'ko'] as const)(
  'the lesson is taken, mistakes and all (%s)',
  { timeout: 900_000 },
  async (language) => {
    const entry = lessonsOf(await readCourse(root)).find(({ state }) => state === 'ready');
    if (entry === undefined) throw new Error('lessons/course.yaml names no lesson that is ready');
    const folder = lessonFolder(entry.number, entry.id);
    const files = await readFolder(resolve(root, folder));
    const solution = parseSolution(files['solution.sh'] ?? '', 'solution.sh');
    const mistakes = parseMistakes(files['wrong.sh'] ?? '', 'wrong.sh');

    const visitor = await Visitor.arrive(browser, { language });
    await visitor.prompted();
    for (const [index, { step, deeds }] of solution.entries()) {
      for (const mistake of mistakes.filter((one) => one.step === step)) {
        await act(visitor, mistake.deeds);
        await visitor.page.getByText(mistake.reason[language], { exact: true }).waitFor();
      }
      await act(visitor, deeds);
      await visitor.page.getByText(words[language].done(index + 1), { exact: true }).waitFor();
      if (index < solution.length - 1) {
        await visitor.page.getByRole('button', { name: words[language].next }).click();
      }
    }
    // A closed tab loses nothing: all steps are done on the next visit too.
    await visitor.page.reload();
    const steps = visitor.page.getByRole('navigation').locator('li.passed');
    await steps.nth(solution.length - 1).waitFor();
    expect(visitor.problems).toEqual([]);
    await visitor.leave();
  },
);
