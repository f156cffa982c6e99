/** Who may do what, by the token protocol of the reference implementation ("Token Authentication Specification"). */
import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';
import type { Context } from 'hono';
import { RegistryError } from '../errors.ts';
import type { Users } from './users.ts';

export type Action = 'pull' | 'push' | 'delete';

/** Seconds that a token is good for. */
const LIFETIME = 3600;
/** More than a classroom holds; the oldest go first. */
const TOKENS = 1000;

/** Lets everybody do everything, or asks who it is. */
export interface Guard {
  /** @throws RegistryError UNAUTHORIZED with a challenge, or DENIED */
  check(context: Context, name: string, action: Action): void;
  /** `GET /v2/`: whoever shows no token is told where to get one. */
  ping(context: Context): void;
  /** `GET /token`, or null when no tokens are needed. */
  readonly token: ((context: Context) => Promise<Response>) | null;
}

/** As the reference implementation without authentication. */
export const openGuard: Guard = { check: () => undefined, ping: () => undefined, token: null };

/**
 * Everybody pulls; users push below their own name.
 *
 * Pulls need no token at all, which spares the guest two requests; clients that begin with `GET /v2/`
 * are told of the token service, and get an anonymous token without a password.
 */
export function userGuard(users: Users): Guard {
  /** Token → user; '' for nobody. */
  const tokens = new Map<string, { readonly user: string; readonly until: number }>();

  const holder = (context: Context): string | null => {
    const header = context.req.header('authorization') ?? '';
    const token = tokens.get(/^Bearer (.+)$/i.exec(header)?.[1] ?? '');
    return token === undefined || token.until < Date.now() ? null : token.user;
  };

  const challenge = (context: Context, scope: string | null, error?: string): never => {
    const realm = new URL('/token', context.req.url).href;
    const parts = [`realm="${realm}"`, 'service="registry"'];
    if (scope !== null) parts.push(`scope="${scope}"`);
    if (error !== undefined) parts.push(`error="${error}"`);
    throw new RegistryError(
      'UNAUTHORIZED',
      'authentication required',
      {},
      {
        'WWW-Authenticate': `Bearer ${parts.join(',')}`,
      },
    );
  };

  return {
    check(context, name, action) {
      if (action === 'pull') return;
      const user = holder(context);
      if (user === null || user === '') {
        // A token of nobody in particular is a good one, that does not reach so far (RFC 6750, 3.1).
        const error = user === '' ? ['insufficient_scope'] : [];
        challenge(context, `repository:${name}:pull,${action}`, ...error);
        return;
      }
      if (name.split('/')[0] !== user || !name.includes('/')) {
        throw new RegistryError('DENIED', 'requested access to the resource is denied', { name });
      }
    },
    ping(context) {
      if (holder(context) === null) challenge(context, null);
    },
    async token(context) {
      const header = context.req.header('authorization');
      const [name, password] = header === undefined ? ['', ''] : basic(header);
      if (name !== '' || header !== undefined) {
        if (!(await users.login(name, password))) {
          throw new RegistryError('UNAUTHORIZED', 'incorrect username or password');
        }
      }
      const token = bytesToHex(randomBytes(24));
      tokens.set(token, { user: name, until: Date.now() + LIFETIME * 1000 });
      const [oldest] = tokens.keys();
      if (tokens.size > TOKENS && oldest !== undefined) tokens.delete(oldest);
      return Response.json({
        token,
        access_token: token,
        expires_in: LIFETIME,
        issued_at: new Date().toISOString(),
      });
    },
  };
}

/** Name and password of an `Authorization: Basic` (RFC 7617); empty when it is none. */
function basic(header: string): [name: string, password: string] {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  if (encoded === undefined) return ['', ''];
  let text;
  try {
    text = new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0)));
  } catch {
    return ['', '']; // not base64
  }
  const colon = text.indexOf(':');
  return colon < 0 ? ['', ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
