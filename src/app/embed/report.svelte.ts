import { untrack } from 'svelte';
import type { Host } from '../../embed/host.ts';
import type { LessonState } from '../state/lesson.svelte.ts';
import type { MachineState } from '../state/machine.svelte.ts';

export interface ReportProps {
  readonly host: Host;
  readonly machine: MachineState;
  readonly lesson: LessonState;
  /** Whether a lesson is taken: `ready` then waits for it. */
  readonly watches: boolean;
  /** Types a command into the terminal. */
  readonly type: (command: string) => void;
  /** The first prompt is there. */
  readonly onready: () => void;
  /** What is typed first in each fresh machine. */
  readonly first: string | null;
}

/** What waits for a machine that is ready. */
export interface Asked {
  run(command: string): void;
  /** The next machine is another one, with everything before it. */
  again(): void;
}

/** Tells the embedding page what happens, and types what it asks for as soon as there is a prompt. */
export function report({
  host,
  machine,
  lesson,
  watches,
  type,
  onready,
  first,
}: ReportProps): Asked {
  let told: readonly string[] = [];
  let finished = false;
  let ready = false;
  let waiting: string[] = first === null ? [] : [first];
  let error = '';

  const fail = (code: string, message: string): void => {
    if (error === code + message) return;
    error = code + message;
    host.send({ type: 'error', code, message });
  };

  $effect.root(() => {
    $effect(() => {
      const here = machine.guest !== null && (!watches || lesson.watching);
      untrack(() => {
        if (!here || ready) return;
        ready = true;
        error = '';
        const { steps } = lesson;
        const passed = steps.filter(({ state }) => state === 'passed').length;
        host.send({
          type: 'ready',
          lesson: lesson.entry?.id ?? null,
          steps: steps.length,
          passed,
        });
        for (const command of waiting) type(command);
        waiting = [];
        onready();
      });
    });
    $effect(() => {
      const { steps, finished: all } = lesson;
      const id = lesson.entry?.id;
      if (id === undefined) return;
      const done = steps.filter(({ state }) => state === 'passed');
      // A step that is undone may be passed, and told, again; another lesson has others.
      told = done.map((step) => key(id, step.id)).filter((one) => told.includes(one));
      for (const step of done) {
        if (told.includes(key(id, step.id))) continue;
        told = [...told, key(id, step.id)];
        host.send({
          type: 'step-passed',
          lesson: id,
          step: step.id,
          number: steps.indexOf(step) + 1,
          steps: steps.length,
          passed: told.length,
        });
      }
      if (all && !finished && steps.length > 0) {
        host.send({ type: 'lesson-passed', lesson: id, steps: steps.length });
      }
      finished = all;
    });
    $effect(() => {
      if (machine.failure !== null) fail(machine.failure.kind, machine.failure.cause);
      if (lesson.problem !== null) fail('lesson', lesson.problem);
    });
  });

  return {
    run(command) {
      if (ready) type(command);
      else waiting.push(command);
    },
    again() {
      ready = false;
      waiting = first === null ? [] : [first];
    },
  };
}

function key(lesson: string, step: string): string {
  return `${lesson}/${step}`;
}
