import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
