/** The requests that have a name in every language; any other is shown as method and path. */
import type { RequestName } from '../checks/outcome.ts';

export type RequestKey =
  | 'version'
  | 'info'
  | 'images'
  | 'running'
  | 'all'
  | 'pull'
  | 'pullDigest'
  | 'follow'
  | 'create'
  | 'start'
  | 'logs'
  | 'inspect'
  | 'inspectImage'
  | 'history'
  | 'attach'
  | 'top'
  | 'stats'
  | 'changes'
  | 'copyOut'
  | 'copyIn'
  | 'build'
  | 'removeImage';

const known: readonly (readonly [RequestKey, string, RegExp])[] = [
  ['version', 'GET', /^\/version$/],
  ['info', 'GET', /^\/info$/],
  ['images', 'GET', /^\/images\/json$/],
  ['pull', 'POST', /^\/images\/create$/],
  ['create', 'POST', /^\/containers\/create$/],
  ['start', 'POST', /^\/containers\/[^/]+\/start$/],
  ['logs', 'GET', /^\/containers\/[^/]+\/logs$/],
  ['inspect', 'GET', /^\/containers\/[^/]+\/json$/],
  ['inspectImage', 'GET', /^\/images\/.+\/json$/],
  ['history', 'GET', /^\/images\/.+\/history$/],
  ['attach', 'POST', /^\/containers\/[^/]+\/attach$/],
  ['top', 'GET', /^\/containers\/[^/]+\/top$/],
  ['stats', 'GET', /^\/containers\/[^/]+\/stats$/],
  ['changes', 'GET', /^\/containers\/[^/]+\/changes$/],
  ['copyOut', 'GET', /^\/containers\/[^/]+\/archive$/],
  ['copyIn', 'PUT', /^\/containers\/[^/]+\/archive$/],
  ['build', 'POST', /^\/build$/],
  ['removeImage', 'DELETE', /^\/images\/.+$/],
];

/** null: it has no name. */
export function keyOfRequest({ method, path, query }: RequestName): RequestKey | null {
  if (method === 'GET' && path === '/containers/json') {
    const all = /^(1|true)$/i.test(query?.['all'] ?? '') || query?.['limit'] !== undefined;
    return all ? 'all' : 'running';
  }
  const key = known.find(([, verb, pattern]) => verb === method && pattern.test(path))?.[0];
  if (key === 'pull' && query?.['tag']?.startsWith('sha256:') === true) return 'pullDigest';
  if (key === 'logs' && /^(1|true)$/i.test(query?.['follow'] ?? '')) return 'follow';
  return key ?? null;
}

/** What `docker run` and others ask on the way: none that a learner asked for. */
const inner: readonly RequestKey[] = ['create', 'start', 'attach'];

/** Whether a sentence can name it as something that the learner did. */
export function isKnownRequest(request: RequestName): boolean {
  const key = keyOfRequest(request);
  return key !== null && !inner.includes(key);
}
