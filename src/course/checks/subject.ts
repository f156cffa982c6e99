/** Which container a check is about: by image, by name, or by both. */
import type { SeenContainer, SeenEvent } from '../engine.ts';
import type { Observed, Wanted } from './outcome.ts';
import { sameImage } from './reference.ts';

interface Subject {
  readonly image?: string | undefined;
  readonly name?: string | undefined;
}

export function wantedOf(check: Subject): Wanted {
  if (check.name !== undefined) return { name: check.name };
  if (check.image !== undefined) return { image: check.image };
  throw new Error('a check names neither image nor name; the schema lets none through');
}

export function isNamed(container: SeenContainer, check: Subject): boolean {
  return (
    (check.image === undefined || sameImage(container.image, check.image)) &&
    (check.name === undefined || container.name === check.name)
  );
}

/** The newest one that can still be looked into. */
export function newest(
  containers: readonly SeenContainer[],
  check: Subject,
): SeenContainer | undefined {
  return containers.findLast((container) => isNamed(container, check) && !container.removed);
}

/** What happened to such containers, in the step or in the whole lesson. */
export function eventsOf(
  check: Subject & { readonly since?: 'step' | 'lesson' | undefined },
  { state, stepStart }: Observed,
): readonly SeenEvent[] {
  const ids = new Set(
    state.containers.filter((container) => isNamed(container, check)).map(({ id }) => id),
  );
  const events = check.since === 'lesson' ? state.events : state.events.slice(stepStart.events);
  return events.filter(({ id }) => ids.has(id));
}

/** Whether `text` is `pattern`, in which `*` stands for anything. */
export function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*')}$`).test(text);
}
