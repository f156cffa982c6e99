import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('the editor', () => {
  let visitor: Visitor;
  let text: Locator;
  beforeAll(async () => {
    visitor = await Visitor.arrive(browser);
    await visitor.prompted();
    text = visitor.page.locator('.cm-content');
  });
  afterAll(() => visitor.leave());

  const state = (word: string): Promise<void> =>
    visitor.page.getByRole('status').getByText(word, { exact: true }).waitFor();

  test('a file made and written with the keyboard alone is in the machine, saved by itself', async () => {
    const { page } = visitor;
    await page.keyboard.press('Control+Shift+E');
    await page.getByRole('button', { name: 'New file' }).focus();
    await page.keyboard.press('Enter');
    await visitor.type('web/app.py\n');
    await text.waitFor();
    await visitor.type('print("from the page")\n');
    await state('Saved');
    await visitor.command('clear; python3 web/app.py 2>/dev/null || cat web/app.py; ls -l web');
    await visitor.shows(/^print\("from the page"\)$/m);
    await visitor.shows(/^-rw-r--r-- +1 learner +learner +23 .* app\.py$/m);
  });

  test('what the machine writes appears by itself, the cursor stays', async () => {
    await visitor.command('sed -i s/page/machine/ web/app.py');
    await text.getByText('from the machine').waitFor();
    await state('Changed in the machine');
    await visitor.command('echo new > web/new.txt; mkdir data');
    await visitor.page.getByRole('treeitem', { name: 'new.txt' }).waitFor();
    await visitor.page.getByRole('treeitem', { name: 'data' }).waitFor();
  });

  test('changed on both sides, nothing is lost before somebody has chosen', async () => {
    const { page } = visitor;
    await page.getByRole('treeitem', { name: 'new.txt' }).click();
    await text.getByText('new', { exact: true }).waitFor();
    await text.click();
    await page.keyboard.press('Control+A');
    await page.evaluate(() => {
      // what is typed waits to be saved until the machine has written
      const { setTimeout: real } = window;
      window.setTimeout = ((run: TimerHandler, after?: number) =>
        real(run, after === 500 ? 100_000_000 : after)) as typeof window.setTimeout;
      Object.assign(window, { restoreTimeout: () => (window.setTimeout = real) });
    });
    await visitor.type('mine');
    await state('Not saved yet');
    await visitor.command('echo theirs > web/new.txt');
    await page.getByRole('alert').getByText('Nothing is lost').waitFor();
    await page.evaluate('restoreTimeout()');
    expect(await findings(visitor)).toEqual([]);
    expect(await text.innerText()).toBe('mine');
    await page.getByRole('button', { name: 'Take the machine’s' }).click();
    await text.getByText('theirs').waitFor();
    await text.click();
    await page.keyboard.press('Control+Z');
    await text.getByText('mine').waitFor();
    await page.keyboard.press('Control+S');
    await state('Saved');
    await visitor.command('clear; cat web/new.txt; echo');
    await visitor.shows(/^mine$/m);
  });

  test('executable, renamed, deleted', async () => {
    const { page } = visitor;
    await page.getByRole('checkbox', { name: 'Executable' }).check();
    await page.getByRole('treeitem', { name: /new\.txt/ }).focus();
    await page.keyboard.press('F2');
    await visitor.type('run\n');
    await page.getByRole('treeitem', { name: /^run/ }).waitFor();
    await visitor.command('clear; ls -l web | grep run');
    await visitor.shows(/^-rwxr-xr-x .* run\.txt$/m);
    await page.getByRole('treeitem', { name: /run\.txt/ }).focus();
    await page.keyboard.press('Delete');
    expect(await findings(visitor)).toEqual([]);
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('treeitem', { name: /run\.txt/ }).waitFor({ state: 'detached' });
    await visitor.command('clear; ls web | cat; echo end');
    await visitor.shows(/^app\.py\nend$/m);
  });

  test('F6 goes round: editor, terminal, lesson', async () => {
    const { page } = visitor;
    await page.getByRole('treeitem', { name: 'app.py' }).click();
    await text.click();
    const here = (): Promise<string | undefined> =>
      page.evaluate(
        () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'],
      );
    for (const region of ['terminal', 'lesson', 'companion']) {
      await page.keyboard.press('F6');
      await expect.poll(here).toBe(region);
    }
  });

  test('nothing was refused or thrown meanwhile', () => {
    expect(visitor.problems).toEqual([]);
  });
});

test('on a phone, in Korean and the dark: one of tree and text at a time', async () => {
  const visitor = await Visitor.arrive(browser, { size: phone, language: 'ko', dark: true });
  const { page } = visitor;
  await page.getByRole('button', { name: '편집기', exact: true }).click();
  await page.getByRole('button', { name: '새 파일' }).click();
  await visitor.type('인사.txt\n');
  await page.locator('.cm-content').waitFor();
  await visitor.type('안녕하세요');
  await page.getByRole('status').getByText('저장됨', { exact: true }).waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await page.getByRole('button', { name: '모든 파일' }).click();
  await page.getByRole('treeitem', { name: '인사.txt' }).waitFor();
  expect(await findings(visitor)).toEqual([]);
  await page.getByRole('button', { name: '터미널', exact: true }).click();
  await visitor.command('clear; cat 인사.txt; echo');
  await visitor.shows(/^안녕하세요$/m);
  await visitor.leave();
});
