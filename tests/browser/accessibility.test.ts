import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor, wide } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe.each([
  { screen: 'wide', size: wide },
  { screen: 'phone', size: phone },
])('on a $screen screen', ({ screen, size }) => {
  test.each([
    { language: 'en', dark: false },
    { language: 'en', dark: true },
    { language: 'ko', dark: false },
    { language: 'ko', dark: true },
  ] as const)('axe finds nothing: $language, dark $dark', async ({ language, dark }) => {
    const visitor = await Visitor.arrive(browser, { language, dark, size });
    await visitor.page.getByRole('heading', { level: 1 }).waitFor();
    const { page } = visitor;
    const names =
      language === 'en'
        ? { terminal: 'Terminal', settings: 'Settings' }
        : { terminal: '터미널', settings: '설정' };
    if (screen === 'wide') await visitor.prompted();
    expect(await findings(visitor)).toEqual([]);
    expect(await scrollsSideways(visitor)).toBe(false);

    if (screen === 'phone') {
      await page.getByRole('button', { name: names.terminal, exact: true }).click();
      await visitor.prompted();
      expect(await findings(visitor)).toEqual([]);
      expect(await scrollsSideways(visitor)).toBe(false);
    }
    await page.getByRole('button', { name: names.settings }).click();
    await page.getByRole('dialog').waitFor();
    expect(await findings(visitor)).toEqual([]);
    await visitor.leave();
  });
});

test.each([
  { language: 'en', dark: true, size: wide },
  { language: 'ko', dark: false, size: phone },
] as const)('the list of lessons is accessible: $language', async ({ language, dark, size }) => {
  const visitor = await Visitor.arrive(browser, { path: '#/lessons', language, dark, size });
  await visitor.page.getByRole('heading', { level: 2 }).first().waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await visitor.leave();
});

test('the failed machine and the machine on its way are accessible too', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) => context.route('**/*.state.zst', (route) => route.abort('failed')),
  });
  await visitor.page.getByRole('alert').waitFor();
  expect(await findings(visitor)).toEqual([]);
  await visitor.page.context().unroute('**/*.state.zst');
  await visitor.page.context().route('**/*.state.zst', () => undefined); // never answered
  await visitor.page.getByRole('button', { name: 'Try again' }).click();
  await visitor.page.getByRole('progressbar').waitFor();
  expect(await findings(visitor)).toEqual([]);
  await visitor.leave();
});

test('a screen reader finds the terminal’s text once its mode is on', async () => {
  const visitor = await Visitor.arrive(browser);
  await visitor.prompted();
  await visitor.page.getByRole('button', { name: 'Settings' }).click();
  await visitor.page.getByRole('checkbox', { name: 'Screen-reader mode of the terminal' }).check();
  await visitor.page.keyboard.press('Escape');
  await visitor.command('echo said aloud');
  await visitor.page.locator('.xterm-accessibility').getByText('said aloud').first().waitFor({
    state: 'attached',
  });
  expect(await findings(visitor)).toEqual([]);
  await visitor.leave();
});

test('a question answered wrong, then right, and a hint are accessible', async () => {
  const visitor = await Visitor.arrive(browser, { dark: true });
  const { page } = visitor;
  await page.getByRole('radio', { name: /^Three/ }).check();
  await page.getByText('Not quite.').waitFor();
  expect(await findings(visitor)).toEqual([]);
  await page.getByRole('radio', { name: /^One/ }).check();
  await page.getByRole('button', { name: 'Next step' }).click();
  await page.getByRole('button', { name: 'Show a hint' }).click();
  await page.getByRole('button', { name: 'Show the next hint' }).waitFor();
  expect(await findings(visitor)).toEqual([]);
  await visitor.leave();
});
