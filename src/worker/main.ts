/**
 * The site's service worker. It hands requests of previewed pages to the tab that has the machine.
 */
import { answerPreview, destinationOf } from './preview.ts';
import type { Introduced, Told } from './protocol.ts';

declare const self: ServiceWorkerGlobalScope;

/** The site's folder. */
const site = new URL('./', self.location.href);

async function answer(event: FetchEvent): Promise<Response> {
  const destination = await destinationOf(site, event);
  return destination ? answerPreview(site, event, destination) : fetch(event.request);
}

self.addEventListener('fetch', (event) => {
  event.respondWith(answer(event));
});

self.addEventListener('message', (event) => {
  const told = event.data as Told; // pages of this site alone can reach the worker
  const [port] = event.ports;
  if (told.kind === 'who' && event.source instanceof Client && port) {
    port.postMessage({ client: event.source.id } satisfies Introduced);
  }
});
