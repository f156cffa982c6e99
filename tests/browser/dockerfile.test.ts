import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a Dockerfile is looked at while it is written; each problem leads to its place', async () => {
  const visitor = await Visitor.arrive(browser);
  const { page } = visitor;
  await visitor.prompted();
  await visitor.command(
    'clear; printf \'FROM busybox\\nRUM echo hello\\nCMD ["true"]\\n\' > Dockerfile; ls',
  );
  await visitor.shows(/^Dockerfile$/m);
  await page.keyboard.press('Control+Shift+E');
  await page.getByRole('treeitem', { name: 'Dockerfile' }).click();
  const problems = page.getByRole('list', { name: '1 problem' });
  await problems.getByText('Unknown instruction: RUM').waitFor();
  await expect.poll(() => page.locator('.cm-lintRange-error').innerText()).toBe('RUM');
  expect(await findings(visitor)).toEqual([]);

  await problems.getByRole('button', { name: /line 2/ }).press('Enter');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Delete');
  await page.keyboard.press('Delete');
  await visitor.type('RUN');
  await problems.waitFor({ state: 'detached' });
  await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();

  await page.keyboard.press('Control+End');
  await visitor.type('CMD ["false"]\nexpose 80');
  await page.getByRole('list', { name: '2 problems' }).waitFor();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('F8');
  // The first of two commands, of which only the last counts.
  await expect.poll(() => page.locator('.cm-activeLine').innerText()).toBe('CMD ["true"]');
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('in Korean on a phone in the dark', async () => {
  const visitor = await Visitor.arrive(browser, { language: 'ko', size: phone, dark: true });
  const { page } = visitor;
  await page.getByRole('button', { name: '편집기', exact: true }).click();
  await page.getByRole('button', { name: '새 파일' }).click();
  await visitor.type('Dockerfile\n');
  await page.locator('.cm-content').waitFor();
  await visitor.type('FROM busybox\nRUM echo hello\nWORKDIR app\n');
  const problems = page.getByRole('list', { name: '문제 2개' });
  await problems.getByText('모르는 명령이에요: RUM').waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
