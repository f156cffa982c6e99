import { authorityOf, parsePreview } from '../../worker/address.ts';
import type { PublishedPort } from './published.ts';

/** A page of a machine: the port that it comes from, and its path with query and hash. */
export interface Spot {
  /** `localhost` for the learner's own machine, else its host name. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** A published port and whose it is. */
export interface Door {
  readonly host: string;
  readonly port: number;
  /** Name of the container behind it, and its id. */
  readonly container: string;
  readonly id: string;
}

export function doorsOf(host: string, ports: readonly PublishedPort[]): Door[] {
  return ports.map(({ port, name, container }) => ({ host, port, container: name, id: container }));
}

/**
 * What the address of a previewed page stands for. Its scripts may have given it one outside the preview's folder:
 * then it is the path at the port where the reader is. Null for no web address.
 */
export function spotAt(site: URL, address: string, here: Spot | null): Spot | null {
  if (!address.startsWith('http')) return null;
  const url = new URL(address);
  const known = parsePreview(site, url);
  if (!known) return here && { ...here, path: url.pathname + url.search + url.hash };
  const { host, port } = known.place;
  return { host, port, path: known.path + url.hash };
}

/** As the address field shows it, as browsers do: without the scheme. */
export function addressOf({ host, port, path }: Spot): string {
  return authorityOf({ host, port }) + path;
}

/**
 * What somebody means who types an address: `localhost:8080/about`, `:8080`, `8080`, or a path at the port where
 * they are. Null when it is none of these.
 */
export function spotOf(text: string, here: Spot | null): Spot | null {
  const typed = text.trim();
  if (typed.startsWith('/')) return here && { ...here, path: encoded(typed) };
  const match =
    /^(?:http:\/\/)?(?:(localhost|127\.0\.0\.1|friend)(?::(\d{1,5}))?|:?(\d{1,5}))((?:[/?#].*)?)$/i.exec(
      typed,
    );
  if (!match) return null;
  const [, name = 'localhost', first, second, rest = ''] = match;
  const port = Number(first ?? second ?? 80);
  if (port < 1 || port > 65_535) return null;
  const host = name.toLowerCase() === 'friend' ? 'friend' : 'localhost';
  return { host, port, path: encoded(rest.startsWith('/') ? rest : `/${rest}`) };
}

/** With everything percent-encoded that a browser encodes. */
function encoded(path: string): string {
  const { pathname, search, hash } = new URL(`http://localhost${path}`);
  return pathname + search + hash;
}
