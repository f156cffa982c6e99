/** The way through the course: the list of lessons, a lesson's address, the next lesson in a machine of its own. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('from the list into a lesson, and on to the next in a fresh machine', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/lessons' });
  const { page } = visitor;
  await page.getByRole('link', { name: 'Pull an image' }).click();
  await page.getByRole('heading', { level: 1, name: 'Pull an image' }).waitFor();
  await visitor.prompted();
  await visitor.command('docker pull -q busybox');
  await page.getByText('Step 1 is done.').waitFor();
  await page.getByRole('button', { name: 'Next step' }).click();
  await page.waitForURL(({ hash }) => hash === '#/lesson/pull-an-image/2');

  await page.getByRole('link', { name: 'Next lesson: Run' }).click();
  await page.getByRole('heading', { level: 1, name: 'Run' }).waitFor();
  // Not the prompt of the lesson before, which is there for a moment yet.
  await visitor.shows(/^(?![\s\S]*docker pull)[\s\S]*\$$/);
  await visitor.command('docker images -q | wc -l');
  await visitor.shows(/\n0\n/);

  await page.getByRole('link', { name: 'All lessons' }).click();
  await page.getByText('10 minutes · 1 of 6 steps').waitFor();
  await page.getByText('in preparation').first().waitFor();
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('an address leads to a step; one that names no lesson says so and leads to the list', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/lesson/build/4', language: 'ko' });
  const { page } = visitor;
  await page.getByRole('heading', { level: 2, name: '기억해 두는 단계' }).waitFor();
  await page.evaluate(() => (location.hash = '#/lesson/nowhere'));
  await page.getByRole('alert').getByText('no lesson "nowhere" is ready').waitFor();
  await page.getByRole('link', { name: '모든 레슨', exact: true }).click();
  await page.getByRole('link', { name: '이미지 빌드하기' }).waitFor();
  await visitor.leave();
});
