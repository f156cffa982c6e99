/** Where a repository is asked for. */
import type { Reference } from '../image/reference.ts';

/** What the daemon's configuration says of registries. */
export interface Registries {
  /** `registry-mirrors`: base URLs that are asked before Docker Hub, and that take what is pushed there. */
  readonly mirrors: readonly string[];
  /** `insecure-registries`: `host` or `host:port` of registries without TLS. */
  readonly insecure: readonly string[];
}

/** Docker Hub's own registry, which no name of an image names. */
export const HUB = 'https://registry-1.docker.io';

/**
 * Base URLs, best first: for `docker.io` the mirrors, then Docker Hub; the registry itself for every other
 * domain: without TLS where nothing has a certificate, on this machine and the one around it, and where the
 * configuration says so.
 */
export function endpoints({ domain }: Reference, registries: Registries): [string, ...string[]] {
  if (domain !== 'docker.io') {
    const plain = PLAIN.test(domain) || registries.insecure.includes(domain);
    return [`${plain ? 'http' : 'https'}://${domain}`];
  }
  const [first = HUB, ...others] = registries.mirrors.map((base) => base.replace(/\/+$/, ''));
  return first === HUB ? [HUB, ...others] : [first, ...others, HUB];
}

/** Names without a dot, addresses, and the computer that the page runs on. */
const PLAIN = /^(?:[^.:]+|[0-9.]+|host\.docker\.internal)(?::[0-9]+)?$/;
