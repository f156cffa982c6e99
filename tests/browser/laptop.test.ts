/**
 * The laptop beside the machine. Its runtime is fetched from elsewhere, which no test of ours does: what is shown is
 * that the page goes on without, that it says why, and that the files reach the machine.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor, wide } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('the project is written on the laptop, copied, and becomes an image in the machine', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();
  await page.getByRole('button', { name: 'Your laptop', exact: true }).click();
  await page.getByText('Node.js does not run in this page').waitFor();
  expect(await page.getByRole('button', { name: 'Run npm start' }).count()).toBe(0);
  expect(await findings(visitor)).toEqual([]);
  // This server isolates the page when its address asks for it.
  const link = page.getByRole('link', { name: 'open the page with them' });
  expect(await link.getAttribute('href')).toContain('?laptop=#/sandbox');

  await page.getByRole('button', { name: 'public/ships.json' }).click();
  const text = page.getByRole('textbox', { name: 'public/ships.json on the laptop' });
  await text.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.type('[{ "name": "Bari", "cargo": "salt" }]');
  await page.keyboard.press('Control+Shift+End');
  await page.keyboard.press('Delete');
  await page.getByRole('button', { name: 'Copy into the machine' }).click();
  await page.getByText('The files are in /home/learner/app').waitFor();
  await visitor.command('clear; cat app/public/ships.json');
  await visitor.shows('[{ "name": "Bari", "cargo": "salt" }]');
  await page.getByRole('button', { name: 'docker build -t harbour app' }).click();
  await visitor.shows(/Successfully tagged harbour:latest[\s\S]*\n[0-9a-f]{12,}[\s\S]*\$$/);
  await visitor.command('clear; until wget -qO- localhost:8080/ships.json; do sleep 0.2; done');
  await visitor.shows(/Bari[\s\S]*\$$/);

  // What was changed in the machine is not written over unseen.
  await visitor.command(
    'clear; echo "[]" > app/public/ships.json; rm app/server.js; echo chang""ed',
  );
  await visitor.shows(/^changed$/m);
  await page.getByRole('button', { name: 'Copy into the machine' }).click();
  await page.getByText('Changed in the machine since they were copied').waitFor();
  await visitor.command('clear; cat app/public/ships.json; ls app/server.js');
  await visitor.shows(/^\[\]\napp\/server\.js$/m);
  await page.getByRole('button', { name: 'Write over them' }).click();
  await page.getByText('The files are in /home/learner/app').waitFor();
  await visitor.command('clear; cat app/public/ships.json');
  await visitor.shows('"cargo": "salt"');
  expect(await findings(visitor)).toEqual([]);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('in an isolated page, without a network to its runtime, a sentence says so', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '?laptop#/sandbox',
    before: (context) =>
      context.route('https://stackblitz.com/**', (route) => route.abort('internetdisconnected')),
  });
  const { page } = visitor;
  await visitor.prompted();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  await page.getByRole('button', { name: 'Your laptop', exact: true }).click();
  await page.getByText('Node.js comes from stackblitz.com').waitFor();
  await page.getByRole('button', { name: 'Run npm start' }).click();
  await page.getByText('Node.js could not be fetched from stackblitz.com').waitFor();
  await page.getByRole('button', { name: 'Copy into the machine' }).click();
  await page.getByText('The files are in /home/learner/app').waitFor();
  // The preview is there in an isolated page too.
  await page.getByRole('button', { name: 'docker build -t harbour app' }).click();
  await visitor.shows(/Successfully tagged harbour:latest[\s\S]*\n[0-9a-f]{12,}[\s\S]*\$$/);
  await page.getByRole('tab', { name: 'Preview' }).click();
  await page.frameLocator('iframe').getByText('Haneul: books').waitFor();
  await visitor.leave();
});

test.each([
  { language: 'ko', dark: true, size: wide },
  { language: 'ko', dark: false, size: phone },
] as const)('axe finds nothing, dark $dark, $size.width wide', async (each) => {
  const visitor = await Visitor.arrive(browser, { ...each, path: '#/sandbox' });
  const { page } = visitor;
  if (each.size === phone) {
    await page.getByRole('button', { name: '편집기' }).click();
    await page.getByRole('tab', { name: '내 노트북' }).click();
  } else {
    await visitor.prompted();
    await page.getByRole('button', { name: '내 노트북', exact: true }).click();
  }
  await page.getByText('이 페이지에서는 Node.js가 돌아가지 않아요').waitFor();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await visitor.leave();
});
