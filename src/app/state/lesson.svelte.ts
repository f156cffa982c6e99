import { engineClient, LessonRunner, StoredProgress } from '../../course/index.ts';
import type {
  Block,
  Course,
  CourseLesson,
  Language,
  Lesson,
  StepView,
} from '../../course/index.ts';
import type { Guest } from './guest.ts';
import { browserStorage } from './storage.ts';

/** The lesson beside the terminal: its steps as they stand, and the one that is being read. */
export class LessonState {
  /** The lesson's place and titles in the course; null until it is here. */
  entry: CourseLesson | null = $state.raw(null);
  minutes = $state(0);
  intro: readonly Block[] = $state.raw([]);
  steps: readonly StepView[] = $state.raw([]);
  /** Something other than a step that the reader should know. */
  notice: string | null = $state(null);
  finished = $state(false);
  /** Index of the step being read. */
  reading = $state(0);
  /** Whether a machine is being watched. */
  watching = $state(false);
  /** The lesson's files did not arrive; what happened. */
  problem: string | null = $state(null);

  readonly step: StepView | null = $derived(this.steps[this.reading] ?? null);
  /** Index of the step whose checks are watched; -1 when all are passed. */
  readonly begun: boolean = $derived(this.steps.some(({ state }) => state === 'passed'));
  readonly openIndex: number = $derived(this.steps.findIndex(({ state }) => state === 'open'));

  #lesson: Lesson | null = null;
  #runner: LessonRunner | null = null;
  #guest: Guest | null = null;
  #language: Language;

  constructor(language: Language) {
    this.#language = language;
  }

  /** Reads the first lesson that is ready. Never rejects: `problem` tells. */
  async load(): Promise<void> {
    this.problem = null;
    try {
      const { course, loadLesson } = await import('virtual:course');
      const entry = firstReady(course);
      const lesson = await loadLesson(entry.id);
      this.#lesson = lesson;
      this.entry = entry;
      this.minutes = lesson.minutes;
      this.#begin();
      this.reading = Math.max(0, this.openIndex);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** The machine to watch; null while there is none. */
  watch(guest: Guest | null): void {
    if (guest === this.#guest) return;
    this.#guest = guest;
    this.#begin();
  }

  /** Looks at the machine afresh, after it was lost sight of. */
  watchAgain(): void {
    this.#begin();
  }

  setLanguage(language: Language): void {
    this.#language = language;
    this.#runner?.setLanguage(language);
  }

  answer(questionId: string, choice: number): void {
    if (this.step) this.#runner?.answer(this.step.id, questionId, choice);
  }

  revealHint(): void {
    if (this.step) this.#runner?.revealHint(this.step.id);
  }

  /** Forgets the progress. What exists in the machine stays, and counts again. */
  restart(): void {
    this.#runner?.restart();
    this.reading = 0;
  }

  read(index: number): void {
    if (this.steps[index] !== undefined) this.reading = index;
  }

  #begin(): void {
    this.#runner?.stop();
    this.#runner = null;
    this.watching = false;
    if (this.#lesson === null) return;
    const guest = this.#guest;
    // Without a machine nothing is asked yet: the runner begins only when there is one.
    const ask: Parameters<typeof engineClient>[0] = (path, options) =>
      guest?.request(path, options) ?? Promise.reject(new Error('the machine does not run yet'));
    const runner = new LessonRunner(this.#lesson, engineClient(ask), {
      language: this.#language,
      progress: new StoredProgress(browserStorage),
    });
    this.#runner = runner;
    runner.onChange(() => {
      this.#show(runner);
    });
    this.#show(runner);
    if (guest === null) return;
    runner.start().then(
      () => {
        if (this.#runner === runner) this.watching = true;
      },
      (error: unknown) => {
        if (this.#runner === runner)
          this.notice = error instanceof Error ? error.message : String(error);
      },
    );
  }

  #show(runner: LessonRunner): void {
    this.intro = runner.intro;
    this.steps = runner.steps;
    this.notice = runner.notice;
    this.finished = runner.passed;
  }
}

function firstReady(course: Course): CourseLesson {
  const lesson = course.parts
    .flatMap((part) => part.lessons)
    .find(({ state }) => state === 'ready');
  if (lesson === undefined) throw new Error('lessons/course.yaml names no lesson that is ready');
  return lesson;
}
