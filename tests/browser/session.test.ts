import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { launch } from './chromium.ts';
import { saved, stored } from './saved.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a tab that is closed and opened again is where it was: containers, processes, screens', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  await visitor.prompted();
  await visitor.command(
    'docker run -d --name count busybox sh -c "i=0; while :; do i=\\$((i+1)); echo \\$i >/n; sleep 1; done"; echo kept >mine; X=42',
  );
  await visitor.shows(/[0-9a-f]{64}\n.*\$$/);
  await visitor.command('docker exec count cat /n');
  await visitor.shows(/cat \/n\n\d+\n.*\$$/);
  await saved(visitor);
  const before = await visitor.screen();
  const again = await visitor.comeBack('#/sandbox');
  await expect.poll(() => again.screen()).toBe(before);
  await again.command(
    'clear; cat mine; echo $X; docker ps --format {{.Names}}; docker exec count cat /n',
  );
  await again.shows(/kept\n42\ncount\n\d+\n/);
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
  await page.getByRole('button', { name: 'Start this step again' }).waitFor();
  await page.waitForURL(({ hash }) => hash === '#/lesson/what-is-a-container/4');
  await visitor.shows('Hello from Ship in a Bottle!');
  const done = page.getByRole('button', { name: /\(done\)$/ });
  await expect.poll(() => done.count()).toBe(3);

  await agree(visitor, 'Undo: back to the beginning of the last step');
  await status.getByText('What the machine shows').waitFor();
  await expect.poll(() => done.count()).toBe(2);
  // As it was before the step: with a prompt at the end, and no greeting of a container.
  await visitor.shows(/^(?![\s\S]*Hello from)[\s\S]*\$$/);
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

/** Puts code before the page's worker, where storage is. */
async function beforeWorker(context: BrowserContext, code: string): Promise<void> {
  await context.route('**/assets/loader-*.js', async (route) => {
    try {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${code}\n${await response.text()}` });
    } catch {
      // the tab that asked has been closed meanwhile
    }
  });
}

/** Tells what stands before the worker's code something, and waits until it says yes. */
const tell = ({ page }: Visitor, what: string): Promise<void> =>
  page.evaluate(
    (message) =>
      new Promise<void>((heard) => {
        const telling = new BroadcastChannel('told');
        telling.onmessage = () => {
          telling.close();
          heard();
        };
        telling.postMessage(message);
      }),
    what,
  );

test('a tab that is closed in the middle of a write goes on from the state before', async () => {
  // from when it is told so, no state is ever committed
  const held = `
    let hold = false, holding = false;
    const told = new BroadcastChannel('told');
    told.onmessage = ({ data }) => {
      if (data === 'hold') hold = true;
      if (hold === holding || data === 'hold') told.postMessage('yes');
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      const request = put.call(this, value, key);
      const wait = () => { this.get('nothing').onsuccess = wait; };
      if (hold && !holding && this.name === 'states') {
        holding = true;
        wait();
        told.postMessage('yes');
      }
      return request;
    };`;
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    before: (context) => beforeWorker(context, held),
  });
  await visitor.prompted();
  await visitor.command('touch one');
  await saved(visitor);
  await tell(visitor, 'hold');
  await visitor.command('touch two; clear; ls');
  await visitor.shows(/^one\s+two\n/m);
  await tell(visitor, 'are you holding one?');
  await visitor.page.context().unroute('**/assets/loader-*.js');
  const again = await visitor.comeBack('#/sandbox');
  await again.prompted();
  await again.command('clear; ls');
  await again.shows(/^one\n/m);
  await again.leave();
});

test('no storage, no room, another tab: a sentence, and the page goes on', async () => {
  const blocked = await Visitor.arrive(browser, {
    path: '#/sandbox',
    language: 'ko',
    before: (context) =>
      beforeWorker(
        context,
        `Object.defineProperty(self, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } });`,
      ),
  });
  await blocked.page.getByText('아무것도 저장하지 못하게 해요').waitFor();
  await blocked.prompted();
  expect(await findings(blocked)).toEqual([]);
  await blocked.leave();

  const narrow = `
    let full = false;
    const told = new BroadcastChannel('told');
    told.onmessage = ({ data }) => {
      full = data === 'full';
      told.postMessage('yes');
    };
    const { put } = IDBObjectStore.prototype;
    IDBObjectStore.prototype.put = function (value, key) {
      if (full) throw new DOMException('no room', 'QuotaExceededError');
      return put.call(this, value, key);
    };`;
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    before: (context) => beforeWorker(context, narrow),
  });
  await visitor.prompted();
  const other = await visitor.another('#/sandbox');
  await other.page.getByText('open in another tab').waitFor();
  await other.prompted();
  await other.page.close();

  await tell(visitor, 'full');
  const before = await stored(visitor);
  await visitor.command('docker run hello-world');
  await visitor.page.getByText('no room left').waitFor();
  expect(await stored(visitor)).toEqual(before);
  await visitor.shows('Hello from Ship in a Bottle!');
  await tell(visitor, 'empty');
  await visitor.command('touch one');
  await saved(visitor);
  await visitor.page.getByText('no room left').waitFor({ state: 'detached' });
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('progress and machine go into a file and into another browser; evidence says what was passed', async () => {
  const began = Date.now();
  const visitor = await Visitor.arrive(browser, { path: '#/lesson/what-is-a-container/1' });
  const { page } = visitor;
  await visitor.prompted();
  await page.locator('input[name="kernels"]').nth(2).check();
  await page.getByText('Step 1 is done.').waitFor();
  await visitor.command('docker run -d --name far busybox sleep 10000');
  await visitor.shows(/[0-9a-f]{64}/);
  await page.getByRole('button', { name: 'Settings' }).click();
  expect(await findings(visitor)).toEqual([]);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export to a file' }).click(),
  ]);
  const [evidence] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save my evidence' }).click(),
  ]);
  const { lessons } = JSON.parse(readFileSync(await evidence.path(), 'utf8')) as {
    lessons: { id: string; steps: { passed: boolean; at: string | null }[] }[];
  };
  expect(lessons.map(({ id }) => id)).toEqual(['what-is-a-container']);
  expect(lessons[0]?.steps.map(({ passed }) => passed).slice(0, 2)).toEqual([true, false]);
  expect(Date.parse(lessons[0]?.steps[0]?.at ?? '')).toBeGreaterThan(began);

  const elsewhere = await Visitor.arrive(browser, { path: '#/lesson/what-is-a-container/1' });
  await elsewhere.prompted();
  await elsewhere.page.getByRole('button', { name: 'Settings' }).click();
  const input = elsewhere.page.locator('input[type=file]');
  await input.setInputFiles({
    name: 'other.session',
    mimeType: '',
    buffer: Buffer.from('SHIP-IN-A-BOTTLE-SESSION 1\n{"made":"<img src=x onerror=alert(1)>"}\n'),
  });
  await elsewhere.page.getByText('That did not work.').waitFor();
  await input.setInputFiles(await file.path());
  await elsewhere.page.getByRole('button', { name: 'Replace' }).click();
  await elsewhere.page.getByText('The file was imported.').waitFor();
  await elsewhere.page.keyboard.press('Escape');
  await elsewhere.page.getByText('Step 1 is done.').waitFor();
  await elsewhere.shows(/[0-9a-f]{64}/);
  await elsewhere.command('clear; docker ps --format "{{.Names}} {{.State}}"');
  await elsewhere.shows('far running');
  expect(elsewhere.problems).toEqual([]);
  await elsewhere.leave();
  await visitor.leave();
});
