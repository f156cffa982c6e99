/**
 * Where a URL leads. What the guest knows itself, it is asked; everything else is asked of the page, as of an
 * HTTP proxy (RFC 9112, 3.2.2), since the guest's network ends there. The page speaks TLS and knows names.
 */
import type { Sys } from '../sys/sys.ts';

export interface Target {
  /** https: only the page can speak it. */
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  /** Path and query, beginning with `/`. */
  readonly path: string;
  /** `host` or `host:port`, as the Host header wants it. */
  readonly authority: string;
}

const URL_FORM = /^(https?):\/\/((?:[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?)(\/[^#\s]*)?$/;

/** Throws an Error with a sentence for what is no http or https URL. */
export function parseUrl(url: string): Target {
  const match = URL_FORM.exec(url);
  if (match === null) throw new Error(`parse "${url}": not an http URL`);
  const [, scheme, authority = '', digits, path = '/'] = match;
  const secure = scheme === 'https';
  const port = Number(digits ?? (secure ? 443 : 80));
  if (port < 1 || port > 65_535) throw new Error(`parse "${url}": invalid port "${String(port)}"`);
  return { secure, host: authority.split(':', 1)[0] ?? '', port, path, authority };
}

/** The page: the gateway to whatever the guest does not know. */
const GATEWAY = { address: '192.168.86.1', port: 80 };

/** Where a target is reached, and how the request line names it there. */
export interface Route {
  readonly address: string;
  readonly port: number;
  readonly request: string;
}

export function route(sys: Sys, target: Target): Route {
  const address = target.secure ? null : lookup(sys, target.host);
  if (address !== null) return { address, port: target.port, request: target.path };
  const scheme = target.secure ? 'https' : 'http';
  return { ...GATEWAY, request: `${scheme}://${target.authority}${target.path}` };
}

/** Addresses that are in the guest: itself, its network with the page, and those of its containers. */
const INSIDE = /^(?:127\.|192\.168\.86\.|172\.(?:1[6-9]|2\d|3[01])\.)/;

/** The address of a host that the guest knows, by hosts(5) or as it stands; null for any other. */
function lookup(sys: Sys, host: string): string | null {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return INSIDE.test(host) ? host : null;
  const file = '/etc/hosts';
  const lines = sys.stat(file) === null ? [] : sys.readText(file).split('\n');
  for (const line of lines) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address !== undefined && address.includes('.') && names.includes(host)) return address;
  }
  return null;
}
