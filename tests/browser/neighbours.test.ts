/** Previews of several machines: two tabs with one each, and a friend's machine beside one's own. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings } from './axe.ts';
import { launch } from './chromium.ts';
import { problemsOf, shownIn } from './frame.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Publishes a page of one word at port 8080. */
const serve = (word: string): string =>
  `mkdir www; echo '<h1>${word}</h1><a href=/two.html>Next</a>' > www/index.html; echo '<p>${word} again' > www/two.html; docker run -d -p 8080:80 -v $PWD/www:/www busybox httpd -f -h /www`;

test('two tabs: each shows the page of its own machine', async () => {
  const one = await Visitor.arrive(browser, { path: '#/sandbox' });
  await one.prompted();
  const other = await one.another('#/sandbox');
  await other.prompted();
  const tabs = [
    { visitor: one, word: 'first' },
    { visitor: other, word: 'second' },
  ];
  for (const { visitor, word } of tabs) {
    await visitor.page.bringToFront();
    await visitor.command(serve(word));
    await visitor.page.getByRole('button', { name: 'Preview Port 8080 is published' }).click();
    await shownIn(visitor).getByRole('heading', { name: word }).waitFor();
  }
  // Whatever the pages ask for next goes to the machine that they are of.
  for (const { visitor, word } of tabs) {
    await visitor.page.bringToFront();
    await visitor.page.getByRole('button', { name: 'Load again' }).click();
    await shownIn(visitor).getByRole('heading', { name: word }).waitFor();
    await shownIn(visitor).getByRole('link', { name: 'Next' }).click();
    await shownIn(visitor).getByText(`${word} again`).waitFor();
    expect(problemsOf(visitor)).toEqual([]);
  }
  await one.leave();
});

test('the friend’s ports are shown beside one’s own', async () => {
  const visitor = await Visitor.arrive(browser, { path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();
  await visitor.command(serve('mine'));
  await page.getByRole('button', { name: 'Preview Port 8080 is published' }).click();
  await shownIn(visitor).getByRole('heading', { name: 'mine' }).waitFor();
  await page.getByRole('button', { name: 'Switch on your friend’s laptop' }).click();
  const friend = page.locator('[data-region=friend]');
  await friend.getByText('learner@friend:~$').waitFor();
  await friend.locator('.xterm').click();
  await visitor.type(`${serve('theirs')}\n`);
  await page.getByRole('button', { name: /^friend:8080/ }).click();
  await shownIn(visitor).getByRole('heading', { name: 'theirs' }).waitFor();
  await expect
    .poll(() => page.getByRole('textbox', { name: 'Address' }).inputValue())
    .toBe('friend:8080/');
  await shownIn(visitor).getByRole('link', { name: 'Next' }).click();
  await shownIn(visitor).getByText('theirs again').waitFor();
  expect(await findings(visitor)).toEqual([]);
  await page.getByRole('button', { name: /^8080/ }).click();
  await shownIn(visitor).getByRole('heading', { name: 'mine' }).waitFor();
  expect(problemsOf(visitor)).toEqual([]);
  await visitor.leave();
});
