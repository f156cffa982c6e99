/**
 * The site's service worker. It hands requests of previewed pages to the tab that has the machine, and keeps a
 * version of the site for when there is no network.
 */
import { isLocal, parsePreview } from './address.ts';
import { Offline } from './offline.ts';
import { answerPreview, destinationOf } from './preview.ts';
import type { Introduced, Told } from './protocol.ts';

declare const self: ServiceWorkerGlobalScope;

/** The site's folder. */
const site = new URL('./', self.location.href);
const offline = new Offline(site);

async function answer(event: FetchEvent): Promise<Response> {
  const destination = await destinationOf(site, event);
  if (destination) return answerPreview(site, event, destination);
  const kept = await offline.answer(event.request, (work) => {
    event.waitUntil(work);
  });
  return kept ?? fetch(event.request);
}

/** Lets the newer version take over if only one page shows this one; tells whether it does. */
async function handOver(): Promise<boolean> {
  const pages = await self.clients.matchAll({ type: 'window' });
  if (pages.filter(({ url }) => !parsePreview(site, new URL(url))).length > 1) return false;
  self.registration.waiting?.postMessage({ kind: 'take over' } satisfies Told);
  return true;
}

self.addEventListener('install', (event) => {
  // The first worker is needed at once, for previews; a later one has to be whole before anybody gets it.
  if (self.registration.active) event.waitUntil(offline.fill());
});

self.addEventListener('activate', (event) => {
  event.waitUntil(offline.tidy());
});

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  // other sites' answers are none of ours, unless a previewed page means its own machine
  if (url.origin === site.origin || isLocal(url)) event.respondWith(answer(event));
});

self.addEventListener('message', (event) => {
  const told = event.data as Told; // pages of this site alone can reach the worker
  const [port] = event.ports;
  if (told.kind === 'who' && event.source instanceof Client && port) {
    port.postMessage({ client: event.source.id } satisfies Introduced);
  } else if (told.kind === 'keep') {
    // without room for it, or with a newer version on the server, there is only the network
    event.waitUntil(offline.fill(told.used).catch(() => undefined));
  } else if (told.kind === 'switch' && port) {
    event.waitUntil(
      handOver().then((done) => {
        port.postMessage(done);
      }),
    );
  } else if (told.kind === 'take over') {
    event.waitUntil(self.skipWaiting());
  }
});
