import { engineClient, LessonRunner, StoredProgress } from '../../course/index.ts';
import type {
  Block,
  Course,
  CourseLesson,
  Language,
  Lesson,
  PerLanguage,
  Progress,
  StepView,
} from '../../course/index.ts';
import type { Guest } from './guest.ts';
import { browserStorage } from './storage.ts';
import type { KeyValue } from './storage.ts';

/** A lesson in the list of all: how far the reader has come. */
export interface LessonProgress {
  readonly entry: CourseLesson;
  readonly passed: number;
  /** 0 while it is not written yet. */
  readonly steps: number;
  readonly minutes: number;
}

/** The lesson beside the terminal: its steps as they stand, and the one that is being read. */
export class LessonState {
  /** The lesson's place and titles in the course; null until it is here. */
  entry: CourseLesson | null = $state.raw(null);
  minutes = $state(0);
  /** The written lessons before and after it. */
  previous: CourseLesson | null = $state.raw(null);
  next: CourseLesson | null = $state.raw(null);
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

  /** Index of the step that was passed last; -1 when there is none. */
  readonly lastPassed: number = $derived(
    this.steps.findLastIndex(({ state }) => state === 'passed'),
  );

  /** Called when a step begins, its checks being watched: with the ids of the lesson and the step. */
  onStep: (lesson: string, step: string) => void = () => undefined;

  #lesson: Lesson | null = null;
  #runner: LessonRunner | null = null;
  /** Id of the open step. */
  #open: string | undefined;
  #guest: Guest | null = null;
  #language: Language;
  readonly #progress: StoredProgress;

  /** @param storage Where the progress is kept. */
  constructor(language: Language, storage: () => KeyValue = browserStorage) {
    this.#language = language;
    this.#progress = new StoredProgress(storage);
  }

  /**
   * Opens a lesson at a step (from 1), or with null the one to go on with, where the reader was. Never rejects:
   * `problem` tells.
   */
  async open(id: string | null, step: number | null): Promise<void> {
    this.problem = null;
    const before = this.#lesson;
    try {
      const { course, sizes, loadLesson } = await import('virtual:course');
      const ready = readyLessons(course);
      const wanted = id ?? before?.id ?? this.#goOnWith(ready, sizes);
      if (before?.id !== wanted) {
        const lesson = await loadLesson(wanted);
        const index = ready.findIndex((entry) => entry.id === wanted);
        this.#lesson = lesson;
        this.entry = ready[index] ?? null;
        this.previous = ready[index - 1] ?? null;
        this.next = ready[index + 1] ?? null;
        this.minutes = lesson.minutes;
        this.#begin();
        this.reading = Math.max(0, this.openIndex);
      }
      if (step !== null) this.read(step - 1);
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  /** Reads the lesson's files again, as its author has changed them; the machine and the progress stay. */
  async refresh(): Promise<void> {
    const { loadLesson } = await import('virtual:course');
    if (this.#lesson === null) return;
    try {
      this.#lesson = await loadLesson(this.#lesson.id);
    } catch (error) {
      // A mistake in the files, with file, line and field; the lesson stays as it was.
      this.notice = error instanceof Error ? error.message : String(error);
      return;
    }
    this.#begin();
    this.read(Math.min(this.reading, this.steps.length - 1));
  }

  /** The whole course with the reader's progress. */
  async parts(): Promise<readonly { title: PerLanguage<string>; lessons: LessonProgress[] }[]> {
    const { course, sizes } = await import('virtual:course');
    return course.parts.map(({ title, lessons }) => ({
      title,
      lessons: lessons.map((entry) => ({
        entry,
        passed: this.#passedOf(entry.id),
        steps: sizes[entry.id]?.steps ?? 0,
        minutes: sizes[entry.id]?.minutes ?? 0,
      })),
    }));
  }

  /** How far the reader is in a lesson. */
  progressOf(id: string): Progress {
    return this.#progress.load(id).progress;
  }

  /** Puts other progress in the place of what there is; `watchAgain` shows it. */
  take(progress: Readonly<Record<string, Progress>>): void {
    for (const [id, one] of Object.entries(progress)) this.#progress.save(id, one);
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

  /**
   * Turns steps back, down to the one with this index, which is open again. The machine that was watched has to go
   * back too: what was done in it still stands, and it is not watched any more.
   */
  goBack(index: number): void {
    this.watch(null);
    while (this.steps[index]?.state === 'passed') this.#runner?.undo();
    this.read(index);
  }

  /** Id of the lesson's step with this index. */
  idOf(index: number): string | undefined {
    return this.steps[index]?.id;
  }

  read(index: number): void {
    if (this.steps[index] !== undefined) this.reading = index;
  }

  /** The first lesson that is not finished; the first of all when all are. */
  #goOnWith(
    ready: readonly CourseLesson[],
    sizes: Readonly<Record<string, { readonly steps: number }>>,
  ): string {
    const open = ready.find(({ id }) => this.#passedOf(id) < (sizes[id]?.steps ?? 0));
    return (open ?? ready[0])?.id ?? '';
  }

  #passedOf(id: string): number {
    return this.#progress.load(id).progress.passed.length;
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
      progress: this.#progress,
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
    const open = runner.steps.find(({ state }) => state === 'open')?.id;
    const begins = this.watching && open !== undefined && open !== this.#open;
    this.#open = open;
    if (begins) this.onStep(runner.lesson.id, open);
    this.intro = runner.intro;
    this.steps = runner.steps;
    this.notice = runner.notice;
    this.finished = runner.passed;
  }
}

function readyLessons(course: Course): readonly CourseLesson[] {
  const ready = course.parts
    .flatMap((part) => part.lessons)
    .filter(({ state }) => state === 'ready');
  if (ready.length === 0) throw new Error('lessons/course.yaml names no lesson that is ready');
  return ready;
}
