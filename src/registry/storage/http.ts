import { readText } from './storage.ts';
import type { Storage, StoredFile } from './storage.ts';

/**
 * The store as static files beside the page.
 *
 * @param base URL of the folder that holds `index.json`
 */
export function httpStorage(base: string | URL, fetcher: typeof fetch = fetch): Storage {
  const folder = new URL(String(base).replace(/\/*$/, '/'), globalThis.location?.href);
  const direct: Storage = { read: (path) => request(fetcher, new URL(path, folder)) };
  // The one file that has no digest in its name; a page sees one state of it.
  let index: Promise<string | null> | undefined;
  return {
    async read(path) {
      if (path !== 'index.json') return direct.read(path);
      index ??= readText(direct, path).catch((error: unknown) => {
        index = undefined;
        throw error;
      });
      const text = await index;
      return text === null ? null : { stream: new Blob([text]).stream(), size: null };
    },
  };
}

async function request(fetcher: typeof fetch, url: URL): Promise<StoredFile | null> {
  const response = await fetcher(url);
  // Development servers answer a missing file with the page itself.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') ?? false;
  if (response.status === 404 || (response.ok && isPage)) {
    await response.body?.cancel();
    return null;
  }
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new Error(`GET ${url.href}: ${response.status} ${response.statusText}`);
  }
  // Content-Length counts encoded bytes, and the stream is decoded.
  const length = response.headers.get('content-length');
  const encoded = response.headers.has('content-encoding');
  return { stream: response.body, size: length === null || encoded ? null : Number(length) };
}
