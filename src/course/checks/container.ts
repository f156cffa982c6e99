/** Containers: made from which image, in which state, how ended; removed ones (`--rm`) count too. */
import type { SeenContainer } from '../engine.ts';
import type { ContainerCheck } from '../schema.ts';
import { familiarName, sameImage } from './image.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome, Reason, Wanted } from './outcome.ts';

export function checkContainer(check: ContainerCheck, observed: Observed): Outcome {
  const { containers } = observed.state;
  const wanted = wantedOf(check);
  const named = containers.filter((container) => isNamed(container, check));
  const matching = named.filter((container) => difference(container, check) === null);
  const needed = check.count ?? 1;
  if (matching.length >= needed) return pass(matching.map((container) => container.created));
  if (matching.length > 0) {
    return fail({ kind: 'too-few-containers', seen: matching.length, needed, wanted });
  }
  const nearest = named.at(-1);
  const reason = nearest === undefined ? null : difference(nearest, check);
  if (reason !== null) return fail(reason);
  const refused = refusedPull(observed);
  if (refused !== null) return fail({ kind: 'pull-refused', asked: refused, wanted });
  const other = containers.at(-1);
  if (other !== undefined)
    return fail({ kind: 'other-container', seen: familiarName(other.image), wanted });
  return fail({ kind: 'no-container', wanted });
}

export function wantedOf(check: ContainerCheck): Wanted {
  if (check.name !== undefined) return { name: check.name };
  if (check.image !== undefined) return { image: check.image };
  throw new Error('a container check names neither image nor name; the schema lets none through');
}

function isNamed(container: SeenContainer, check: ContainerCheck): boolean {
  return (
    (check.image === undefined || sameImage(container.image, check.image)) &&
    (check.name === undefined || container.name === check.name)
  );
}

/** The first thing in which a container is not what the check asks, in the order a learner meets them. */
function difference(container: SeenContainer, check: ContainerCheck): Reason | null {
  const wanted = wantedOf(check);
  if (check.tty === true && container.tty !== true) return { kind: 'no-terminal', wanted };
  if (check.tty === false && container.tty === true) return { kind: 'has-terminal', wanted };
  const state = check.state ?? (check.exit === undefined ? undefined : 'exited');
  if (state !== undefined) {
    const reason = stateDifference(container, state, wanted);
    if (reason !== null) return reason;
  }
  if (check.exit !== undefined && container.exitCode !== check.exit) {
    return { kind: 'wrong-exit', wanted, seen: container.exitCode, needed: check.exit };
  }
  if (check.present === true && container.removed) return { kind: 'removed', wanted };
  if (check.present === false && !container.removed) return { kind: 'still-there', wanted };
  return null;
}

function stateDifference(
  container: SeenContainer,
  needed: NonNullable<ContainerCheck['state']>,
  wanted: Wanted,
): Reason | null {
  const seen = container.status;
  if (seen === needed) return null;
  if (needed === 'exited' && container.removed) return null;
  if (seen === 'created') return { kind: 'not-started', wanted };
  if (needed === 'exited' && seen === 'running') return { kind: 'still-running', wanted };
  return { kind: 'wrong-state', wanted, seen, needed };
}

/** The image that the registry did not have, when that is the last thing that was asked of it in this step. */
function refusedPull({ state, stepStart }: Observed): string | null {
  const last = state.requests
    .slice(stepStart)
    .filter((request) => request.method === 'POST' && request.path === '/images/create')
    .at(-1);
  if (last === undefined || last.status < 400) return null;
  const asked = last.query['fromImage'];
  return asked === undefined ? null : familiarName(asked);
}
