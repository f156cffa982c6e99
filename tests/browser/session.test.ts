import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** What the page has stored: when its state to go on from was taken, and the numbers of its layers. */
const stored = (visitor: Visitor): Promise<{ at: number; layers: number[] } | null> =>
  visitor.page.evaluate(async () => {
    const opened = indexedDB.open(`machine ${new URL('machine/', document.baseURI).pathname}`);
    await new Promise((done) => (opened.onsuccess = done));
    const states = opened.result.transaction('states').objectStore('states').get('now');
    await new Promise((done) => (states.onsuccess = done));
    opened.result.close();
    const state = states.result as { note: { at: number }; layers: { id: number }[] } | undefined;
    return state ? { at: state.note.at, layers: state.layers.map(({ id }) => id) } : null;
  });

/** Waits until what happened up to now is saved. */
async function saved(visitor: Visitor): Promise<void> {
  const now = await visitor.page.evaluate(() => Date.now());
  await expect
    .poll(async () => (await stored(visitor))?.at ?? 0, { timeout: 30_000 })
    .toBeGreaterThan(now);
}

test('a tab that is closed and opened again is where it was: containers, processes, screens', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  await visitor.prompted();
  await visitor.command(
    'docker run -d --name count busybox sh -c "i=0; while :; do i=\\$((i+1)); echo \\$i >/n; sleep 1; done"; echo kept >mine; X=42',
  );
  await visitor.shows(/[0-9a-f]{64}\n.*\$$/);
  await visitor.command('docker exec count cat /n');
  await saved(visitor);
  const before = await visitor.screen();
  const again = await visitor.comeBack('#/sandbox');
  await again.prompted();
  expect(await again.screen()).toBe(before);
  await again.command(
    'clear; cat mine; echo $X; docker ps --format {{.Names}}; docker exec count cat /n',
  );
  await again.shows(/kept\n42\ncount\n\d+\n/);
  console.log(await again.screen());
  expect(again.problems).toEqual([]);
  await again.leave();
});

/** Asks for something and says yes to what it costs. */
async function agree({ page }: Visitor, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await dialog.getByRole('button').last().click();
}

test('skip to a step, undo, and start a step again: the machine follows', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/lesson/what-is-a-container/4' });
  const { page } = visitor;
  await visitor.prompted();
  const status = page.getByRole('article').getByRole('status');

  await page.getByRole('button', { name: 'Skip to here' }).click();
  expect(await findings(visitor)).toEqual([]);
  await page.getByRole('dialog').getByRole('button', { name: 'Skip to here' }).click();
  await page.getByText('into terminal 1.').waitFor();
  await page.getByRole('button', { name: 'Start this step again' }).waitFor({ timeout: 60_000 });
  expect(new URL(page.url()).hash).toBe('#/lesson/what-is-a-container/4');
  await visitor.shows('Hello from Ship in a Bottle!');
  expect(await page.getByRole('button', { name: /\(done\)$/ }).count()).toBe(3);

  await agree(visitor, 'Undo: back to the beginning of the last step');
  await status.getByText('What the machine shows').waitFor();
  await visitor.prompted();
  expect(await page.getByRole('button', { name: /\(done\)$/ }).count()).toBe(2);
  await visitor.command('clear; docker ps -aq | wc -l; docker images -q | wc -l');
  await visitor.shows(/^0\n0\n/m);
  await visitor.command('docker run hello-world');
  await page.locator('input[name="first-run-guess"]').nth(1).check();
  await status.getByText('Step 3 is done.').waitFor();

  await page.getByRole('button', { name: 'Next step' }).click();
  await visitor.command('clear; docker rm -f $(docker ps -aq)');
  await visitor.shows(/[0-9a-f]{12}\n/);
  await agree(visitor, 'Start this step again');
  await visitor.shows('Hello from Ship in a Bottle!');
  await visitor.command('clear; docker ps -aq | wc -l');
  await visitor.shows(/^1\n/m);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
