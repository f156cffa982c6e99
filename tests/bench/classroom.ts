/** What a learner feels of the page: until a lesson can begin, until a deed counts, and what the tab has taken at its end. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { preview } from 'vite';
import { lessonsOf, readCourse, readFolder } from '../../src/course/disk.ts';
import { lessonFolder } from '../../src/course/loader.ts';
import { parseSolution } from '../../src/course/script.ts';
import { launch } from '../browser/chromium.ts';
import { act, withEdits } from '../browser/learner.ts';
import { Visitor } from '../browser/visitor.ts';
import { rendererOf, untilShown } from './browser.ts';
import { result, type Result } from './result.ts';

const root = resolve(import.meta.dirname, '../../lessons');
const LESSON = 'build';

/**
 * `page.interactive`: a cold load until a lesson's text and the shell's prompt are there. `step.green`: from the
 * prompt after a step's last line until the step is done. `memory.tab`: of the process that draws the page, its share
 * of what it shares included (proc(5), Pss), when lesson 6 is done.
 */
export async function classroom(runs = 5): Promise<Result[]> {
  const server = await preview({ logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
  const { port } = server.httpServer.address() as AddressInfo;
  const site = `http://127.0.0.1:${String(port)}/`;
  const interactive: number[] = [];
  for (let i = 0; i < runs; i++) interactive.push(await untilInteractive(site));
  const { green, memory } = await takeLesson(site);
  await server.close();
  return [
    result('page.interactive', 'ms', interactive),
    result('step.green', 'ms', green),
    result('memory.tab', 'MB', [memory]),
  ];
}

async function untilInteractive(site: string): Promise<number> {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.waitForTimeout(1_500); // a browser that has just started is busy with itself
  await page.goto(`${site}#/lesson/${LESSON}`, { waitUntil: 'commit' });
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  await untilShown(page, 'learner@bottle');
  const time = await page.evaluate(() => performance.now());
  await browser.close();
  return time;
}

async function takeLesson(site: string): Promise<{ green: number[]; memory: number }> {
  const entry = lessonsOf(await readCourse(root)).find(({ id }) => id === LESSON);
  if (entry === undefined) throw new Error(`lessons/course.yaml names no lesson "${LESSON}"`);
  const files = await readFolder(resolve(root, lessonFolder(entry.number, entry.id)));
  const solution = parseSolution(files['solution.sh'] ?? '', 'solution.sh');
  const browser = await launch();
  const visitor = await Visitor.arrive(browser, { site, path: `#/lesson/${LESSON}` });
  const { page } = visitor;
  await visitor.prompted();
  const green: number[] = [];
  const folder = { path: '' };
  for (const [index, { deeds }] of solution.entries()) {
    await act(visitor, 'en', withEdits(deeds, folder));
    const begin = performance.now();
    await page.getByText(`Step ${String(index + 1)} is done.`, { exact: true }).waitFor();
    green.push(performance.now() - begin);
    if (index < solution.length - 1) await page.getByRole('button', { name: 'Next step' }).click();
  }
  const memory = pss(await rendererOf(browser)) / 1e6;
  await browser.close();
  return { green, memory };
}

/** Proportional set size of a process, in bytes. */
function pss(pid: number): number {
  const rollup = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'utf8');
  return Number(/^Pss: +(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN) * 1024;
}
