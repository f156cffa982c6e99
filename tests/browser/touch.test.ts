/** A lesson by the page's own buttons, on a phone: nothing is typed but what a phone's keyboard has. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('files are written and commands typed by buttons; the step is done', async () => {
  const visitor = await Visitor.arrive(browser, { size: phone, path: '#/lesson/build' });
  const { page } = visitor;
  const tap = (name: string | RegExp): Promise<void> =>
    page.getByRole('button', { name, exact: typeof name === 'string' }).click();
  const write = async (path: string): Promise<void> => {
    await tap('Lesson');
    const file = page.getByRole('figure').filter({ has: page.getByText(path, { exact: true }) });
    await file.getByRole('button', { name: 'Write it for me' }).click();
    await page.locator(`.cm-content[aria-label^="${path}."]`).waitFor();
    await page.getByRole('status').getByText('Saved', { exact: true }).waitFor();
    expect(await scrollsSideways(visitor)).toBe(false);
  };
  const run = async (command: string, shown: RegExp): Promise<void> => {
    await tap('Lesson');
    await tap(new RegExp(command));
    await visitor.shows(shown);
  };

  await tap('Terminal');
  await visitor.prompted();
  await run('mkdir -p ~/site', /site\$$/);
  await write('site/index.html');
  await write('site/cgi-bin/sign');
  await run('chmod', /sign\n.*site\$$/);
  await write('site/Dockerfile');
  await run('docker build', /Successfully tagged site:latest/);
  // The way back says that there is something to see.
  await tap('Lesson Done');
  await page.getByText('Step 1 is done.', { exact: true }).waitFor();
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('a program that does not end by itself is left with the key bar; the step is done', async () => {
  const visitor = await Visitor.arrive(browser, { size: phone, path: '#/lesson/look-inside' });
  const { page } = visitor;
  await page.getByRole('button', { name: 'Terminal', exact: true }).click();
  await visitor.prompted();
  await page.getByRole('button', { name: 'Lesson', exact: true }).click();
  await page.getByRole('button', { name: 'docker run -d --name store redis' }).click();
  await visitor.shows(/\$ docker ps\n(.*\n)+.*\$$/);
  await page.getByRole('button', { name: 'Lesson', exact: true }).click();
  await page.getByRole('button', { name: 'docker logs -f store' }).click();
  await visitor.shows(/Ready to accept\s+connections/);
  await page.getByRole('button', { name: 'Ctrl' }).click();
  await visitor.type('c');
  await visitor.shows(/\^C\n.*\$$/);
  await page.getByRole('button', { name: 'Lesson Done' }).click();
  await page.getByText('Step 1 is done.', { exact: true }).waitFor();
  await visitor.leave();
});
