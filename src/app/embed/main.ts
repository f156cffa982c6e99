/**
 * embed.html: the page as it stands in another page's frame. First the poster, which needs nothing else; on a click,
 * or at once where the embedding page has shown a poster itself (`start=now`), the rest.
 */
import { Host } from '../../embed/host.ts';
import { readOptions } from '../../embed/options.ts';
import { drawPoster } from '../../embed/poster.ts';
import type { PosterStage } from '../../embed/poster.ts';
import { nearestLanguage } from '../messages/language.ts';
import type { Page } from './page.ts';

const target = document.getElementById('app');
if (target === null) throw new Error('embed.html has no element with the id "app" to draw in');

const query = new URL(location.href).searchParams;
const options = readOptions((name) => query.get(name));
const language =
  options.lang ?? navigator.languages.map(nearestLanguage).find((fits) => fits !== null) ?? 'en';
const site = new URL('.', location.href);

let page: Promise<Page> | null = null;

const host = new Host(window, (command) => {
  if (command.type === 'start') void start();
  else if (page !== null) void page.then((started) => started.obey(command), ignore);
  else if (command.type === 'run') {
    const message = 'The machine is not started: there is no terminal to type into.';
    host.send({ type: 'error', code: 'not-started', message });
  }
});

document.documentElement.lang = language;
const stand = document.createElement('main');
stand.style.minHeight = '100%';

function poster(stage: PosterStage): void {
  const root = stand.shadowRoot ?? stand.attachShadow({ mode: 'open' });
  drawPoster(root, { options, language, site, stage, heading: 'h1', onstart: () => void start() });
}

const start = (): Promise<void> => {
  page ??= import('./page.ts').then(({ openPage }) =>
    openPage({ target, options, language, host }),
  );
  if (stand.isConnected) poster('loading');
  return page.then(ignore, (error: unknown) => {
    page = null; // the next click tries again
    poster('silent');
    target.replaceChildren(stand);
    const message = error instanceof Error ? error.message : String(error);
    host.send({ type: 'error', code: 'download', message });
  });
};

function ignore(): void {
  // whoever has asked has been told
}

if (query.get('start') === 'now') void start();
else {
  poster('waiting');
  target.replaceChildren(stand);
}
