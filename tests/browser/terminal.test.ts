import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { phone, Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

describe('the terminal of the page', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.arrive(browser);
    await visitor.prompted();
  });
  afterAll(() => visitor.leave());

  test('what is typed right after loading reaches the shell, without a click', async () => {
    await visitor.type('echo $((6 * 7)) boxes\n');
    await visitor.shows('42 boxes');
  });

  test('docker run hello-world prints its text', async () => {
    await visitor.command('docker run hello-world');
    await visitor.shows('Hello from Ship in a Bottle!');
    await visitor.prompted();
  });

  test('the guest knows the size of the terminal, also after it changed', async () => {
    let asked = 0;
    const size = async (): Promise<string> => {
      const tag = `size-${String(++asked)}`;
      await visitor.command(`clear; echo ${tag} $(stty size)`);
      const line = new RegExp(`^${tag} (\\d+ \\d+)$`, 'm');
      await visitor.shows(line);
      return line.exec(await visitor.screen())?.[1] ?? '';
    };
    const before = await size();
    await visitor.page.setViewportSize({ width: 1300, height: 600 });
    // A size and keys come to the guest by two queues.
    await expect.poll(size).not.toBe(before);
    const rows = visitor.page.locator('[role=tabpanel]:visible .xterm-rows > div');
    await expect.poll(async () => Number.parseInt(await size()) - (await rows.count())).toBe(0);
  });

  test('a command of the lesson types itself on a click', async () => {
    await visitor.command('clear');
    await visitor.page.getByRole('button', { name: 'uname -a' }).click();
    await visitor.shows(/Linux bottle 6\./);
  });

  test('text is pasted whole, and a paste of several lines arrives in order', async () => {
    const lines = Array.from(
      { length: 400 },
      (_, index) => `line ${String(index)} 한글 ${'x'.repeat(40)}`,
    );
    await visitor.command('clear; echo now; cat > pasted; wc -l < pasted; md5sum pasted');
    await visitor.shows(/^now$/m);
    await visitor.page.evaluate(
      (text) => navigator.clipboard.writeText(text),
      `${lines.join('\n')}\n`,
    );
    await visitor.page.keyboard.press('Control+V');
    await visitor.shows('line 399');
    await visitor.page.keyboard.press('Control+D');
    await visitor.shows(/^400$/m);
  });

  test('a selection is copied with Ctrl+Shift+C', async () => {
    await visitor.command('clear; echo copy-me');
    await visitor.shows(/^copy-me$/m);
    await visitor.page.getByText('copy-me', { exact: true }).last().dblclick({ force: true });
    await visitor.page.keyboard.press('Control+Shift+C');
    await expect
      .poll(() => visitor.page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/^copy/);
  });

  test('search finds and counts', async () => {
    await visitor.command('clear; echo needle; echo needle; echo haystack');
    await visitor.shows(/^haystack$/m);
    await visitor.page.keyboard.press('Control+Shift+F');
    await visitor.page.getByRole('search').locator('input:focus').waitFor();
    await visitor.type('^needle');
    await visitor.page.getByText('No match').waitFor();
    await visitor.page.keyboard.press('Control+A');
    await visitor.type('haystack');
    await visitor.page.getByText(/of 1$/).waitFor();
    await visitor.page.keyboard.press('Escape');
    await visitor.type('echo back\n');
    await visitor.shows(/^back$/m);
  });

  test('four terminals are four shells on four consoles', async () => {
    for (const number of [2, 3, 4]) {
      await visitor.page.getByRole('button', { name: 'Open another terminal' }).click();
      await visitor.prompted();
      await visitor.type('clear; tty\n');
      await visitor.shows(`/dev/hvc${String(number - 1)}`);
    }
    await visitor.page
      .getByRole('button', { name: 'Open another terminal' })
      .waitFor({ state: 'detached' });
    await visitor.page.keyboard.press('Control+Shift+1');
    await visitor.shows(/^back$/m);
    await visitor.type('clear; tty\n');
    await visitor.shows('/dev/hvc0');
  });

  test('F6 leaves the terminal for the lesson and comes back', async () => {
    await visitor.focusTerminal();
    await visitor.page.keyboard.press('F6');
    const inLesson = (): Promise<boolean> =>
      visitor.page.evaluate(
        () => document.activeElement?.closest('section')?.getAttribute('aria-label') === 'Lesson',
      );
    await expect.poll(inLesson).toBe(true);
    await visitor.page.keyboard.press('F6');
    await expect.poll(inLesson).toBe(false);
    await visitor.type('clear; echo typed after F6\n');
    await visitor.shows(/^typed after F6$/m);
  });

  test('a hidden page pauses the machine; shown again it goes on, at the right time', async () => {
    const turn = (state: 'hidden' | 'visible'): Promise<void> =>
      visitor.page.evaluate((now) => {
        Object.defineProperty(document, 'visibilityState', { value: now, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    await turn('hidden');
    await visitor.page.getByText('Paused', { exact: true }).waitFor();
    await turn('visible');
    await visitor.page.getByText('Running', { exact: true }).waitFor();
    const before = Date.now() / 1000;
    await visitor.command('clear; date +at-%s');
    await visitor.shows(/^at-\d+$/m);
    const at = Number(/^at-(\d+)$/m.exec(await visitor.screen())?.[1]);
    expect(at).toBeGreaterThan(before - 5);
    expect(at).toBeLessThan(Date.now() / 1000 + 5);
  });

  test('nothing was refused or thrown meanwhile', () => {
    expect(visitor.problems).toEqual([]);
  });
});

test('on a phone the key bar has the keys that its keyboard lacks', async () => {
  const visitor = await Visitor.arrive(browser, { size: phone });
  const { page } = visitor;
  // A command of the lesson leads to the terminal by itself.
  await page.getByRole('button', { name: 'uname -a' }).click();
  await visitor.shows(/Linux bottle 6\./);
  // Once it runs, Ctrl C is a signal; before, the shell's line editor would take it.
  await visitor.command('clear; echo asleep; sleep 1000');
  await visitor.shows(/^asleep$/m);
  await page.getByRole('button', { name: 'Ctrl' }).click();
  await visitor.type('c');
  await visitor.shows(/\^C/);
  await visitor.type('clear; echo a b');
  await page.getByRole('button', { name: '|', exact: true }).click();
  await visitor.type('wc -w; echo end\n');
  await visitor.shows(/^2\nend$/m);
  await page.getByRole('button', { name: 'Up' }).click();
  await visitor.type('ing\n');
  await visitor.shows(/^ending$/m);
  await page.getByRole('button', { name: 'Lesson', exact: true }).click();
  await page.getByRole('heading', { name: 'What is a container?' }).waitFor();
  await visitor.leave();
});

test('with WebGL the page starts and runs too', async () => {
  const accelerated = await launch({ webgl: true });
  const visitor = await Visitor.arrive(accelerated);
  await visitor.page.getByText('Running', { exact: true }).waitFor();
  await visitor.page.locator('.xterm-screen canvas').first().waitFor();
  expect(visitor.problems).toEqual([]);
  await accelerated.close();
});
