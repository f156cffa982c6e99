/** What the page does with a saved machine that it cannot go on with; what is asked and said then, in Korean and the dark. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { saved, spoil } from './saved.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('one of another version, and one that is damaged: a fresh machine, a sentence, and the progress', async () => {
  const path = '#/lesson/what-is-a-container/1';
  const visitor = await Visitor.arrive(browser, { path, language: 'ko', dark: true });
  const { page } = visitor;
  await visitor.prompted();
  await page.locator('input[name="kernels"]').nth(2).check();
  await page.getByText('1단계를 마쳤어요.').waitFor();
  for (const { field, sentence } of [
    { field: 'build', sentence: '이전 버전에서 만들어져서' },
    { field: 'devices', sentence: '시작되지 않아서' },
  ] as const) {
    await visitor.command('clear; touch mine; ls');
    await visitor.shows(/^mine\n/m);
    await saved(visitor);
    await spoil(visitor, field);
    await page.goto(inject('site') + path);
    const notice = page.getByText(sentence);
    await notice.waitFor();
    await visitor.prompted();
    expect(await findings(visitor)).toEqual([]);
    await visitor.command('clear; ls mine 2>&1 | tail -1');
    await visitor.shows('No such file');
    await expect.poll(() => page.getByRole('navigation').locator('li.passed').count()).toBe(1);
    // It is said once.
    await saved(visitor);
    await page.reload();
    await visitor.shows('No such file');
    expect(await notice.count()).toBe(0);
  }
  // The browser asks for an icon of a file that is no page.
  expect(visitor.problems.filter((problem) => !problem.includes('favicon.ico'))).toEqual([]);
  await visitor.leave();
});

/** Runs before the page's own code: a machine that goes on is never taken for sound. */
function neverSound(): void {
  const { setTimeout: real } = window;
  window.setTimeout = ((run: TimerHandler, after?: number) =>
    after === 4000 ? 0 : real(run, after)) as typeof window.setTimeout;
}

/** Ends the tab as a browser does that has no memory left, with the machine just restored. */
async function crash({ page }: Visitor, failures: number): Promise<void> {
  await page.waitForFunction(
    (count) => localStorage.getItem('machine.failures') === String(count),
    failures,
  );
  const over = page.waitForEvent('crash');
  await Promise.all([over, page.goto('chrome://crash').catch(() => undefined)]);
  await page.close();
}

test('one that ends the tab twice is put aside', async () => {
  let visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    before: (context) => context.addInitScript(neverSound),
  });
  await visitor.prompted();
  await visitor.command('clear; touch mine; ls');
  await visitor.shows(/^mine\n/m);
  await saved(visitor);
  visitor = await visitor.comeBack('#/sandbox');
  await crash(visitor, 1);
  visitor = await visitor.another('#/sandbox');
  await visitor.shows(/^mine\n/m);
  await crash(visitor, 2);
  visitor = await visitor.another('#/sandbox');
  await visitor.page.getByText('so it is set aside and a new one has started').waitFor();
  await visitor.prompted();
  await visitor.command('clear; ls mine 2>&1 | tail -1');
  await visitor.shows('No such file');
  await visitor.leave();
});

test.each([
  { language: 'ko', dark: true },
  { language: 'ko', dark: true, size: phone },
  { language: 'en', dark: true, size: phone },
] as const)('what is asked before a machine is put back is accessible: %o', async (visit) => {
  const path = '#/lesson/what-is-a-container/4';
  const visitor = await Visitor.arrive(browser, { ...visit, path });
  const { page } = visitor;
  const words =
    visit.language === 'ko'
      ? {
          skip: '여기로 건너뛰기',
          cancel: '취소',
          settings: '설정',
          forget: '저장된 머신 지우기',
          terminal: '터미널',
        }
      : {
          skip: 'Skip to here',
          cancel: 'Cancel',
          settings: 'Settings',
          forget: 'Forget the saved',
          terminal: 'Terminal',
        };
  const button = (name: string) => page.getByRole('button', { name });
  await button(words.skip).click();
  expect(await findings(visitor)).toEqual([]);
  await button(words.cancel).click();
  if ('size' in visit) {
    await page.getByRole('navigation').getByRole('button', { name: words.terminal }).click();
  }
  await visitor.prompted();
  await visitor.command('true');
  await saved(visitor);
  await button(words.settings).click();
  await button(words.forget).waitFor();
  await page.locator('input[type=file]').setInputFiles({
    name: 'other.session',
    mimeType: '',
    buffer: Buffer.from('no session'),
  });
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
