import { cacheName, digestOf, fileOf, LIST, otherVersions } from './version.ts';
import type { SiteFiles } from './version.ts';

/** Digest of the list of files that this worker was built with; '' under `npm run dev`, where nothing is kept. */
declare const __SITE_VERSION__: string;

/** Kept last, when a version is there as a whole: before that nothing of it is used. */
const WHOLE = '.whole';
/** Files fetched at a time. */
const AT_ONCE = 4;
/** Up to here a file is checked again each time it is used, in bytes: no script of a previewed page can change it. */
const CHECKED = 2_000_000;

/**
 * One version of the site, kept in the browser as a whole or not used at all. An update is another worker with
 * another version, which takes over between two loads, when no page of this one is left.
 */
export class Offline {
  readonly #site: URL;
  readonly #version = __SITE_VERSION__;
  #files: Promise<SiteFiles | null> | undefined;
  #filling: Promise<void> | undefined;

  constructor(site: URL) {
    this.#site = site;
  }

  /** The answer from what is kept; null when the network is to be asked, because this is no file of the version. */
  async answer(request: Request, waitUntil: (work: Promise<unknown>) => void) {
    if (this.#version === '' || request.method !== 'GET') return null;
    const path = fileOf(this.#site, new URL(request.url));
    if (path === null) return null;
    const files = await this.#kept();
    const digest = files?.whole[path] ?? files?.used[path];
    if (digest === undefined) return null;
    const cache = await this.#cache();
    const hit = await cache.match(this.#hrefOf(path));
    if (hit && Number(hit.headers.get('content-length')) > CHECKED) return hit;
    if (hit && (await digestOf(await hit.clone().arrayBuffer())) === digest) return hit;
    // a file that the snapshot must fit is checked before anybody has it, the others only before they are kept
    if (files?.whole[path] !== undefined || /^(machine|kernels)\//.test(path)) {
      const checked = await this.#fetched(path, digest);
      waitUntil(cache.put(this.#hrefOf(path), checked.clone()).catch(() => undefined)); // no room
      return checked;
    }
    const response = await fetch(request);
    if (response.status === 200) waitUntil(this.#keep(path, digest, response.clone()));
    return response;
  }

  /** Fetches what is missing of the version; and of `used`, addresses that a page has asked the network for. */
  async fill(used: readonly string[] = []): Promise<void> {
    if (this.#version === '') return;
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    await this.#filling;
    const files = await this.#kept();
    const cache = await this.#cache();
    for (const address of used) {
      const path = fileOf(this.#site, new URL(address));
      const digest = path === null ? undefined : files?.used[path];
      if (path === null || digest === undefined || (await cache.match(this.#hrefOf(path))))
        continue;
      await this.#put(cache, path, digest);
    }
  }

  /** Forgets the versions before this one, which no page uses any more. */
  async tidy(): Promise<void> {
    const names = otherVersions(await caches.keys(), this.#site, this.#version);
    await Promise.all(names.map((name) => caches.delete(name)));
  }

  async #fill(): Promise<void> {
    const cache = await this.#cache();
    if (await cache.match(this.#hrefOf(WHOLE))) return;
    const list = await this.#list(await fetch(this.#hrefOf(LIST), { cache: 'no-cache' }));
    if (!list) throw new Error('the server has another version of the site by now');
    const { files, text } = list;
    const rest = Object.entries(files.whole);
    const work = async (): Promise<void> => {
      for (let next = rest.pop(); next; next = rest.pop()) await this.#put(cache, ...next);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await this.#inherit(cache, files);
    await cache.put(this.#hrefOf(LIST), new Response(text));
    await cache.put(this.#hrefOf(WHOLE), new Response(''));
    this.#files = undefined;
  }

  /** What was kept for a version before and has not changed is not fetched again. */
  async #inherit(cache: Cache, { used }: SiteFiles): Promise<void> {
    for (const name of otherVersions(await caches.keys(), this.#site, this.#version)) {
      const old = await caches.open(name);
      for (const { url } of await old.keys()) {
        const path = fileOf(this.#site, new URL(url));
        const digest = path === null ? undefined : used[path];
        if (path === null || digest === undefined) continue;
        const kept = await old.match(url);
        if (kept) await this.#keep(path, digest, kept, cache);
      }
    }
  }

  async #put(cache: Cache, path: string, digest: string): Promise<void> {
    const href = this.#hrefOf(path);
    if (await cache.match(href)) return;
    for (const name of otherVersions(await caches.keys(), this.#site, this.#version)) {
      const kept = await (await caches.open(name)).match(href);
      if (kept && (await this.#keep(path, digest, kept, cache))) return;
    }
    await cache.put(href, await this.#fetched(path, digest));
  }

  /** Keeps an answer if it is the file that it should be; tells whether it was. */
  async #keep(path: string, digest: string, response: Response, cache?: Cache): Promise<boolean> {
    try {
      const bytes = await response.arrayBuffer();
      if ((await digestOf(bytes)) !== digest) return false;
      await (cache ?? (await this.#cache())).put(this.#hrefOf(path), fileResponse(bytes, response));
      return true;
    } catch {
      return false; // cut off on the way, or no room left
    }
  }

  /** A file of this version, from the network; whatever else is there under its name is refused. */
  async #fetched(path: string, digest: string): Promise<Response> {
    // what the browser has of it may be older than the server's, so the second time it is left out
    for (const cache of ['default', 'reload'] as const) {
      const response = await fetch(this.#hrefOf(path), { cache });
      if (!response.ok) continue;
      const bytes = await response.arrayBuffer();
      if ((await digestOf(bytes)) === digest) return fileResponse(bytes, response);
    }
    throw new Error(`${path} is not the file of this version`);
  }

  /** The list of the version's files, once all that belong together are kept. */
  #kept(): Promise<SiteFiles | null> {
    this.#files ??= (async () => {
      const cache = await this.#cache();
      const list = await cache.match(this.#hrefOf(LIST));
      const whole = await cache.match(this.#hrefOf(WHOLE));
      const found = list && whole ? await this.#list(list) : null;
      if (!found) this.#files = undefined; // it may come yet
      return found?.files ?? null;
    })().catch(() => null); // storage is blocked: there is only the network
    return this.#files;
  }

  /** Null when it is another version's. */
  async #list(response: Response): Promise<{ files: SiteFiles; text: string } | null> {
    const text = await response.text();
    if ((await digestOf(new TextEncoder().encode(text))) !== this.#version) return null;
    // its digest says that the build has written it
    return { files: JSON.parse(text) as SiteFiles, text };
  }

  #cache(): Promise<Cache> {
    return caches.open(cacheName(this.#site, this.#version));
  }

  #hrefOf(path: string): string {
    return new URL(path.split('/').map(encodeURIComponent).join('/'), this.#site).href;
  }
}

/** Only what a file's reader needs: what a server says of this connection and that encoding is over. */
function fileResponse(bytes: ArrayBuffer, { headers }: Response): Response {
  const type = headers.get('content-type');
  return new Response(bytes, {
    headers: { 'content-length': String(bytes.byteLength), ...(type && { 'content-type': type }) },
  });
}
