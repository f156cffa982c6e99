/** A lesson whose prose is hostile: nothing of it runs, nothing is fetched for it, and what is harmless is shown. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

/** Words of the first lesson's first paragraph, in whose place the hostile text comes. */
const harmless = 'This page holds a whole Linux computer';

const hostile = [
  '<script>window.hacked = 1</script>',
  '<img src="http://outside.invalid/pixel" onerror="window.hacked = 2">',
  '<svg onload="window.hacked = 3"><script>window.hacked = 4</script></svg>',
  '<iframe src="javascript:parent.hacked = 5"></iframe>',
  '<a href="javascript:window.hacked = 6" id="trap">trap</a>',
  '<a href="https://outside.invalid/page">a way out</a>',
  '<form action="http://outside.invalid/"><input name="password" autofocus onfocus="window.hacked = 7"></form>',
  '<style>body { display: none }</style>',
  '<b style="position: fixed; inset: 0" class="act" onclick="window.hacked = 8">bold words</b>',
  // Known to become something else when parsed a second time.
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hacked=9&gt;">',
  '<noscript><p title="</noscript><img src=x onerror=window.hacked=10>"></noscript>',
].join('');

test('hostile HTML in a lesson is harmless', async () => {
  const asked: string[] = [];
  const visitor = await Visitor.arrive(browser, {
    before: (context) =>
      context.route('**/assets/what-is-a-container-*.js', async (route) => {
        const response = await route.fetch();
        const code = await response.text();
        expect(code).toContain(harmless);
        // The chunk has the HTML in a template or a string, where it is written as JSON would be.
        const text = JSON.stringify(hostile).slice(1, -1).replaceAll('`', '\\`');
        await route.fulfill({ response, body: code.replace(harmless, text) });
      }),
  });
  const { page } = visitor;
  page.on('request', (request) => asked.push(request.url()));
  await page.getByText('bold words').waitFor();
  const link = page.getByRole('link', { name: 'a way out' });
  expect(await link.getAttribute('rel')).toBe('noopener noreferrer');
  expect(await link.getAttribute('target')).toBe('_blank');
  await page.getByText('trap', { exact: true }).click();
  await page.getByText('bold words').click();
  await visitor.prompted();

  const seen = await page.evaluate(() => ({
    hacked: 'hacked' in window,
    tags: Array.from(
      document.querySelectorAll('.prose :is(script, style, iframe, form, input, img, svg, math)'),
      ({ tagName }) => tagName,
    ),
    attributes: Array.from(document.querySelectorAll('.prose *'), (element) =>
      element.getAttributeNames().filter((name) => /^on|^style$|^id$|^class$/.test(name)),
    ).flat(),
  }));
  expect(seen).toEqual({ hacked: false, tags: [], attributes: [] });
  expect(asked.filter((url) => url.includes('outside.invalid'))).toEqual([]);
  // Chromium reports what stood in the text that the sanitizer took apart; nothing else may have gone wrong.
  expect(
    visitor.problems.filter((problem) => !problem.startsWith('Executing inline event handler')),
  ).toEqual([]);
  await visitor.leave();
});
