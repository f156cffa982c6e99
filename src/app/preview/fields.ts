/**
 * Header fields on their way between a previewed page and the machine: what belongs to one connection, or would
 * speak about this site instead of the previewed one, stays behind.
 */
import { authorityOf, intended, previewHref } from '../../worker/address.ts';
import type { Place } from '../../worker/address.ts';
import type { Asked, Fields } from '../../worker/protocol.ts';

/** Of one connection (RFC 9110, 7.6.1), or set by the client that speaks with the machine. */
const hop =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length)$/;

/** What the browser tells this site's server about itself and this site. */
const local = /^(cookie|origin|referer|upgrade-insecure-requests|sec-.*|accept-encoding)$/;

/**
 * What a server says to the browser about its origin, which here is this site's, and what would keep the page out of
 * a frame. Cookies go into a jar of the machine's own.
 */
const ofOrigin =
  /^(set-cookie2?|x-frame-options|content-security-policy(-report-only)?|strict-transport-security|clear-site-data|cross-origin-.*|origin-agent-cluster|service-worker-.*|permissions-policy|feature-policy|document-policy|report(ing-endpoints|-to)|nel|alt-svc|referrer-policy|speculation-rules|x-dns-prefetch-control|expect-ct|public-key-pins.*|sec-.*|accept-ch|critical-ch)$/;

/** Directives of a page's own content security policy that would keep it out of the frame, or of this origin. */
const framing = /^(frame-ancestors|sandbox|upgrade-insecure-requests|report-uri|report-to)$/;

/** The browser as the machine sees it, where the worker is not told. */
export interface Browser {
  readonly userAgent: string;
  readonly languages: readonly string[];
}

/** The fields of a request as the machine gets them. */
export function requestFields(asked: Asked, cookie: string | null, browser: Browser): Headers {
  const fields = new Headers();
  for (const [name, value] of asked.fields) {
    if (!hop.test(name) && !local.test(name)) fields.append(name, value);
  }
  // the worker cannot unpack everything that a browser can, and nothing travels far
  fields.set('accept-encoding', 'identity');
  if (!fields.has('user-agent')) fields.set('user-agent', browser.userAgent);
  if (!fields.has('accept-language')) fields.set('accept-language', browser.languages.join(', '));
  if (asked.referrer !== '') fields.set('referer', asked.referrer);
  // as browsers do, so that a program that compares it with its host is content
  if (!/^(GET|HEAD)$/.test(asked.method)) fields.set('origin', `http://${authorityOf(asked)}`);
  if (cookie !== null) fields.set('cookie', cookie);
  return fields;
}

/** The fields of an answer as the previewed page gets them. */
export function answerFields(site: URL, from: Place, path: string, fields: Headers): Fields {
  const kept: [string, string][] = [];
  for (const [name, value] of fields) {
    if (hop.test(name) || ofOrigin.test(name)) continue;
    if (name === 'location') kept.push([name, leads(site, from, path, value)]);
    else if (name === 'refresh') {
      kept.push([
        name,
        value.replace(/(url\s*=\s*)(["']?)([^"']*)\2/i, refreshed(site, from, path)),
      ]);
    } else kept.push([name, value]);
  }
  const policy = framed(fields.get('content-security-policy'));
  if (policy !== '') kept.push(['content-security-policy', policy]);
  // in an isolated page (src/app/laptop) a frame that is not isolated would stay empty
  if (globalThis.crossOriginIsolated) kept.push(['cross-origin-embedder-policy', 'credentialless']);
  // a link's target is understood by where it was followed
  kept.push(['referrer-policy', 'same-origin']);
  return kept;
}

/** A page's own policies without what would keep it from being shown here. */
function framed(policy: string | null): string {
  return (policy ?? '')
    .split(',')
    .map((one) =>
      one
        .split(';')
        .map((directive) => directive.trim())
        .filter((directive) => !framing.test(directive.split(/\s/)[0]?.toLowerCase() ?? ''))
        .filter((directive) => directive !== '')
        .join('; '),
    )
    .filter((one) => one !== '')
    .join(', ');
}

/** Where a Location leads: into the preview as long as it stays in the machine. */
function leads(site: URL, from: Place, path: string, location: string): string {
  const here = `http://${authorityOf(from)}${path}`;
  const url = URL.canParse(location, here) ? new URL(location, here) : null;
  if (url === null) return location;
  // what the machine calls itself by is what it was asked by, or a local name
  const target =
    url.origin === new URL(here).origin
      ? { place: from, path: url.pathname + url.search }
      : intended(site, from, url);
  return target ? previewHref(site, target.place, target.path) + url.hash : url.href;
}

function refreshed(site: URL, from: Place, path: string) {
  return (_whole: string, start: string, quote: string, url: string): string =>
    start + quote + leads(site, from, path, url) + quote;
}
