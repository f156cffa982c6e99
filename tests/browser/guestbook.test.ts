/** The application of lesson 6 in the preview: its page, its form, its redirect, and its next version. */
import { resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFolder } from '../../src/course/disk.ts';
import { parseSolution } from '../../src/course/script.ts';
import { launch } from './chromium.ts';
import { act, withEdits } from './learner.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('the guest book of lesson 6 is signed in the preview, and updated', async () => {
  const files = await readFolder(resolve(import.meta.dirname, '../../lessons/06-build'));
  const solution = parseSolution(files['solution.sh'] ?? '', 'solution.sh');
  const visitor = await Visitor.arrive(browser, { path: '#/lesson/build' });
  const { page } = visitor;
  await visitor.prompted();
  const folder = { path: '' };
  const take = async (step: string): Promise<void> => {
    const index = solution.findIndex((one) => one.step === step);
    await act(visitor, 'en', withEdits(solution[index]?.deeds ?? [], folder));
    await page.getByText(`Step ${String(index + 1)} is done.`, { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next step' }).click();
  };
  await take('recipe');
  await take('serve');
  await page.getByRole('tab', { name: 'Preview' }).click();
  const site = page.frameLocator('iframe');
  await site.getByRole('heading', { name: 'version one' }).waitFor();
  await site.getByLabel('name').fill('Kim <b>김</b> & co');
  await site.getByRole('button', { name: 'Sign' }).click();
  // The redirect leads to the list; what was signed is text, not markup.
  await site.getByText('Kim <b>김</b> & co', { exact: true }).waitFor();
  const address = page.getByRole('textbox', { name: 'Address' });
  await expect.poll(() => address.inputValue()).toBe('localhost:8080/guests.html');
  await address.fill('localhost:8080/');
  await address.press('Enter');
  await site.getByRole('heading', { name: 'version one' }).waitFor();

  await take('change');
  await site.getByRole('heading', { name: 'version two' }).waitFor();
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
