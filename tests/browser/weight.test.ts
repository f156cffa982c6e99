import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

/** Chunks of the emulator and of the terminal, and declarations of fonts: not the page's own code. */
const others = /\/(v86|xterm|latin|pretendard-korean|400)-[^/]*\.(js|css)$/;
const text = /\.(html|js|css|json|svg)$|\/$/;

test.each(['en', 'ko'] as const)(
  'what travels until the prompt stays light (%s)',
  async (language) => {
    const browser = await launch();
    const responses: Response[] = [];
    const visitor = await Visitor.arrive(browser, {
      language,
      before: (context) => {
        context.on('response', (response) => responses.push(response));
        return Promise.resolve();
      },
    });
    await visitor.prompted();
    let code = 0;
    let transfer = 0;
    for (const response of responses) {
      const { pathname, protocol } = new URL(response.url());
      if (protocol !== 'http:') continue; // blobs and data of the page itself
      const body = await response.body();
      // Any static host compresses text; what is compressed already travels as it is.
      const bytes = text.test(pathname) ? gzipSync(body).length : body.length;
      transfer += bytes;
      if (/\.(js|css)$|\/$/.test(pathname) && !others.test(pathname)) code += bytes;
    }
    console.log(
      `${language}: page code ${String(code)} bytes, until the prompt ${String(transfer)} bytes`,
    );
    expect(code).toBeLessThanOrEqual(120_000);
    expect(transfer).toBeLessThanOrEqual(9_000_000);
    await browser.close();
  },
);
