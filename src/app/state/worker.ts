import type { Introduced, Told } from '../../worker/protocol.ts';

/** The site's folder, which the service worker looks after. */
export const site = new URL('./', document.baseURI);

let registered: Promise<ServiceWorkerRegistration> | undefined;

/**
 * The site's service worker, registered with the first call. Rejects where the browser has none for this page:
 * private windows, plain HTTP, files, settings.
 */
export function serviceWorker(): Promise<ServiceWorkerRegistration> {
  registered ??= register().catch((error: unknown) => {
    registered = undefined; // the next call tries again
    throw error;
  });
  return registered;
}

async function register(): Promise<ServiceWorkerRegistration> {
  if (!('serviceWorker' in navigator)) throw new Error('navigator.serviceWorker is undefined');
  return navigator.serviceWorker.register(new URL('sw.js', site), {
    // under `npm run dev` it is made of modules (tools/vite-worker.ts)
    type: import.meta.env.DEV ? 'module' : 'classic',
    updateViaCache: 'none',
  });
}

/** Waits until the worker can be asked. */
async function active(): Promise<ServiceWorker> {
  const registration = await serviceWorker();
  const { active: ready } = registration;
  if (ready) return ready;
  const coming = registration.installing ?? registration.waiting;
  if (!coming) throw new Error('the service worker is not there');
  return new Promise((resolve, reject) => {
    coming.addEventListener('statechange', () => {
      if (coming.state === 'activated') resolve(coming);
      if (coming.state === 'redundant') reject(new Error('the service worker was not installed'));
    });
  });
}

/** This tab's id at the service worker. */
export async function whoAmI(): Promise<string> {
  const worker = await active();
  const { port1, port2 } = new MessageChannel();
  const told: Told = { kind: 'who' };
  worker.postMessage(told, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<Introduced>) => {
      resolve(data.client);
      port1.close();
    };
  });
}
