import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Visitor } from './visitor.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds against WCAG 2.2 AA and its own good practice, in words. */
export async function findings(visitor: Visitor): Promise<string[]> {
  // Nothing that appears meanwhile fades in; what fades already comes to its end.
  await visitor.page.emulateMedia({ reducedMotion: 'reduce' });
  await visitor.page.evaluate(settled);
  // Through the debugger, since the page's content security policy lets no other script in.
  await visitor.page.evaluate(axe);
  const { violations }: AxeResults = await visitor.page.evaluate('axe.run()');
  await visitor.page.emulateMedia({ reducedMotion: null });
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${String(node.target)} (${node.failureSummary ?? ''})`),
  );
}

/** Runs in the page: waits until nothing fades or moves any more, since a colour on its way to another has the contrast of neither. */
async function settled(): Promise<void> {
  // What has just changed starts to move with the next frame.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const moving = document
    .getAnimations()
    .filter(
      (it) => it.playState === 'running' && it.effect?.getComputedTiming().endTime !== Infinity,
    );
  // One that is taken away before its end has ended too.
  await Promise.allSettled(moving.map((it) => it.finished));
}

export const scrollsSideways = (visitor: Visitor): Promise<boolean> =>
  visitor.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
