/**
 * Who we are, as registries ask for it: Basic (RFC 7617), or a token of the service that the challenge
 * names (distribution's "Token Authentication Specification").
 *
 * See it: `docker login`, then `cat ~/.docker/config.json`.
 */
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { collected, problemOf } from './document.ts';
import type { Head, HttpClient, HttpRequest, Receiver, Sink } from './http.ts';

export interface Credentials {
  readonly username: string;
  readonly password: string;
  /** A token that is shown as it is, in the place of a name and a password. */
  readonly registryToken?: string;
}

interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A client of one registry that answers its challenges, and remembers the answer. */
export class RegistryClient {
  readonly #sys: Sys;
  readonly #http: HttpClient;
  readonly #credentials: Credentials | null;
  #authorization: string | null = null;

  constructor(sys: Sys, http: HttpClient, credentials: Credentials | null) {
    this.#sys = sys;
    this.#http = http;
    this.#credentials = credentials;
    const token = credentials?.registryToken ?? '';
    if (token !== '') this.#authorization = `Bearer ${token}`;
  }

  /**
   * Sends a request, and once more with what the registry asks for when it asks.
   * @throws EngineError 401 in the words of the token service
   */
  async send(request: HttpRequest, accept: (head: Head) => Sink | Receiver): Promise<Head> {
    let challenge: Challenge | null = null;
    const head = await this.#once(request, (found) => {
      challenge = found.status === 401 ? choose(found.headers.get('www-authenticate') ?? '') : null;
      return challenge === null ? accept(found) : (): void => undefined;
    });
    if (challenge === null) return head;
    const answer = await this.#answer(challenge);
    // Nothing to answer with: the refusal itself is the answer, and is asked for again.
    if (answer !== null) this.#authorization = answer;
    return this.#once(request, accept);
  }

  #once(request: HttpRequest, accept: (head: Head) => Sink | Receiver): Promise<Head> {
    const headers =
      this.#authorization === null
        ? request.headers
        : { ...request.headers, Authorization: this.#authorization };
    return this.#http.send({ ...request, headers }, accept);
  }

  async #answer({ scheme, parameters }: Challenge): Promise<string | null> {
    if (scheme === 'basic') return this.#basic();
    const realm = parameters.get('realm') ?? '';
    const query = ['service', 'scope']
      .filter((name) => parameters.has(name))
      .map((name) => `${name}=${encodeURIComponent(parameters.get(name) ?? '')}`);
    const basic = this.#basic();
    if (basic !== null) {
      query.push(`account=${encodeURIComponent(this.#credentials?.username ?? '')}`);
    }
    const url = `${realm}${realm.includes('?') ? '&' : '?'}${query.join('&')}`;
    const headers: Record<string, string> = basic === null ? {} : { Authorization: basic };
    const { head, text } = await collected(this.#sys, url, (accept) =>
      this.#http.get(url, headers, accept),
    );
    if (head.status !== 200) throw refusal(url, head, text);
    return `Bearer ${tokenIn(url, text)}`;
  }

  #basic(): string | null {
    const { username = '', password = '' } = this.#credentials ?? {};
    if (username === '') return null;
    return `Basic ${this.#sys.base64(this.#sys.encode(`${username}:${password}`))}`;
  }
}

/** The first challenge of the header that can be met; null when there is none. */
function choose(header: string): Challenge | null {
  for (const match of header.matchAll(
    /(?:^|,)\s*(Bearer|Basic)\s+((?:[^",]|"[^"]*"|,(?!\s*(?:Bearer|Basic)\s))*)/gi,
  )) {
    const [, scheme = '', rest = ''] = match;
    const parameters = new Map<string, string>();
    for (const [, name = '', quoted, bare] of rest.matchAll(/(\w+)=(?:"([^"]*)"|([^\s",]+))/g)) {
      parameters.set(name.toLowerCase(), quoted ?? bare ?? '');
    }
    if (scheme.toLowerCase() === 'basic' || parameters.has('realm')) {
      return { scheme: scheme.toLowerCase(), parameters };
    }
  }
  return null;
}

function refusal(url: string, head: Head, text: string): EngineError {
  const { code, message } = problemOf(text);
  const status = head.status === 401 || head.status === 403 ? 401 : 500;
  if (code !== '')
    return new EngineError(status, `${code.toLowerCase().replaceAll('_', ' ')}: ${message}`);
  if (status === 401) return new EngineError(401, 'unauthorized: incorrect username or password');
  return new EngineError(
    500,
    `${url}: received unexpected HTTP status: ${head.status} ${head.reason}`,
  );
}

function tokenIn(url: string, text: string): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = null;
  }
  if (typeof document === 'object' && document !== null) {
    if ('token' in document && typeof document.token === 'string') return document.token;
    if ('access_token' in document && typeof document.access_token === 'string') {
      return document.access_token;
    }
  }
  throw new EngineError(
    500,
    `${url}: authorization server did not include a token in the response`,
  );
}
