import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeWorker } from '../../tools/vite-worker.ts';
import { launch } from './chromium.ts';
import { serveFolder } from './static-server.ts';
import type { StaticServer } from './static-server.ts';
import { Visitor } from './visitor.ts';

const dist = resolve(import.meta.dirname, '../../dist');
const temporary = mkdtempSync(join(tmpdir(), 'site-'));
let browser: Browser;
let server: StaticServer;
beforeAll(async () => {
  browser = await launch();
  server = await serveFolder(dist, '/some/sub/path/');
});
afterAll(async () => {
  server.close();
  await browser.close();
  rmSync(temporary, { recursive: true });
});

/** Another version of the site: the page has another title. */
async function version(name: string): Promise<string> {
  const folder = join(temporary, name);
  cpSync(dist, folder, { recursive: true });
  const page = join(folder, 'index.html');
  const changed = readFileSync(page, 'utf8').replace(
    '<meta name="color-scheme"',
    `<meta name="version" content="${name}"/>$&`,
  );
  writeFileSync(page, changed);
  await writeWorker(folder);
  return folder;
}

const shownVersion = (page: Page): Promise<string | null> =>
  page.evaluate(
    () => document.querySelector<HTMLMetaElement>('meta[name=version]')?.content ?? null,
  );

/** The files that the browser keeps, each by its path, of how many versions. */
const kept = (page: Page): Promise<{ files: string[]; versions: number }> =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    const files = requests.flat().map(({ url }) => new URL(url).pathname);
    return { files, versions: names.length };
  });

async function isKept(page: Page, path: string): Promise<void> {
  await expect
    .poll(async () => (await kept(page)).files, { timeout: 90_000, interval: 200 })
    .toContain(`/some/sub/path/${path}`);
}

const update = (page: Page): Promise<unknown> =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());

/** How far a newer worker is; `none` when there is none, any more or yet. */
const coming = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (registration?.installing ?? registration?.waiting)?.state ?? 'none';
  });

test('below a sub-path: previews, a second visit without a network, and updates as a whole', async () => {
  const visitor = await Visitor.arrive(browser, { site: server.address, path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();

  // what a page means by / is the machine, not the server around this site
  await visitor.command(
    `mkdir www; echo '<link rel=stylesheet href=/s.css><a href=/about.html>About</a>' > www/index.html; echo 'a{color:rgb(4,5,6)}' > www/s.css; echo '<p>A page' > www/about.html`,
  );
  await visitor.command(
    'docker run -d --name web -p 8080:80 -v $PWD/www:/www busybox httpd -f -h /www',
  );
  await page.getByRole('button', { name: 'Preview Port 8080 is published' }).click();
  const link = page.frameLocator('iframe').getByRole('link', { name: 'About' });
  await link.waitFor();
  await expect
    .poll(() => link.evaluate((element) => getComputedStyle(element).color))
    .toBe('rgb(4, 5, 6)');
  await link.click();
  await page.frameLocator('iframe').getByText('A page').waitFor();
  await visitor.command('clear; docker rm -f web; docker run --rm hello-world | head -3');
  await visitor.shows('Hello from Ship in a Bottle!');

  // the site is kept as a whole, and what of the images was fetched before the worker was there
  await isKept(page, '.whole');
  await expect
    .poll(
      async () => (await kept(page)).files.filter((path) => path.includes('/images/blobs/')).length,
      { timeout: 90_000 },
    )
    .toBeGreaterThanOrEqual(6);

  server.folder = null;
  await page.reload();
  await visitor.prompted();
  // The machine is where it was, with the image; it is pulled again, from what the browser keeps.
  await visitor.command('clear; docker rmi hello-world; docker run --rm hello-world | tr a-z A-Z');
  await visitor.shows('HELLO FROM SHIP IN A BOTTLE!');
  await page.getByRole('button', { name: 'Editor' }).click();
  await page.getByText('Choose a file').waitFor();

  // an upload of a new version that has not arrived whole changes nothing
  const broken = await version('broken');
  writeFileSync(join(broken, 'index.html'), '<!doctype html><p>half of a');
  server.folder = broken;
  await update(page);
  await expect.poll(() => coming(page), { timeout: 90_000 }).toBe('none');
  await page.reload();
  await visitor.prompted();
  expect(await shownVersion(page)).toBeNull();

  // a whole one waits for the next load
  server.folder = await version('second');
  await update(page);
  const load = page.getByRole('button', { name: 'Load it now' });
  await load.waitFor();
  expect(
    await page.evaluate(async () =>
      (await (await fetch('index.html')).text()).includes('name="version"'),
    ),
  ).toBe(false);
  await load.click();
  await page.waitForFunction(() => document.querySelector('meta[name=version]') !== null);
  await visitor.prompted();
  await expect.poll(async () => (await kept(page)).versions).toBe(1);
  // what had been kept is not fetched again
  await isKept(page, '.whole');
  server.folder = null;
  await visitor.command('clear; docker rmi hello-world; docker run --rm hello-world | tr eo 30');
  await visitor.shows('H3ll0 fr0m Ship in a B0ttl3!');
  await visitor.leave();
});

test('what a script writes into the kept files is not served', async () => {
  server.folder = dist;
  const visitor = await Visitor.arrive(browser, { site: server.address, path: '#/sandbox' });
  const { page } = visitor;
  await visitor.prompted();
  await isKept(page, '.whole');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      await (
        await caches.open(name)
      ).put(
        'index.html',
        new Response('<h1>Taken over</h1>', {
          headers: { 'content-type': 'text/html', 'content-length': '20' },
        }),
      );
    }
  });
  await page.reload();
  await visitor.prompted();
  await visitor.leave();
});
