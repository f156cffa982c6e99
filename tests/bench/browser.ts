import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { Browser, Page, Response } from 'playwright-core';
import { preview } from 'vite';
import { launch } from '../browser/chromium.ts';
import { weigh } from '../browser/weight.ts';
import { result, type Result } from './result.ts';

/** Waits for text in a terminal. What is laid out is not asked for: that would be work for the page each time. */
export async function untilShown(page: Page, text: string, region = 'terminal'): Promise<void> {
  await page.waitForFunction(
    ([wanted, place]) =>
      document.querySelector(`[data-region=${place}] .xterm-rows`)?.textContent.includes(wanted),
    [text, region] as const,
    { polling: 'raf' },
  );
}

/** Until the terminal shows the shell's prompt and answers a command typed into it. */
async function untilAnswer(page: Page, address: string): Promise<number> {
  await page.goto(address, { waitUntil: 'commit' });
  return untilTyped(page);
}

async function untilTyped(page: Page): Promise<number> {
  await untilShown(page, 'learner@bottle');
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type('echo a$((6*7))b\n');
  await untilShown(page, 'a42b');
  return page.evaluate(() => performance.now());
}

/** From the click that switches the second machine on until its shell answers. */
async function untilFriendAnswers(page: Page): Promise<number> {
  const begin = await page.evaluate(() => {
    document.querySelector<HTMLButtonElement>('button[aria-label*="friend"]')?.click();
    return performance.now();
  });
  await untilShown(page, 'learner@friend', 'friend');
  await page.locator('[data-region=friend] .xterm-helper-textarea').first().focus();
  await page.keyboard.type('echo a$((6*7))b\n');
  await untilShown(page, 'a42b', 'friend');
  return (await page.evaluate(() => performance.now())) - begin;
}

/** How the saving of a machine is to be felt, and its restoring. */
interface Sessions {
  /** From opening the page again until its shell answers, a container running beside it, in ms. */
  readonly restore: number;
  /** How long the guest stood still each time it was saved, in ms. */
  readonly still: readonly number[];
}

/** Runs a container, closes the tab and opens it again. */
async function untilGoneOn(page: Page, address: string): Promise<Sessions> {
  await page.goto(address, { waitUntil: 'commit' });
  await untilTyped(page);
  await page.keyboard.type('clear; docker run -d redis && echo run$((40+2))\n');
  await untilShown(page, 'run42');
  await page.keyboard.type('clear\n');
  // calm comes after a second, and writing takes its time
  await page.waitForTimeout(6_000);
  const still = await page.evaluate(() =>
    performance.getEntriesByName('machine.capture').map(({ duration }) => duration),
  );
  const again = await page.context().newPage();
  await page.close();
  await again.goto(address, { waitUntil: 'commit' });
  await untilShown(again, 'learner@bottle');
  await again.locator('.xterm-helper-textarea').first().focus();
  await again.keyboard.type('echo b$((6*7))c\n');
  await untilShown(again, 'b42c');
  const restore = await again.evaluate(() => performance.now());
  await again.keyboard.type('docker ps -q | wc -l; echo c$((6*7))d\n');
  await untilShown(again, 'c42d');
  return { restore, still };
}

/** A browser that has just started is busy with itself for so long, in ms; a visitor's runs already. */
const SETTLED = 1_500;

/** CPU time of a process and its threads so far, in ms (proc(5), stat). */
function cpuTime(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

export async function rendererOf(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; id: number; cpuTime: number }[];
  };
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  const busiest = renderers.sort((a, b) => b.cpuTime - a.cpuTime)[0];
  if (!busiest) throw new Error('Chromium tells of no process that draws the page');
  return busiest.id;
}

/**
 * `restore.browser`, `transfer.bytes`, `page.code`, `idle.cpu`, `second.machine`, `session.restore` and `session.still`, on
 * the built site.
 */
export async function inBrowser(runs = 5): Promise<Result[]> {
  const server = await preview({ logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
  const { port } = server.httpServer.address() as AddressInfo;
  const address = `http://127.0.0.1:${String(port)}/`;
  const restores: number[] = [];
  const transfers: number[] = [];
  const codes: number[] = [];
  const idles: number[] = [];
  const seconds: number[] = [];
  const sessions: Sessions[] = [];
  for (let i = 0; i < runs; i++) {
    // A new browser each time: nothing is cached.
    const browser = await launch();
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const responses: Response[] = [];
    page.on('response', (response) => responses.push(response));
    await page.waitForTimeout(SETTLED);
    restores.push(await untilAnswer(page, address));
    const { transfer, code } = await weigh(responses, Date.now());
    transfers.push(transfer / 1e6);
    codes.push(code / 1e3);
    const pid = await rendererOf(browser);
    // What boots and compiles after the prompt is not idling yet.
    await page.waitForTimeout(5_000);
    const begin = [performance.now(), cpuTime(pid)] as const;
    await page.waitForTimeout(10_000);
    idles.push(((cpuTime(pid) - begin[1]) / (performance.now() - begin[0])) * 100);
    seconds.push(await untilFriendAnswers(page));
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    sessions.push(await untilGoneOn(await context.newPage(), address));
    await browser.close();
  }
  await server.close();
  return [
    result('restore.browser', 'ms', restores),
    result('transfer.bytes', 'MB', transfers),
    result('page.code', 'kB', codes),
    result('idle.cpu', '%', idles),
    result('second.machine', 'ms', seconds),
    result(
      'session.restore',
      'ms',
      sessions.map(({ restore }) => restore),
    ),
    result(
      'session.still',
      'ms',
      sessions.flatMap(({ still }) => still),
    ),
  ];
}
