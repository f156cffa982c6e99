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

test('the bundled images, each with a command to try and a link that offers it', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();
  await page.getByRole('button', { name: 'Images' }).click();
  await page.getByRole('heading', { name: 'hello-world' }).waitFor();
  const headings = page.getByRole('tabpanel', { name: 'Images' }).getByRole('heading');
  await expect
    .poll(() => headings.allInnerTexts())
    .toEqual(['busybox', 'debian', 'hello-world', 'nginx', 'python', 'redis']);
  expect(await findings(visitor)).toEqual([]);
  await page
    .getByRole('button', { name: /link that offers this command with hello-world/ })
    .click();
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toMatch(/#\/sandbox\?image=hello-world&run=docker%20run%20hello-world$/);
  await page.getByRole('button', { name: 'docker run hello-world' }).click();
  await visitor.shows('Hello from Ship in a Bottle!');
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('a link offers its command and runs nothing (dark, Korean, on a phone)', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox?image=busybox&run=docker%20run%20--rm%20busybox%20echo%20o%22%22ffered',
    language: 'ko',
    dark: true,
    size: phone,
  });
  const { page } = visitor;
  const offered = page.getByRole('button', { name: 'docker run --rm busybox echo o""ffered' });
  await offered.waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await page.getByRole('navigation').getByRole('button', { name: '터미널' }).click();
  await visitor.prompted();
  expect(await visitor.screen()).not.toContain('busybox');
  await page.getByRole('navigation').getByRole('button', { name: '이미지' }).click();
  await offered.click();
  await visitor.shows(/^offered$/m);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
