/** A page with embeds, as its author's scripts drive it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Frame } from 'playwright-core';
import { parseSolution } from '../../src/course/script.ts';

const lessons = resolve(import.meta.dirname, '../../lessons');

/** How long a page waits for what should come much sooner, on a busy computer. */
const patience = { timeout: 90_000 };

/** Keeps what the elements tell, in the order in which it came. */
export async function listen(page: Frame): Promise<void> {
  await page.evaluate(() => {
    const kept: unknown[] = [];
    Object.assign(window, { kept });
    for (const embed of document.querySelectorAll('ship-in-a-bottle')) {
      for (const type of ['ready', 'step-passed', 'lesson-passed', 'error', 'resize']) {
        embed.addEventListener(type, (event) => {
          const detail = event instanceof CustomEvent ? (event.detail as unknown) : null;
          kept.push({ type, at: embed.id, detail });
        });
      }
    }
  });
}

export const heard = (page: Frame): Promise<unknown[]> => page.evaluate<unknown[]>('window.kept');

/** Waits until an element has told this. */
export async function hears(page: Frame, part: object): Promise<void> {
  await page.waitForFunction(
    (wanted) => {
      const kept: unknown = Reflect.get(window, 'kept');
      const fits = (value: unknown, like: unknown): boolean =>
        typeof like === 'object' && like !== null
          ? typeof value === 'object' &&
            value !== null &&
            Object.entries(like).every(([key, each]) => fits(Reflect.get(value, key), each))
          : value === like;
      return Array.isArray(kept) && kept.some((one) => fits(one, wanted));
    },
    part,
    patience,
  );
}

/** Calls a method of an element, as the page around it does. */
export async function ask(
  page: Frame,
  id: string,
  method: string,
  ...args: string[]
): Promise<void> {
  await page.evaluate(
    ([at, name, given]) => {
      const element = document.getElementById(at);
      const called: unknown = element === null ? null : Reflect.get(element, name);
      if (typeof called !== 'function') throw new Error(`#${at} has no method ${name}`);
      Reflect.apply(called, element, given);
    },
    [id, method, args] as const,
  );
}

/** The frame that an embed has opened in `page`. */
export function embedded(page: Frame): Frame {
  const frame = page.childFrames().find((one) => one.url().includes('embed.html'));
  if (frame === undefined) throw new Error(`no embed has a frame in ${page.url()}`);
  return frame;
}

/** Types a command from the page around, and waits until it is done. */
async function enter(page: Frame, id: string, line: string): Promise<void> {
  const ends = (pattern: RegExp): Promise<unknown> =>
    embedded(page).waitForFunction(
      (source) => {
        const rows = document.querySelector('.xterm-rows')?.children ?? [];
        const text = Array.from(rows, (row) => (row.textContent ?? '').trimEnd()).join('\n');
        return new RegExp(source).test(text.replaceAll('\u00a0', ' ').trimEnd());
      },
      pattern.source,
      patience,
    );
  await ask(page, id, 'run', 'clear');
  await ends(/^[^\n]*[$#]$/);
  await ask(page, id, 'run', line);
  await ends(line === 'exit' ? /[$]$/ : /\n[^\n]*[$#]$/);
}

/**
 * Takes a lesson to its end: commands come from the page around, questions are answered inside.
 *
 * @param next What the button to the next step is called.
 */
export async function take(page: Frame, id: string, folder: string, next: string): Promise<void> {
  const script = readFileSync(resolve(lessons, folder, 'solution.sh'), 'utf8');
  const solution = parseSolution(script, `${folder}/solution.sh`);
  const frame = embedded(page);
  for (const [index, { step, deeds }] of solution.entries()) {
    for (const deed of deeds) {
      if (deed.kind === 'type') await enter(page, id, deed.line);
      else if (deed.kind === 'answer')
        await frame.locator(`input[name="${deed.question}"]`).nth(deed.choice).check();
      else throw new Error(`${folder}: keys cannot be pressed from the page around`);
    }
    await hears(page, { type: 'step-passed', detail: { step, number: index + 1 } });
    if (index < solution.length - 1) await frame.getByRole('button', { name: next }).click();
  }
}
