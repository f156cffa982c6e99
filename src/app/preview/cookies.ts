/** Browsers keep this many a site, and this many bytes of each (RFC 6265, 6.1 asks for no fewer). */
const MOST = 50;
const LONGEST = 4096;

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Milliseconds since 1970; infinite for the time of the machine. */
  readonly expires: number;
}

/**
 * The cookies that a machine's pages have set (RFC 6265). The browser takes none from a service worker, and had it
 * them, they would go to the server that this site comes from. As there, all ports of a host share them.
 */
export class CookieJar {
  #cookies: readonly Cookie[] = [];

  /**
   * Takes a Set-Cookie field.
   *
   * @param path Of the request that was answered: the cookie is for its folder unless it says otherwise.
   */
  take(field: string, path: string, now = Date.now()): void {
    const [pair = '', ...attributes] = field.split(';');
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals).trim();
    if (equals < 0 || name === '' || field.length > LONGEST) return;
    const value = pair.slice(equals + 1).trim();
    let scope = folderOf(path);
    let expires = Infinity;
    let aged = false;
    for (const attribute of attributes) {
      const [key = '', ...rest] = attribute.split('=');
      const said = rest.join('=').trim();
      const word = key.trim().toLowerCase();
      if (word === 'path' && said.startsWith('/')) scope = said;
      else if (word === 'max-age' && /^-?\d+$/.test(said)) {
        aged = true; // it outranks Expires, in whatever order
        expires = now + Number(said) * 1000;
      } else if (word === 'expires' && !aged) {
        const date = Date.parse(said);
        if (!Number.isNaN(date)) expires = date;
      }
    }
    const others = this.#cookies.filter((one) => one.name !== name || one.path !== scope);
    const kept = expires > now ? [...others, { name, value, path: scope, expires }] : others;
    this.#cookies = kept.slice(-MOST);
  }

  /** The Cookie field for a request, longer paths first; null when there is none to send. */
  field(path: string, now = Date.now()): string | null {
    const [asked = '/'] = path.split('?');
    const fit = this.#cookies
      .filter((cookie) => cookie.expires > now && isWithin(asked, cookie.path))
      .sort((a, b) => b.path.length - a.path.length);
    return fit.length === 0 ? null : fit.map(({ name, value }) => `${name}=${value}`).join('; ');
  }
}

/** RFC 6265, 5.1.4. */
function folderOf(path: string): string {
  const [asked = '/'] = path.split('?');
  const slash = asked.lastIndexOf('/');
  return slash <= 0 ? '/' : asked.slice(0, slash);
}

function isWithin(path: string, scope: string): boolean {
  return path === scope || path.startsWith(scope.endsWith('/') ? scope : `${scope}/`);
}
