import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

test('a snapshot that cannot be fetched: a sentence, and trying again works', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) => context.route('**/*.state.zst', (route) => route.abort('failed')),
  });
  await visitor.page.getByText('A part of the machine could not be fetched.').waitFor();
  // The lesson can be read all the same.
  await visitor.page.getByRole('heading', { name: 'What is a container?' }).waitFor();
  await visitor.page.context().unroute('**/*.state.zst');
  await visitor.page.getByRole('button', { name: 'Try again' }).click();
  await visitor.prompted();
  await visitor.leave();
});

test('a truncated snapshot: a sentence, and a start from power-on works', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) =>
      context.route('**/*.state.zst', async (route) => {
        const response = await route.fetch();
        const body = await response.body();
        await route.fulfill({ response, body: body.subarray(0, body.length / 2) });
      }),
  });
  await visitor.page.getByText('The stored memory of the machine arrived damaged.').waitFor();
  await visitor.page.getByRole('button', { name: 'Start from power-on' }).click();
  await visitor.page.getByText('Starting from power-on', { exact: false }).waitFor();
  await visitor.prompted();
  await visitor.leave();
});

test('the part that loads the machine cannot be fetched: a sentence, and trying again works', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) => context.route('**/loader-*.js', (route) => route.abort('failed')),
  });
  await visitor.page.getByText('A part of the machine could not be fetched.').waitFor();
  await visitor.page.context().unroute('**/loader-*.js');
  await visitor.page.getByRole('button', { name: 'Try again' }).click();
  await visitor.prompted();
  await visitor.leave();
});

test('page code that cannot be fetched: a sentence, and a link that loads the page again', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) => context.route('**/index-*.js', (route) => route.abort('failed')),
  });
  await visitor.page.getByText('could not be fetched').waitFor();
  await visitor.page.context().unroute('**/index-*.js');
  await visitor.page.getByRole('link', { name: 'load the page again' }).click();
  await visitor.prompted();
  await visitor.leave();
});

test('a browser without WebAssembly: a sentence that says what to do, in Korean too', async () => {
  const visitor = await Visitor.arrive(browser, {
    language: 'ko',
    before: (context) =>
      context.addInitScript(() => {
        Reflect.deleteProperty(globalThis, 'WebAssembly');
      }),
  });
  await visitor.page
    .getByText('이 브라우저에서는 머신에 필요한 WebAssembly를 쓸 수 없어요.')
    .waitFor();
  await visitor.page.getByRole('heading', { name: '컨테이너란 무엇일까요?' }).waitFor();
  await visitor.leave();
});

test('a server that answers with another page where the snapshot should be', async () => {
  const visitor = await Visitor.arrive(browser, {
    before: (context) =>
      context.route('**/machine.json', (route) =>
        route.fulfill({ contentType: 'text/html', body: '<!doctype html><p>Not found' }),
      ),
  });
  await visitor.page.getByText('The stored memory of the machine arrived damaged.').waitFor();
  await visitor.page.getByText('Cause', { exact: true }).waitFor();
  await visitor.leave();
});
