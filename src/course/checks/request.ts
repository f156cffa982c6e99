/** Requests that the daemon answered: for commands that leave no state, such as `docker version` or `docker ps`. */
import type { SeenRequest } from '../engine.ts';
import { isKnownRequest } from '../reasons/requests.ts';
import type { RequestCheck } from '../schema-checks.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome } from './outcome.ts';
import { matches } from './subject.ts';

export function checkRequest(check: RequestCheck, { state, stepStart }: Observed): Outcome {
  const requests =
    check.since === 'lesson' ? state.requests : state.requests.slice(stepStart.requests);
  const asked = requests.filter(
    (request) => isSameCall(request, check) && hasQuery(request, check),
  );
  const answered = asked.filter((request) => request.status < 400);
  if (answered.length > 0) return pass(answered.map((request) => request.time));
  const refused = asked.at(-1);
  if (refused !== undefined) {
    return fail({ kind: 'request-failed', wanted: check, status: refused.status });
  }
  // The last thing that was asked is what the learner has just done, and wants to hear about.
  const near = requests
    .filter((request) => isSameCall(request, check) || isKnownRequest(request))
    .at(-1);
  if (near !== undefined) return fail({ kind: 'other-request', seen: near, wanted: check });
  return fail({ kind: 'no-request', wanted: check });
}

function isSameCall(request: SeenRequest, check: RequestCheck): boolean {
  return request.method === check.method && matchesPath(request.path, check.path);
}

/** Whether `path` is `pattern`, in which `*` stands for one part. */
export function matchesPath(path: string, pattern: string): boolean {
  const parts = path.split('/');
  const wanted = pattern.split('/');
  return (
    parts.length === wanted.length &&
    wanted.every((part, i) => part === parts[i] || (part === '*' && parts[i] !== ''))
  );
}

function hasQuery(request: SeenRequest, check: RequestCheck): boolean {
  return Object.entries(check.query ?? {}).every(([key, value]) => {
    const seen = request.query[key];
    return seen !== undefined && matches(truth(seen), truth(value));
  });
}

/** Clients write the same boolean in several ways; the Engine API takes them all. */
function truth(value: string): string {
  if (/^(1|true|t|yes)$/i.test(value)) return 'true';
  if (/^(0|false|f|no)$/i.test(value)) return 'false';
  return value;
}

/** The image that the registry did not have, when that is the last thing that was asked of it in this step. */
export function refusedPull({ state, stepStart }: Observed): string | null {
  const last = state.requests
    .slice(stepStart.requests)
    .findLast((request) => request.method === 'POST' && request.path === '/images/create');
  if (last === undefined || last.status < 400) return null;
  const { fromImage, tag = 'latest' } = last.query;
  if (fromImage === undefined) return null;
  const name = fromImage.replace(/^docker\.io\//, '').replace(/^library\//, '');
  return tag === 'latest' || tag === '' ? name : `${name}:${tag}`;
}
