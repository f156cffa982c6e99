import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { lessonsOf, readCourse } from '../../src/course/disk.ts';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';

/** Chunks of the emulator and the terminal, declarations of fonts, lessons: not the page's own code. */
const others = [
  'v86',
  'xterm',
  'latin',
  'pretendard-korean',
  '400',
  ...lessonsOf(await readCourse(resolve(import.meta.dirname, '../../lessons'))).map(({ id }) => id),
];
const isCode = (path: string): boolean =>
  /\/$/.test(path) ||
  (/\.(js|css)$/.test(path) && !others.some((name) => path.includes(`/${name}-`)));
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
      if (isCode(pathname)) code += bytes;
    }
    console.log(
      `${language}: page code ${String(code)} bytes, until the prompt ${String(transfer)} bytes`,
    );
    expect(code).toBeLessThanOrEqual(120_000);
    expect(transfer).toBeLessThanOrEqual(9_000_000);
    await browser.close();
  },
);
