/** The requests that have a name in every language; any other is shown as method and path. */
import type { RequestName } from '../checks/outcome.ts';

export type RequestKey =
  | 'version'
  | 'info'
  | 'images'
  | 'running'
  | 'all'
  | 'pull'
  | 'create'
  | 'start'
  | 'logs'
  | 'inspect';

const known: readonly (readonly [RequestKey, string, RegExp])[] = [
  ['version', 'GET', /^\/version$/],
  ['info', 'GET', /^\/info$/],
  ['images', 'GET', /^\/images\/json$/],
  ['pull', 'POST', /^\/images\/create$/],
  ['create', 'POST', /^\/containers\/create$/],
  ['start', 'POST', /^\/containers\/[^/]+\/start$/],
  ['logs', 'GET', /^\/containers\/[^/]+\/logs$/],
  ['inspect', 'GET', /^\/containers\/[^/]+\/json$/],
];

/** null: it has no name. */
export function keyOfRequest({ method, path, query }: RequestName): RequestKey | null {
  if (method === 'GET' && path === '/containers/json') {
    const all = /^(1|true)$/i.test(query?.['all'] ?? '') || query?.['limit'] !== undefined;
    return all ? 'all' : 'running';
  }
  return known.find(([, verb, pattern]) => verb === method && pattern.test(path))?.[0] ?? null;
}

/** Whether a sentence can name it; the inner requests of `docker run` are none that a learner asked for. */
export function isKnownRequest(request: RequestName): boolean {
  const key = keyOfRequest(request);
  return key !== null && key !== 'create' && key !== 'start';
}
