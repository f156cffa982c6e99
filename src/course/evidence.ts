/**
 * A learner's evidence: what was passed of a lesson, when, and what was seen in the machine for it. A file for whoever
 * teaches; it is the learner's own word, since whoever holds a file can change it.
 */
import type { Lesson, PerLanguage } from './lesson.ts';
import type { Progress } from './progress.ts';
import type { Check } from './schema-checks.ts';

/** What the file holds, as JSON. */
export interface Evidence {
  readonly format: 'ship-in-a-bottle/evidence';
  readonly version: 1;
  /** When it was written (ISO 8601). */
  readonly made: string;
  readonly lessons: readonly LessonEvidence[];
}

export interface LessonEvidence {
  readonly id: string;
  readonly title: PerLanguage<string>;
  /** Whether every step was passed. */
  readonly passed: boolean;
  readonly steps: readonly StepEvidence[];
}

interface StepEvidence {
  readonly id: string;
  readonly title: PerLanguage<string>;
  readonly passed: boolean;
  /** When (ISO 8601); null when it was not passed, or before times were noted. */
  readonly at: string | null;
  /** The states of the machine that were observed, as `lesson.yaml` names them; none of a step that is not passed. */
  readonly observed: readonly Check[];
}

/** What a learner has done of a lesson. */
export function evidenceOf(
  lesson: Lesson,
  title: PerLanguage<string>,
  { passed, times = {} }: Progress,
): LessonEvidence {
  const steps = lesson.steps.map(({ id, prose, checks }): StepEvidence => {
    const done = passed.includes(id);
    const at = times[id];
    return {
      id,
      title: { en: prose.en.title, ko: prose.ko.title },
      passed: done,
      at: done && at !== undefined ? new Date(at).toISOString() : null,
      observed: done ? checks : [],
    };
  });
  return { id: lesson.id, title, passed: steps.every((step) => step.passed), steps };
}

/** The whole file. */
export function evidence(lessons: readonly LessonEvidence[], made: Date): Evidence {
  return { format: 'ship-in-a-bottle/evidence', version: 1, made: made.toISOString(), lessons };
}
