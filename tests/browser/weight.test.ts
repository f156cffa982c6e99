import type { Response } from 'playwright-core';
import { expect, test } from 'vitest';
import { launch } from './chromium.ts';
import { Visitor } from './visitor.ts';
import { weigh } from './weight.ts';

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
    const prompted = await visitor.prompted();
    const { transfer, code } = await weigh(responses, prompted);
    console.log(
      `${language}: page code ${String(code)} bytes, until the prompt ${String(transfer)} bytes`,
    );
    expect(code).toBeLessThanOrEqual(120_000);
    expect(transfer).toBeLessThanOrEqual(9_000_000);
    await browser.close();
  },
);
