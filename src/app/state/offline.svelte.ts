import type { Told } from '../../worker/protocol.ts';
import { serviceWorker } from './worker.ts';

/** Files that a page has fetched by itself are told together, this long after the first, in ms. */
const GATHER = 2000;

/** The site without a network, and its next version. Where no service worker can be had, nothing of it happens. */
export class Offline {
  /** A newer version is here and waits for the next load. */
  updated = $state(false);
  /** It cannot come yet: other tabs show this version. */
  others = $state(false);

  #told: ServiceWorker | null = null;

  /**
   * Has the site kept. Called once the machine runs: until then the network and the processors have better to do.
   * Never rejects.
   */
  async keep(): Promise<void> {
    // made of sources that change as one types, it would be out of date with the next key
    if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
    const { serviceWorker: container } = navigator;
    const registration = await serviceWorker().catch(() => null); // private windows, settings: as before
    if (registration === null) return;
    const look = (): void => {
      this.updated ||= registration.waiting !== null && registration.active !== null;
    };
    const follow = (): void => {
      look();
      registration.installing?.addEventListener('statechange', look);
    };
    follow();
    registration.addEventListener('updatefound', follow);
    const { active } = await container.ready;
    this.#told = active;
    this.#tell([]);
    // What this page fetched, and fetches, past the worker: a page that the worker did not load is none of its own.
    if (container.controller === null) this.#follow();
  }

  /** Loads the page again with the newer version, as soon as that is in charge; not while other tabs need this one. */
  async switch(): Promise<void> {
    const { serviceWorker: container } = navigator;
    container.addEventListener('controllerchange', () => {
      location.reload();
    });
    const { port1, port2 } = new MessageChannel();
    const told: Told = { kind: 'switch' };
    (await container.ready).active?.postMessage(told, [port2]);
    port1.onmessage = ({ data }: MessageEvent<boolean>) => {
      this.others = !data;
      port1.close();
      // a page that the worker has not loaded is in nobody's charge
      if (data && container.controller === null) location.reload();
    };
  }

  #follow(): void {
    let used: string[] = [];
    new PerformanceObserver((list) => {
      const first = used.length === 0;
      for (const { name } of list.getEntries()) used.push(name);
      if (!first) return;
      setTimeout(() => {
        this.#tell(used);
        used = [];
      }, GATHER);
    }).observe({ type: 'resource', buffered: true });
  }

  #tell(used: readonly string[]): void {
    const told: Told = { kind: 'keep', used };
    this.#told?.postMessage(told);
  }
}
