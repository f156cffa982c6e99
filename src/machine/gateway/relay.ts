/** A relay: a server that fetches for pages what does not let pages of other sites read it. */

const PLACE = '{url}';

/** Why a text is no relay's address, or null when it is one. */
export function relayProblem(relay: string): 'no-address' | 'not-secure' | null {
  let url: URL;
  try {
    url = new URL(relay.replace(PLACE, 'x'));
  } catch {
    return 'no-address';
  }
  const own = url.hostname === 'localhost' || url.hostname === '127.0.0.1';
  if (url.protocol === 'http:' && own) return null;
  // passwords and tokens of other registries go through it
  if (url.protocol === 'http:') return 'not-secure';
  return url.protocol === 'https:' ? null : 'no-address';
}

/** Where to ask for `url`: in the relay's `{url}`, escaped, or else behind the relay's address as it is. */
export function throughRelay(relay: string, url: string): string {
  if (relay.includes(PLACE)) return relay.replace(PLACE, encodeURIComponent(url));
  return `${relay.replace(/\/*$/, '/')}${url}`;
}
