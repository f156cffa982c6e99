/**
 * The way out of the guest: to registries that are neither bundled nor the page's own. The engine asks the page
 * as it would ask an HTTP proxy (RFC 9112, 3.2.2: the whole address in the request line), and the page fetches.
 * The guest needs neither TLS nor names for that; and layers are unpacked out here, where it is fast.
 */
import { reasonOf } from '../errors.ts';
import { throughRelay } from './relay.ts';
import { resumed } from './resume.ts';
import { unpacked } from './unpack.ts';

export interface GatewayOptions {
  /** Address of a relay, or '' for none; asked anew for each request. */
  readonly relay?: () => string;
  /** Whether Docker Hub may be asked without one. It lets no pages read its answers, so pages do not ask. */
  readonly hub?: boolean;
  /** What to do where a relay is needed, for whoever reads it. */
  readonly advice?: string;
  readonly fetch?: typeof fetch;
}

/** Answers a request of the guest's for an address outside. Never rejects. */
export type Gateway = (request: Request) => Promise<Response>;

/** Says in an answer that it is the gateway's own, and why nothing came from outside. */
const FAILED = 'bottle-gateway';

/** In a request: what the body of the answer is packed with, `gzip` or `zstd`; it arrives unpacked. */
const UNPACK = 'bottle-unpack';

/** In the answer: that this was done. */
const UNPACKED = 'bottle-unpacked';

/** What belongs to one connection, or is the fetching side's own business (RFC 9110, 7.6.1). */
const HOP = [
  'connection',
  'host',
  'keep-alive',
  'te',
  'transfer-encoding',
  'upgrade',
  'user-agent',
];

/** The computer that this runs on, as Docker Desktop names it for its containers. */
const OUTER = 'host.docker.internal';

const HUB = /(^|\.)docker\.(io|com)$/;

export function createGateway(options: GatewayOptions = {}): Gateway {
  const { relay = () => '', hub = false, advice = 'name a relay in the settings' } = options;
  const outside = options.fetch ?? ((...wanted: Parameters<typeof fetch>) => fetch(...wanted));
  return async (request) => {
    const url = new URL(request.url);
    const by = relay();
    if (HUB.test(url.hostname) && by === '' && !hub) {
      return failed(`${url.host} lets no page of another site read its answers (CORS): ${advice}`);
    }
    const own = url.hostname === OUTER;
    if (own) url.hostname = 'localhost';
    const headers = new Headers(request.headers);
    const packed = headers.get(UNPACK);
    for (const name of [...HOP, UNPACK]) headers.delete(name);
    const target = by === '' ? url : throughRelay(by, url.href);
    // the reader's own cookies are no business of the guest's
    const how: RequestInit = { method: request.method, headers, credentials: 'omit' };
    const goOn = (from: number): Promise<Response> => {
      const rest = new Headers(headers);
      rest.set('range', `bytes=${from}-`);
      return outside(target, { ...how, headers: rest });
    };
    try {
      const body = request.body && (await request.arrayBuffer());
      const response = await outside(target, { ...how, ...(body && { body }) });
      const answer = passedOn(response, packed, goOn);
      if (own) leadBack(answer.headers, url);
      return answer;
    } catch (error) {
      return failed(why(error, url, by));
    }
  };
}

/**
 * The answer of a registry as the guest gets it, unpacked when it asked for that.
 *
 * @param goOn asks for the same from a byte on
 */
export function passedOn(
  response: Response,
  packed: string | null,
  goOn?: (from: number) => Promise<Response>,
): Response {
  const coded = response.headers.has('content-encoding');
  const headers = new Headers(response.headers);
  // what the page says of itself nobody else says
  for (const name of [FAILED, UNPACKED]) headers.delete(name);
  // fetch has undone it, and the length was that of the coded body
  if (coded) headers.delete('content-length');
  headers.delete('content-encoding');
  const { status, statusText, body } = response;
  if (packed === null || status !== 200 || !body) {
    return new Response(status === 204 || status === 304 ? null : body, {
      status,
      statusText,
      headers,
    });
  }
  headers.delete('content-length');
  headers.set(UNPACKED, packed);
  const whole = goOn === undefined || coded ? body : resumed(body, goOn);
  return new Response(unpacked(whole, packed), { status, statusText, headers });
}

/** Where an upload goes on is said with the name that the registry was asked by; the guest knows it by another. */
function leadBack(headers: Headers, { host }: URL): void {
  const location = headers.get('location');
  const place = location !== null && URL.canParse(location) ? new URL(location) : null;
  if (place?.host !== host) return;
  place.hostname = OUTER;
  headers.set('location', place.href);
}

function failed(reason: string): Response {
  // a header is plain ASCII
  const text = reason.replaceAll(/[^\x20-\x7e]/g, '?');
  return new Response(`${reason}\n`, { status: 502, headers: { [FAILED]: text } });
}

/** In the words of Go's resolver and dialler where the reason is known: Node tells it, browsers do not. */
function why(error: unknown, url: URL, relay: string): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `dial tcp: lookup ${url.hostname}: no such host`;
  if (code === 'ECONNREFUSED') return `dial tcp ${url.host}: connect: connection refused`;
  if (cause instanceof Error) return `dial tcp ${url.host}: ${reasonOf(cause)}`;
  return relay === ''
    ? `${url.host} cannot be reached from this page: it does not answer, or does not let pages of other sites read its answers (CORS). A relay in the settings can help`
    : `the relay ${new URL(relay.replace('{url}', '')).host} did not lead to ${url.host}`;
}
