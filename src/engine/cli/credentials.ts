/** Who the user is to registries: `~/.docker/config.json`, as Docker's own CLI keeps it. */
import { Failure, sentence } from './failure.ts';
import type { Cli } from './command.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
}

/** What Docker Hub is called in the file. */
export const HUB = 'https://index.docker.io/v1/';

/** Where the logins are kept. */
export function configPath({ env }: Cli): string {
  return `${env['DOCKER_CONFIG'] ?? `${env['HOME'] ?? '/root'}/.docker`}/config.json`;
}

/** A registry as the file calls it: what `docker login` was given, or the first part of an image's name. */
export function serverKey(server: string): string {
  const host = server.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
  return /^(|docker\.io|index\.docker\.io|registry-1\.docker\.io)$/.test(host) ? HUB : host;
}

/** The login that is kept for a registry, or null. */
export function loginOf(cli: Cli, key: string): Login | null {
  const entry = loginsIn(read(cli))[key];
  if (typeof entry !== 'object' || entry === null || !('auth' in entry)) return null;
  try {
    const pair = cli.sys.decode(cli.sys.fromBase64(String(entry.auth)));
    const colon = pair.indexOf(':');
    if (colon <= 0) return null;
    return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  } catch {
    return null; // not base64: as good as none
  }
}

/** The header by which the daemon learns who asks; empty for nobody. `full` is an image's name in full. */
export function registryAuth(cli: Cli, full: string): Readonly<Record<string, string>> {
  const key = serverKey(full.slice(0, full.indexOf('/')));
  const login = loginOf(cli, key);
  if (login === null) return {};
  const { sys } = cli;
  const text = sys.base64(sys.encode(JSON.stringify({ ...login, serveraddress: key })));
  return { 'X-Registry-Auth': text.replaceAll('+', '-').replaceAll('/', '_') };
}

export function keepLogin(cli: Cli, key: string, { username, password }: Login): void {
  const auth = cli.sys.base64(cli.sys.encode(`${username}:${password}`));
  change(cli, (logins) => ({ ...logins, [key]: { auth } }));
}

/** Nothing kept is success. */
export function forgetLogin(cli: Cli, key: string): void {
  if (!(key in loginsIn(read(cli)))) return;
  change(cli, (logins) =>
    Object.fromEntries(Object.entries(logins).filter(([name]) => name !== key)),
  );
}

type Logins = Readonly<Record<string, unknown>>;

/** Replaces the logins; whatever else is in the file stays. */
function change(cli: Cli, edit: (logins: Logins) => Logins): void {
  const { sys } = cli;
  const path = configPath(cli);
  const document = read(cli);
  const text = JSON.stringify({ ...document, auths: edit(loginsIn(document)) }, null, '\t');
  sys.mkdir(path.slice(0, path.lastIndexOf('/')), 0o700, true);
  sys.writeAtomic(path, text, 0o600);
}

function read(cli: Cli): Readonly<Record<string, unknown>> {
  const path = configPath(cli);
  if (cli.sys.stat(path) === null) return {};
  try {
    const document: unknown = JSON.parse(cli.sys.readText(path));
    if (isRecord(document)) return document;
  } catch (error) {
    throw new Failure(`error loading config file: ${path}: ${sentence(error)}`);
  }
  throw new Failure(`error loading config file: ${path}: it is not a JSON object`);
}

function loginsIn(document: Readonly<Record<string, unknown>>): Logins {
  const { auths } = document;
  return isRecord(auths) ? auths : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
