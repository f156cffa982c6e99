/**
 * Where a URL leads, and to which address a name of the guest's /etc/hosts belongs. The guest has no
 * other names: its network ends at the page.
 */
import type { Sys } from '../sys/sys.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Path and query, beginning with `/`. */
  readonly path: string;
  /** `host` or `host:port`, as the Host header wants it. */
  readonly authority: string;
}

const URL_FORM = /^(https?):\/\/((?:[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?)(\/[^#\s]*)?$/;

/** Throws an Error with a sentence for what is not an http URL, https included. */
export function parseUrl(url: string): Target {
  const match = URL_FORM.exec(url);
  if (match === null) throw new Error(`parse "${url}": not an http URL`);
  const [, scheme, authority = '', port = '80', path = '/'] = match;
  if (scheme !== 'http') {
    throw new Error(
      `Get "${url}": this engine speaks plain HTTP only, the sandbox reaches no server outside the page`,
    );
  }
  if (Number(port) < 1 || Number(port) > 65_535)
    throw new Error(`parse "${url}": invalid port "${port}"`);
  return { host: authority.split(':', 1)[0] ?? '', port: Number(port), path, authority };
}

/** The address of a host as hosts(5) has it; throws as Go's resolver words it. */
export function lookup(sys: Sys, host: string): string {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return host;
  const file = '/etc/hosts';
  const lines = sys.stat(file) === null ? [] : sys.readText(file).split('\n');
  for (const line of lines) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address !== undefined && address.includes('.') && names.includes(host)) return address;
  }
  throw new Error(`dial tcp: lookup ${host}: no such host`);
}
