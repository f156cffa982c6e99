/**
 * Addresses of previews. `<site>/preview/<client>/<host>/<port>/<path>` is a page that a port of a machine answers:
 * `client` is the id that the service worker knows the machine's tab by, `host` tells the tab's machines apart.
 * What a previewed page means by its own addresses is worked out here, in the worker and in the pane alike.
 */
export interface Place {
  readonly client: string;
  /** `localhost` for the learner's own machine, else its host name. */
  readonly host: string;
  readonly port: number;
}

const FOLDER = 'preview/';

/** What a page in the machine calls the machine itself by. */
const LOCAL = new Set(['localhost', '127.0.0.1', '0.0.0.0', '[::1]']);

/** @param site Address of the site's folder, with a slash at its end. */
export function previewHref(site: URL, { client, host, port }: Place, path = '/'): string {
  const place = [client, host].map(encodeURIComponent).join('/');
  return `${site.href}${FOLDER}${place}/${String(port)}${path}`;
}

/** The machine's port and the path (with its query) that an address of a preview stands for; null for others. */
export function parsePreview(site: URL, url: URL): { place: Place; path: string } | null {
  const rest = below(site, url);
  const match = /^([^/]+)\/([^/]+)\/(\d{1,5})(\/.*)?$/.exec(rest ?? '');
  if (!match) return null;
  const [, client = '', host = '', digits = '', path = '/'] = match;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return null;
  try {
    const place = { client: decodeURIComponent(client), host: decodeURIComponent(host), port };
    return { place, path: path + url.search };
  } catch {
    return null; // a lone % is no encoding of anything
  }
}

/**
 * Where a page previewed at `from` leads with an address that its browser made absolute: `/style.css` and
 * `../..` beyond the root have lost the preview's folder by then, and `http://localhost:8080/` never had it. Null for
 * addresses outside the machine.
 */
export function intended(site: URL, from: Place, url: URL): { place: Place; path: string } | null {
  const known = parsePreview(site, url);
  if (known) return known;
  if (url.origin === site.origin) return { place: from, path: rooted(site, from, url) };
  if (!isLocal(url)) return null;
  const port = url.port === '' ? 80 : Number(url.port);
  return { place: { ...from, port }, path: url.pathname + url.search };
}

/** Whether a page in the machine would mean the machine by it. */
export function isLocal({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && LOCAL.has(hostname);
}

/** As the machine's own programs would write it. */
export function guestHref({ host, port }: Place, path: string): string {
  return `http://${authorityOf({ host, port })}${path}`;
}

/** Host and port as in a Host field (RFC 9110, 7.2): the usual port goes without saying. */
export function authorityOf({ host, port }: Pick<Place, 'host' | 'port'>): string {
  return port === 80 ? host : `${host}:${String(port)}`;
}

/** A path from the root; where too many `..` have eaten into the preview's address, what is left of that goes. */
function rooted(site: URL, { client, host }: Place, url: URL): string {
  const rest = below(site, url) ?? '';
  for (const parts of [[client, host], [client]]) {
    const eaten = parts.map((part) => `${encodeURIComponent(part)}/`).join('');
    if (rest.startsWith(eaten)) return `/${rest.slice(eaten.length)}${url.search}`;
  }
  return url.pathname + url.search;
}

/** The path below the folder of previews, without the query; null outside it. */
function below(site: URL, url: URL): string | null {
  const folder = site.pathname + FOLDER;
  if (url.origin !== site.origin || !url.pathname.startsWith(folder)) return null;
  return url.pathname.slice(folder.length);
}
