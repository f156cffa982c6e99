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

/** How many memories of WebAssembly the page holds, once what nobody uses is gone. */
async function memories(visitor: Visitor): Promise<number> {
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('HeapProfiler.collectGarbage');
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'WebAssembly.Memory.prototype',
  });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
  });
  const { result: count } = await session.send('Runtime.callFunctionOn', {
    objectId: objects.objectId ?? '',
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true,
  });
  await session.detach();
  return Number(count.value);
}

test('a friend’s laptop: another machine, the same registry, nothing fetched twice, and its memory given back', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();
  await visitor.command('docker run --rm hello-world | head -3; touch mine');
  await visitor.shows('Hello from Ship in a Bottle!');
  const before = await memories(visitor);

  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await page.getByRole('button', { name: 'Switch on your friend’s laptop' }).click();
  const friend = page.locator('[data-region=friend] .xterm-rows');
  await friend.getByText('learner@friend:~$').waitFor();
  expect(fetched.filter((path) => /\.(zst|gz|wasm|json)$/.test(path))).toEqual([]);
  expect(await findings(visitor)).toEqual([]);

  // its own files, host name, engine and images; and what the registry has
  await visitor.type(
    'ls; hostname; docker images -q | wc -l; docker run --rm hello-world | head -3\n',
  );
  await friend.getByText('Hello from Ship in a Bottle!').waitFor();
  const shown = await friend.locator('> div').allInnerTexts();
  expect(shown.map((line) => line.trim())).toContain('0');
  expect(shown.join('\n')).not.toContain('mine');
  expect(await memories(visitor)).toBeGreaterThan(before);

  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'Switch on your friend’s laptop' }).waitFor();
  // v86 lets go of its memory with its last timer
  await expect.poll(() => memories(visitor), { timeout: 20_000 }).toBe(before);
  await visitor.command('clear; hostname; ls');
  await visitor.shows(/^bottle\nmine/m);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
