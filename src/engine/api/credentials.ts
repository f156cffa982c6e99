import * as v from 'valibot';
import type { Credentials } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import type { Request } from './http.ts';

const text = v.optional(v.nullable(v.string()), '');
/** AuthConfig of the Engine API. */
const schema = v.looseObject({
  username: text,
  password: text,
  auth: text,
  serveraddress: text,
  identitytoken: text,
  registrytoken: text,
});

export interface AuthConfig {
  readonly server: string;
  readonly credentials: Credentials;
}

/** @throws EngineError 400 */
export function parseAuthConfig(body: string): AuthConfig {
  let document: unknown;
  try {
    document = JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError(400, `invalid JSON: ${reason}`);
  }
  const result = v.safeParse(schema, document);
  if (!result.success) throw new EngineError(400, `invalid JSON: ${result.issues[0].message}`);
  const { username, password, serveraddress, registrytoken } = result.output;
  return {
    server: serveraddress ?? '',
    credentials: {
      username: username ?? '',
      password: password ?? '',
      ...(registrytoken ? { registryToken: registrytoken } : {}),
    },
  };
}

/**
 * What the `X-Registry-Auth` header says, or null for nobody. As in Docker a header that cannot be read is
 * nobody's: whoever may pull without a name can do so with a broken one.
 */
export function credentialsOf(sys: Sys, request: Request): Credentials | null {
  const header = request.headers.get('x-registry-auth') ?? '';
  if (header === '') return null;
  try {
    const { credentials } = parseAuthConfig(sys.decode(sys.fromBase64(header)));
    const { username, registryToken = '' } = credentials;
    return username === '' && registryToken === '' ? null : credentials;
  } catch {
    return null;
  }
}
