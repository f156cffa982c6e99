import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const theme = (visitor: Visitor): Promise<string | undefined> =>
  visitor.page.evaluate(() => document.documentElement.dataset['theme']);

test('colours, once chosen, are there on the next visit, before anything else is drawn', async () => {
  const visitor = await Visitor.arrive(browser, { dark: false });
  await expect.poll(() => theme(visitor)).toBe('light');
  await visitor.page.getByRole('button', { name: 'Settings' }).click();
  await visitor.page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(() => theme(visitor)).toBe('dark');
  await visitor.page.keyboard.press('Escape');
  // The page's own code is held back: what is dark now is dark by the first paint's script.
  await visitor.page.route('**/*.js', (route) => route.abort());
  await visitor.page.reload({ waitUntil: 'commit' });
  await visitor.page.locator('.shell').waitFor();
  expect(await theme(visitor)).toBe('dark');
  await visitor.leave();
});

test('the language follows the browser, the address and the choice, in that order', async () => {
  const visitor = await Visitor.arrive(browser, { language: 'ko' });
  const language = (): Promise<string> =>
    visitor.page.evaluate(() => document.documentElement.lang);
  await visitor.page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(language).toBe('ko');
  await visitor.page.getByRole('group', { name: '언어' }).getByText('English').click();
  await visitor.page.getByRole('heading', { name: 'What is a container?' }).waitFor();
  await expect.poll(language).toBe('en');
  await expect.poll(() => visitor.page.title()).toBe('What is a container? · Ship in a Bottle');
  await visitor.page.reload();
  await visitor.page.getByRole('heading', { name: 'What is a container?' }).waitFor();
  await visitor.page.goto(`${visitor.page.url()}?lang=ko`.replace('#/?', '?'));
  await visitor.page.getByRole('heading', { name: '컨테이너란 무엇일까요?' }).waitFor();
  await expect.poll(language).toBe('ko');
  await expect.poll(() => visitor.page.title()).toContain('병 속의 배');
  await visitor.leave();
});

test('where storage is blocked the page says so and goes on', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) =>
      context.addInitScript(() => {
        Object.defineProperty(window, 'localStorage', {
          get() {
            throw new DOMException('The operation is insecure.', 'SecurityError');
          },
        });
      }),
  });
  await visitor.page.getByText('The lesson works, but your progress is lost').waitFor();
  await visitor.page.getByRole('link', { name: 'Sandbox' }).click();
  await visitor.page.getByRole('alert').getByText('does not let the page store').waitFor();
  await visitor.prompted();
  await visitor.leave();
});

test('the sandbox is the terminal alone, and has an address of its own', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  await visitor.prompted();
  expect(await visitor.page.getByRole('region', { name: 'Lesson' }).count()).toBe(0);
  await visitor.page.getByRole('link', { name: 'Lesson', exact: true }).click();
  await visitor.page.getByRole('heading', { name: 'What is a container?' }).waitFor();
  // The same machine goes on: its terminal was not loaded anew.
  await visitor.command('clear; echo still here');
  await visitor.shows(/^still here$/m);
  await visitor.leave();
});

test('the lesson is hidden, shown and made wider by keyboard', async () => {
  const visitor = await Visitor.arrive(browser);
  const heading = visitor.page
    .getByRole('region', { name: 'Lesson' })
    .getByRole('heading', { level: 1 });
  await heading.waitFor();
  await visitor.page.keyboard.press('Control+Shift+L');
  await heading.waitFor({ state: 'detached' });
  await visitor.page.keyboard.press('Control+Shift+L');
  await heading.waitFor();
  const divider = visitor.page.getByRole('separator');
  const before = Number(await divider.getAttribute('aria-valuenow'));
  await divider.focus();
  await visitor.page.keyboard.press('ArrowRight');
  await expect
    .poll(async () => Number(await divider.getAttribute('aria-valuenow')))
    .toBe(before + 16);
  await visitor.leave();
});
