import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Visitor } from './visitor.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA and its own good practice, in words. */
export async function findings(visitor: Visitor): Promise<string[]> {
  // Through the debugger, since the page's content security policy lets no other script in.
  await visitor.page.evaluate(axe);
  const { violations }: AxeResults = await visitor.page.evaluate('axe.run()');
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${String(node.target)} (${node.failureSummary ?? ''})`),
  );
}

export const scrollsSideways = (visitor: Visitor): Promise<boolean> =>
  visitor.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
