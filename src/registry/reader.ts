import { addReading, newApplication } from './application.ts';
import type { Registry } from './application.ts';
import { Layout } from './layout.ts';
import type { Storage } from './storage/storage.ts';

/** A registry that can only be read: all that a page needs until somebody pushes. */
export function createReader(storage: Storage): Registry {
  const app = newApplication(
    'this registry can be read only: nothing can be pushed to it or deleted',
  );
  addReading(app, new Layout(storage));
  return { fetch: async (request) => app.fetch(request) };
}

/**
 * `reader`, until a request comes that it cannot answer: one that changes something or wants a token.
 * From then on whatever `load` makes.
 *
 * @param pushed whether somebody pushed in an earlier visit, so that reading needs the whole too
 */
export function untilPushed(
  reader: Registry,
  load: () => Promise<Registry>,
  pushed: boolean,
): Registry {
  let whole = pushed ? load() : null;
  // A rejection is for whoever asks; it must not count as unhandled before.
  whole?.catch(() => undefined);
  return {
    async fetch(request) {
      const { method, url } = request;
      const reads = method === 'GET' || method === 'HEAD';
      if (!reads || new URL(url).pathname === '/token') whole ??= load();
      return (whole === null ? reader : await whole).fetch(request);
    },
  };
}
