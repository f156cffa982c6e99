/**
 * The embed on pages of another origin: the two demo pages, served from elsewhere, and the site below a path, as a
 * plain file server has it.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, scrollsSideways } from './axe.ts';
import { launch } from './chromium.ts';
import { ask, heard, hears, listen, take } from './embedding.ts';
import { fileServer } from './file-server.ts';
import type { FileServer } from './file-server.ts';
import { Visitor } from './visitor.ts';

const root = resolve(import.meta.dirname, '../..');
const demo = resolve(root, 'public/demo');

/** The first step of the lesson "stop-vs-kill" (its solution.sh), in the shortest way. */
const polite = `docker run -d --name polite busybox sh -c 'trap "echo saving; exit" TERM; while true; do sleep 1; done' && docker stop polite && docker logs polite`;

let browser: Browser;
/** Below a path, so that nothing may ask for the root of its host. */
let site: FileServer;
/** Another origin, and another host: what the browser calls another site. */
let blog: FileServer;

beforeAll(async () => {
  browser = await launch();
  site = await fileServer(resolve(root, 'dist'), { below: '/courses/bottle/' });
  blog = await fileServer(demo, {
    host: 'localhost',
    edit: (text) => text.replaceAll('"../', `"${site.address}`),
  });
});
afterAll(async () => {
  await browser.close();
  await site.close();
  await blog.close();
});

const forged = `const forged = { protocol: 'ship-in-a-bottle', version: 1 };`;

/** A page of another origin than the site's (one of its own, that nothing else has) in a frame beside ours. */
const stranger = `<script>
  ${forged}
  parent.postMessage({ ...forged, type: 'lesson-passed', lesson: 'forged', steps: 1 }, '*');
  parent.postMessage('done', '*');
</script>`;

/** A frame of the blog itself, which can reach ours and is not around it. */
const neighbour = `<script>
  ${forged}
  const { shadowRoot } = parent.document.getElementById('lesson');
  const frame = shadowRoot.querySelector('iframe').contentWindow;
  for (const message of [{ type: 'greet' }, { type: 'run', command: 'echo forged' }])
    frame.postMessage({ ...forged, ...message }, '*');
  parent.postMessage('done', '*');
</script>`;

test('embed.js is at most 8 KB, and carries no address of its own', () => {
  const code = readFileSync(resolve(root, 'dist/embed.js'));
  console.log(`embed.js: ${String(gzipSync(code).length)} bytes compressed`);
  expect(gzipSync(code).length).toBeLessThanOrEqual(8192);
  expect(code.toString()).not.toMatch(/^import |https?:\/\/(?!www\.w3\.org)/);
});

test('without JavaScript there are the static output and a link', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${blog.address}blog.html`);
  expect(await page.locator('#deaf pre').innerText()).toContain('real    0m 10.36s');
  const link = page.locator('#lesson a');
  expect(await link.isVisible()).toBe(true);
  expect(await link.getAttribute('href')).toContain('#/lesson/stop-vs-kill');
  await context.close();
});

test('a blog post: a poster, a click, a machine; two of them; and nobody else is heard', async () => {
  const visitor = await Visitor.arrive(browser, { at: `${blog.address}blog.html` });
  const { page } = visitor;
  const around = page.mainFrame();
  await page.locator('#lesson button').waitFor();
  await listen(around);
  // Before the click: one file of the site.
  expect(site.served.map(({ path }) => path)).toEqual(['embed.js']);
  expect(site.served.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(8192);
  expect(await page.locator('#deaf > pre').isVisible()).toBe(true);
  expect(await page.locator('#deaf a[href*=sandbox]').count()).toBe(2);

  await ask(around, 'deaf', 'run', 'date');
  await hears(around, { type: 'error', at: 'deaf', detail: { code: 'not-started' } });

  await page.locator('#lesson button').click();
  await hears(around, {
    type: 'ready',
    at: 'lesson',
    detail: { lesson: 'stop-vs-kill', passed: 0 },
  });
  const first = site.served.length;

  // A page of a wrong origin says what the frame would say, and a page that is not its parent what the parent would.
  await page.evaluate(
    async ({ neighbour, stranger }) => {
      const told = (frame: HTMLIFrameElement): Promise<void> =>
        new Promise((done) => {
          addEventListener('message', ({ data, source }) => {
            if (data === 'done' && source === frame.contentWindow) done();
          });
          document.body.append(frame);
        });
      const one = document.createElement('iframe');
      one.src = `data:text/html,${encodeURIComponent(stranger)}`;
      const other = document.createElement('iframe');
      other.srcdoc = neighbour;
      await Promise.all([told(one), told(other)]);
      one.remove();
      other.remove();
    },
    { neighbour, stranger },
  );

  // The page around asks, the machine answers, the step passes.
  await ask(around, 'lesson', 'run', polite);
  await hears(around, {
    type: 'step-passed',
    at: 'lesson',
    detail: { lesson: 'stop-vs-kill', step: 'polite', number: 1, steps: 7, passed: 1 },
  });
  expect(JSON.stringify(await heard(around))).not.toContain('forged');
  const terminal = page.frameLocator('#lesson iframe').locator('.xterm-rows');
  expect(await terminal.innerText()).not.toContain('forged');

  // The second one is another machine, and what both are made of is fetched once.
  await page.locator('#deaf button').click();
  await hears(around, { type: 'ready', at: 'deaf', detail: { lesson: null } });
  const deaf = page.frameLocator('#deaf iframe').locator('.xterm-rows');
  await deaf.getByText('docker stop deaf').waitFor();
  const again = site.served.slice(first).filter(({ path, status }) => {
    return /machine\/|assets\//.test(path) && status === 200;
  });
  const before = new Set(site.served.slice(0, first).map(({ path }) => path));
  expect(again.filter(({ path }) => before.has(path))).toEqual([]);

  // Whoever has clicked types on.
  await deaf.getByText('real').waitFor();
  await page.keyboard.type('hostname; echo typed-$((40+2))\n');
  await deaf.getByText('typed-42').waitFor();

  await ask(around, 'lesson', 'reset');
  await page.waitForFunction(() => {
    const kept: unknown = Reflect.get(window, 'kept');
    return JSON.stringify(kept).split('"type":"ready","at":"lesson"').length === 3;
  });
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('a course page learns of each step, and of the whole lesson', async () => {
  const visitor = await Visitor.arrive(browser, {
    at: `${blog.address}course.html`,
    language: 'ko',
  });
  const { page } = visitor;
  const around = page.mainFrame();
  const embed = page.locator('ship-in-a-bottle').first();
  await embed.evaluate((element) => (element.id = 'taken'));
  await listen(around);
  await embed.getByRole('button', { name: '머신 시작하기' }).click();
  await hears(around, { type: 'ready', detail: { lesson: 'what-is-a-container' } });
  await take(around, 'taken', '01-what-is-a-container', '다음 단계');
  await hears(around, {
    type: 'lesson-passed',
    detail: { lesson: 'what-is-a-container', steps: 7 },
  });
  await page.getByText('7단계 모두 마쳤어요').waitFor();
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test('a machine that starts by itself waits to be seen, and leaves the focus where it is', async () => {
  const visitor = await Visitor.arrive(browser, { at: `${blog.address}blog.html` });
  const { page } = visitor;
  const around = page.mainFrame();
  await page.locator('#lesson button').waitFor();
  const before = await page.evaluate(() => {
    const embed = document.createElement('ship-in-a-bottle');
    embed.id = 'itself';
    embed.setAttribute('autostart', 'visible');
    embed.style.marginTop = '200vh';
    const link = document.createElement('a');
    link.href = '#';
    link.id = 'link';
    link.textContent = 'link';
    document.body.append(link, embed);
    link.focus({ preventScroll: true });
    return { frame: embed.shadowRoot?.querySelector('iframe') ?? null, height: embed.clientHeight };
  });
  expect(before).toEqual({ frame: null, height: 440 });
  await listen(around);
  await page.locator('#itself').evaluate((embed) => {
    embed.scrollIntoView();
  });
  await hears(around, { type: 'ready', at: 'itself' });
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('link');
  expect(await page.evaluate(() => document.getElementById('itself')?.clientHeight)).toBe(440);

  // The page around changes its colours and its language; the machine goes on.
  await page.locator('#itself').evaluate((embed) => {
    embed.setAttribute('theme', 'dark');
    embed.setAttribute('lang', 'ko');
  });
  await page.frameLocator('#itself iframe').locator('html[data-theme=dark][lang=ko]').waitFor();
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
});

test.each([
  { file: 'blog.html', language: 'en', dark: false, width: 1440 },
  { file: 'blog.html', language: 'en', dark: true, width: 390 },
  { file: 'course.html', language: 'ko', dark: false, width: 390 },
  { file: 'course.html', language: 'ko', dark: true, width: 1440 },
] as const)('axe finds nothing: $file, $width wide, dark $dark', async (each) => {
  const visitor = await Visitor.arrive(browser, {
    at: blog.address + each.file,
    language: each.language,
    dark: each.dark,
    size: { width: each.width, height: 900 },
  });
  const start = visitor.page.locator('ship-in-a-bottle button').first();
  await start.waitFor();
  expect(await findings(visitor)).toEqual([]);
  await listen(visitor.page.mainFrame());
  await start.click();
  await hears(visitor.page.mainFrame(), { type: 'ready' });
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await visitor.leave();
});

test.each([
  { language: 'en', dark: true, width: 320 },
  { language: 'ko', dark: false, width: 900 },
] as const)('a plain frame does the same: $language, $width wide', async (each) => {
  // A server of its own: what earlier pages still ask for is not counted.
  const own = await fileServer(resolve(root, 'dist'), { below: '/courses/bottle/' });
  const visitor = await Visitor.arrive(browser, {
    at: `${own.address}embed.html?lesson=stop-vs-kill&lang=${each.language}`,
    dark: each.dark,
    size: { width: each.width, height: 600 },
  });
  const { page } = visitor;
  const start = page.getByRole('button');
  await start.waitFor();
  // The poster, and nothing of what it stands for.
  const poster = own.served.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(`embed.html: ${String(poster)} bytes before the click`);
  expect(poster).toBeLessThanOrEqual(16_384);
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  await start.click();
  await page.locator('[data-region=lesson] h1').waitFor();
  if (each.width === 900) await visitor.prompted();
  expect(await findings(visitor)).toEqual([]);
  expect(await scrollsSideways(visitor)).toBe(false);
  expect(visitor.problems).toEqual([]);
  await visitor.leave();
  await own.close();
});
