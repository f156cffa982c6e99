/** `docker login`: shows a registry a name and a password, and hears whether they are right. */
import { EngineError } from '../errors.ts';
import { parseReference } from '../image/reference.ts';
import type { Sys } from '../sys/sys.ts';
import { RegistryClient } from './auth.ts';
import type { Credentials } from './auth.ts';
import type { Cancellation } from './cancellation.ts';
import { HttpClient } from './http.ts';
import { endpoints } from './endpoints.ts';
import type { Registries } from './endpoints.ts';

export interface LoginOptions {
  /** As clients write it: `https://index.docker.io/v1/`, `registry:5000`; '' is Docker Hub. */
  readonly server: string;
  readonly credentials: Credentials;
  readonly registries: Registries;
  readonly signal: Cancellation;
}

/** @throws EngineError 401 when they are wrong, else what Go's client says of the network */
export async function login(sys: Sys, options: LoginOptions): Promise<void> {
  const { credentials, signal } = options;
  const [base] = endpoints(nameAt(options.server), options.registries);
  const http = new HttpClient(sys, signal);
  const client = new RegistryClient(sys, http, credentials);
  const url = `${base}/v2/`;
  let head;
  try {
    head = await client.send({ method: 'GET', url, headers: {} }, () => () => undefined);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw new EngineError(error.status, `Get "${url}": ${error.message}`);
  } finally {
    http.close();
  }
  if (head.status === 200) return;
  const wrong = head.status === 401 || head.status === 403;
  throw new EngineError(
    wrong ? 401 : 500,
    `login attempt to ${url} failed with status: ${`${head.status} ${head.reason}`.trim()}`,
  );
}

/** Some name of the server's, for whoever knows where names are. */
function nameAt(server: string): ReturnType<typeof parseReference> {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  const hub = host === '' || host === 'index.docker.io' || host === 'registry-1.docker.io';
  const name = parseReference(hub ? 'docker.io/any' : 'localhost/any');
  return hub ? name : { ...name, domain: host };
}
