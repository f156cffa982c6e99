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

/** Runs before the page's own code: keeps an eye on every emulator's memory, and holds none. */
function watchMemories(): void {
  const { instantiate } = WebAssembly;
  const seen: WeakRef<object>[] = [];
  Object.assign(window, { memories: () => seen.filter((memory) => memory.deref()).length });
  WebAssembly.instantiate = (async (...args: Parameters<typeof instantiate>) => {
    const made = await instantiate(...args);
    // of modules, and so of the emulator, it gives instances; of bytes, as for translated code, something else
    const memory = 'exports' in made ? (made.exports as WebAssembly.Exports)['memory'] : undefined;
    if (memory) seen.push(new WeakRef(memory));
    return made;
  }) as typeof instantiate;
}

/** How many emulators the page still has the memory of, once what nobody uses is gone. */
async function memories(visitor: Visitor): Promise<number> {
  const session = await visitor.page.context().newCDPSession(visitor.page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  return visitor.page.evaluate('window.memories()');
}

test('a friend’s laptop: another machine, the same registry, nothing fetched twice, and its memory given back', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    before: (context) => context.addInitScript(watchMemories),
  });
  const { page } = visitor;
  await visitor.prompted();
  await visitor.command('docker run --rm hello-world | head -3; touch mine');
  await visitor.shows('Hello from Ship in a Bottle!');
  expect(await memories(visitor)).toBe(1);

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
  expect(await memories(visitor)).toBe(2);

  await page.getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Switch off' }).click();
  await page.getByRole('button', { name: 'Switch on your friend’s laptop' }).waitFor();
  // v86 lets go of its memory with its last timer
  await expect.poll(() => memories(visitor)).toBe(1);
  await visitor.command('clear; hostname; ls');
  await visitor.shows(/^bottle\nmine/m);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
