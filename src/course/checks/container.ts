/** Containers: made from which image, how, in which state, how ended; removed ones (`--rm`) count too. */
import type { SeenContainer } from '../engine.ts';
import type { ContainerCheck } from '../schema-checks.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome, Reason, Wanted } from './outcome.ts';
import { familiarName } from './reference.ts';
import { refusedPull } from './request.ts';
import { isNamed, matches, wantedOf } from './subject.ts';

export function checkContainer(check: ContainerCheck, observed: Observed): Outcome {
  const { containers } = observed.state;
  const named = containers.filter((container) => isNamed(container, check));
  const matching = named.filter((container) => difference(container, check) === null);
  const needed = check.count ?? 1;
  if (matching.length >= needed) return pass(matching.map((container) => container.created));
  if (matching.length > 0) {
    const wanted = wantedOf(check);
    return fail({ kind: 'too-few-containers', seen: matching.length, needed, wanted });
  }
  const nearest = named.at(-1);
  const reason = nearest === undefined ? null : difference(nearest, check);
  return fail(reason ?? missingContainer(check, observed));
}

/** Why there is no such container at all. */
export function missingContainer(
  check: Parameters<typeof wantedOf>[0],
  observed: Observed,
): Reason {
  const wanted = wantedOf(check);
  const { containers } = observed.state;
  if (containers.some((container) => isNamed(container, check))) return { kind: 'removed', wanted };
  const refused = refusedPull(observed);
  if (refused !== null) return { kind: 'pull-refused', asked: refused, wanted };
  // One that is still there, if there is any: what a build made on its way says nothing to a learner.
  const other = containers.findLast(({ removed }) => !removed) ?? containers.at(-1);
  if (other === undefined) return { kind: 'no-container', wanted };
  if ('name' in wanted) return { kind: 'other-name', seen: other.name, wanted };
  return { kind: 'other-container', seen: familiarName(other.image), wanted };
}

/** The first thing in which a container is not what the check asks, in the order a learner meets them. */
function difference(container: SeenContainer, check: ContainerCheck): Reason | null {
  const wanted = wantedOf(check);
  const made = makeDifference(container, check, wanted);
  if (made !== null) return made;
  const state = check.state ?? (check.exit === undefined ? undefined : 'exited');
  if (state !== undefined) {
    const reason = stateDifference(container, state, wanted);
    if (reason !== null) return reason;
  }
  if (check.exit !== undefined && container.exitCode !== check.exit) {
    return { kind: 'wrong-exit', wanted, seen: container.exitCode, needed: check.exit };
  }
  if (check.starts !== undefined && container.starts < check.starts) {
    return { kind: 'too-few-starts', wanted, seen: container.starts, needed: check.starts };
  }
  if (check.present === true && container.removed) return { kind: 'removed', wanted };
  if (check.present === false && !container.removed) return { kind: 'still-there', wanted };
  return null;
}

/** How it was made: by the options of `create` and `run`. */
function makeDifference(
  { tty, details }: SeenContainer,
  check: ContainerCheck,
  wanted: Wanted,
): Reason | null {
  if (check.tty === true && tty !== true) return { kind: 'no-terminal', wanted };
  if (check.tty === false && tty === true) return { kind: 'has-terminal', wanted };
  const { command, env, published } = check;
  if (command === undefined && env === undefined && published === undefined) return null;
  if (details === null) return { kind: 'unseen', wanted };
  if (command !== undefined && !matches(details.command, command)) {
    return { kind: 'other-command', wanted, seen: details.command, needed: command };
  }
  if (env !== undefined && !details.env.some((variable) => matches(variable, env))) {
    return { kind: 'no-variable', wanted, needed: env };
  }
  if (published !== undefined && !details.published.includes(published)) {
    return { kind: 'not-published', wanted, needed: published };
  }
  return null;
}

function stateDifference(
  container: SeenContainer,
  needed: NonNullable<ContainerCheck['state']>,
  wanted: Wanted,
): Reason | null {
  const seen = container.status;
  if (container.removed && needed !== 'exited') return { kind: 'removed', wanted };
  if (seen === needed) return null;
  if (needed === 'exited' && container.removed) return null;
  if (seen === 'created') return { kind: 'not-started', wanted };
  if (needed === 'exited' && seen === 'running') return { kind: 'still-running', wanted };
  return { kind: 'wrong-state', wanted, seen, needed };
}
