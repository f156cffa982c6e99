import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { phone, Visitor, wide } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const bottle = ({ page }: Visitor, name: string): Locator => page.getByRole('article', { name });

describe('the x-ray', () => {
  let visitor: Visitor;
  beforeAll(async () => {
    visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
    await visitor.prompted();
    await visitor.page.getByRole('button', { name: 'X-ray', exact: true }).click();
  });
  afterAll(() => visitor.leave());

  test('says what to type while there is nothing, and shows what comes of it', async () => {
    const { page } = visitor;
    await page.getByText('No containers yet.').waitFor();
    expect(await findings(visitor)).toEqual([]);
    await page.getByRole('button', { name: 'docker run -d --name web -m 32m redis' }).click();
    const web = bottle(visitor, 'web');
    await web.getByRole('row', { name: /^1 \d+ redis-server/ }).waitFor();
    await web.getByRole('button', { name: /^Memory [\d.]+ [KM]iB of 32 MiB$/ }).waitFor();
    await web.getByText('limit 32 MiB').waitFor();
    // What it has become since; a program that takes another's place makes no event.
    await web.getByRole('row', { name: /redis-server \*:6379$/ }).waitFor();
    await page.getByRole('button', { name: 'redis:latest' }).first().waitFor();
  });

  test('both numbers are the kernel’s: the machine’s is that of docker top', async () => {
    const row = bottle(visitor, 'web').getByRole('row', { name: /redis-server/ });
    const outside = await row.getByRole('cell').nth(1).innerText();
    await visitor.command('clear; docker top web');
    await visitor.shows(new RegExp(`^\\S+ +${outside} `, 'm'));
  });

  test('a shared namespace is a shared wall; the machine’s is a gap', async () => {
    await visitor.command('docker run -d --name side --network container:web busybox sleep 999');
    const side = bottle(visitor, 'side');
    await side.getByRole('button', { name: 'net: shared with web' }).waitFor();
    await bottle(visitor, 'web').getByRole('button', { name: 'net: shared with side' }).waitFor();
    await side.getByRole('button', { name: 'pid: its own' }).waitFor();
    await side.getByRole('button', { name: 'user: the machine’s, no wall' }).waitFor();
    await visitor.page.getByText('one wall in common, net').waitFor();
  });

  test('by keyboard: a wall says where it lives, its command is typed, Escape leads back', async () => {
    const { page } = visitor;
    const wall = (name: string): Locator => bottle(visitor, 'side').getByRole('button', { name });
    await wall('pid: its own').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    const label = page.getByRole('region', { name: 'The net namespace' });
    const path = await label.getByText(/^\/proc\/\d+\/ns\/net$/).innerText();
    expect(await findings(visitor)).toEqual([]);
    await page.keyboard.press('Escape');
    await label.waitFor({ state: 'detached' });
    await expect
      .poll(() => wall('net: shared with web').evaluate((it) => it === document.activeElement))
      .toBe(true);
    await page.keyboard.press('Enter');
    await visitor.command('clear');
    await label.getByRole('button', { name: 'Type into the terminal' }).click();
    await visitor.shows(new RegExp(`${path} -> net:`));
    await label.getByRole('button', { name: 'Close' }).click();
  });

  test('a file that is changed is copied up, a new one is new, a deleted one is hidden', async () => {
    const web = bottle(visitor, 'web');
    await web.getByRole('button', { name: /^Layers/ }).click();
    await web.getByText('Nothing changed yet').waitFor();
    const script = 'echo hi >>/etc/group; echo >/tmp/new; rm /bin/ps';
    await visitor.command(`docker exec web sh -c '${script}'`);
    await web.getByRole('button', { name: '/etc/group copied up, then changed' }).waitFor();
    await web.getByRole('button', { name: '/tmp/new new' }).waitFor();
    await web.getByRole('button', { name: /\/bin\/ps hidden/ }).waitFor();
  });

  test('the start is a list of steps, each with its meaning, time and calls', async () => {
    const web = bottle(visitor, 'web');
    await web.getByRole('button', { name: 'How it started' }).click();
    const pivot = web.getByRole('group').filter({ hasText: 'Its root directory changes' });
    await pivot
      .getByText(/^[\d.]+ (ms|µs)$/)
      .first()
      .waitFor();
    await pivot.locator('summary').click();
    await pivot.getByText('pivot_root', { exact: true }).waitFor();
    await web.getByText('It becomes the program itself').waitFor();
    for (const colorScheme of ['dark', 'light'] as const) {
      await visitor.page.emulateMedia({ colorScheme });
      expect(await findings(visitor)).toEqual([]);
    }
    await web.getByRole('button', { name: 'How it started' }).click();
  });

  test('a stop: SIGTERM is sent, nobody answers, SIGKILL', async () => {
    await visitor.command('clear; docker stop -t 5 side');
    const side = bottle(visitor, 'side');
    await side.getByRole('button', { name: 'SIGTERM docker stop · no answer yet' }).waitFor();
    await side.getByText('exited (137)').waitFor();
    await side.getByRole('button', { name: /^SIGTERM .* not answered in \d+\.\d s$/ }).waitFor();
    await side.getByRole('button', { name: /^SIGKILL patience over/ }).waitFor();
    await side.getByText('only its layers are left').waitFor();
    await bottle(visitor, 'web').getByRole('button', { name: 'net: its own' }).waitFor();
  });

  test('killed for want of memory, and it is seen; processes that come without an event too', async () => {
    const hog = 'docker run -d --name hog -m 8m --memory-swap 8m busybox';
    await visitor.command(`clear; ${hog} sh -c 'sleep 2; (tail /dev/zero) & exec sleep 99'`);
    await bottle(visitor, 'hog').getByText('over the limit: killed 1×').waitFor();
    await bottle(visitor, 'hog')
      .getByRole('row', { name: /sleep 99$/ })
      .waitFor();
    // Nobody waits for it: its number is left.
    await bottle(visitor, 'hog')
      .getByRole('row', { name: /tail ended, not collected/ })
      .waitFor();
  });

  test('however long the picture is, the page around it does not scroll', async () => {
    const { page } = visitor;
    await bottle(visitor, 'hog').scrollIntoViewIfNeeded();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(height).toBe(wide.height);
  });

  test('the text says all that the picture shows', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Text', exact: true }).click();
    const text = page.getByRole('group', { name: 'Text', exact: true });
    for (const line of [
      /^PID inside 1, on the machine \d+: redis-server/,
      /^Memory: [\d.]+ [KM]iB of 32 MiB$/,
      /^net: its own$/,
      /^\/etc\/group: copied up, then changed$/,
      /^\d+\. Its root directory changes/,
      /^SIGKILL: patience over, ends it without asking$/,
      /^over the limit: killed 1×$/,
      /^busybox:latest: Layer of [\d.]+ MB/,
      /^nginx:1\.26$/,
    ]) {
      await text.getByText(line).first().waitFor();
    }
    expect(await findings(visitor)).toEqual([]);
    await page.getByRole('button', { name: 'Picture', exact: true }).click();
  });

  test('what is removed is gone', async () => {
    await visitor.command('clear; docker rm -f web side hog');
    await visitor.page.getByText('No containers yet.').waitFor();
  });

  test('nothing was refused or thrown meanwhile', () => {
    expect(visitor.problems).toEqual([]);
  });
});

test('a lesson points at a container, which is shown as soon as it is there', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/lesson/stop-vs-kill/3' });
  const { page } = visitor;
  await visitor.prompted();
  await page.getByRole('button', { name: 'Look into deaf' }).click();
  await page.getByText('No containers yet.').waitFor();
  expect(await findings(visitor)).toEqual([]);
  await page.getByRole('button', { name: /docker run -d --name deaf/ }).click();
  const deaf = bottle(visitor, 'deaf');
  await deaf.getByRole('button', { name: /^SIGTERM docker stop · no answer yet/ }).waitFor();
  const region = page.locator('[data-region]').filter({ has: page.locator(':focus') });
  await expect.poll(() => region.getAttribute('data-region')).toBe('terminal');
  await deaf.getByRole('button', { name: /^SIGTERM .* not answered in 1\d\.\d s$/ }).waitFor();
  await page.getByRole('button', { name: 'Look into deaf' }).focus();
  await page.keyboard.press('Enter');
  await page.locator('article:focus').and(deaf).waitFor();
  await visitor.leave();
});

test('who wants no motion gets none', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  const { page } = visitor;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await visitor.prompted();
  await page.getByRole('button', { name: 'X-ray', exact: true }).click();
  await visitor.command('docker run -d --name still busybox sleep 999; docker kill -s HUP still');
  await bottle(visitor, 'still')
    .getByRole('button', { name: /^SIGHUP/ })
    .waitFor();
  const moving = await page
    .getByRole('group', { name: 'X-ray of the machine' })
    .evaluate((it) => it.getAnimations({ subtree: true }).length);
  expect(moving).toBe(0);
  await visitor.leave();
});

test('on a phone, in Korean and the dark', async () => {
  const visitor = await Visitor.arrive(browser, {
    path: '#/sandbox',
    size: phone,
    language: 'ko',
    dark: true,
  });
  const { page } = visitor;
  await visitor.prompted();
  await visitor.command('docker run -d --name store -m 16m busybox sleep 999');
  await page.getByRole('button', { name: '편집기', exact: true }).click();
  await page.getByRole('tab', { name: '엑스레이' }).click();
  const store = bottle(visitor, 'store');
  await store.getByRole('button', { name: 'net: 자기만의 것' }).waitFor();
  await store.getByRole('button', { name: /^레이어/ }).click();
  await store.getByRole('button', { name: 'sleep 999' }).click();
  await page.getByRole('heading', { name: /^프로세스 1, 머신에서는 \d+$/ }).waitFor();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await findings(visitor)).toEqual([]);
  }
  expect(await scrollsSideways(visitor)).toBe(false);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});
