/** How soon the x-ray shows what happens in the machine. */
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { preview } from 'vite';
import { launch } from '../browser/chromium.ts';
import { untilShown } from './browser.ts';
import { result, type Result } from './result.ts';

const WEB = '[data-container=web]';

/**
 * `xray.reaction`: from the key that makes the shell kill a container's first process until the x-ray shows it as
 * exited; the engine's event lies in between. `xray.start`: from the moment when `docker start` has said that the
 * container runs until its process stands there with both numbers; 0 when it stood there before.
 */
export async function xray(runs = 5): Promise<Result[]> {
  const server = await preview({ logLevel: 'warn', preview: { port: 0, host: '127.0.0.1' } });
  const { port } = server.httpServer.address() as AddressInfo;
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`http://127.0.0.1:${String(port)}/#/sandbox`);
  await untilShown(page, 'learner@bottle');
  await page.getByRole('button', { name: 'X-ray', exact: true }).click();
  await enter(page, 'docker run -d --name web --user 1000 busybox sleep 9999');
  await page.locator(`${WEB} tbody tr`).waitFor();
  const reactions: number[] = [];
  const starts: number[] = [];
  for (let i = 0; i < runs; i++) {
    await enter(page, `clear; P=$(docker inspect -f '{{.State.Pid}}' web); echo kno''wn`);
    await untilShown(page, 'known');
    const exited = await afterEnter(page, `${WEB} .condition.failed`);
    await enter(page, 'kill -9 $P');
    reactions.push((await exited()).picture);
    const started = await afterEnter(page, `${WEB} tbody tr`);
    await enter(page, 'clear; docker start web');
    const { picture, said } = await started();
    starts.push(Math.max(0, picture - said));
  }
  await browser.close();
  await server.close();
  return [result('xray.reaction', 'ms', reactions), result('xray.start', 'ms', starts)];
}

async function enter(page: Page, command: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type(command);
  await page.keyboard.press('Enter');
}

/**
 * Arms the page: the answer's `picture` is the time in ms from the next Enter until the selector is there, `said` that
 * until the terminal has a line of its own with the container's name, if it comes before or soon after.
 */
async function afterEnter(
  page: Page,
  selector: string,
): Promise<() => Promise<{ picture: number; said: number }>> {
  await page.evaluate(`(${ARM})(${JSON.stringify(selector)})`);
  return () => page.evaluate('window.armed');
}

/** For the page, as text: what compiles this file would put its own helpers into a function. */
const ARM = `(wanted) => {
  const until = (holds) => new Promise((resolve) => {
    const look = () => (holds() ? resolve(performance.now()) : requestAnimationFrame(look));
    look();
  });
  const says = () =>
    [...document.querySelectorAll('.xterm-rows > *')].some((row) => row.textContent.trim() === 'web');
  window.armed = new Promise((resolve) => {
    addEventListener('keydown', async function key(event) {
      if (event.key !== 'Enter') return;
      removeEventListener('keydown', key, true);
      const begin = performance.now();
      const said = until(says);
      const picture = await until(() => document.querySelector(wanted) !== null);
      const patience = new Promise((late) => setTimeout(late, 2000, picture));
      resolve({ picture: picture - begin, said: (await Promise.race([said, patience])) - begin });
    }, true);
  });
}`;
