/**
 * A lesson being taken: watches the engine, opens the steps one after the other, and says of each check of the open
 * step what was seen and what is missing. Knows nothing of a page; `onChange` says when to look again.
 */
import type { Observed } from './checks/outcome.ts';
import { nothingSeen } from './engine.ts';
import type { EngineClient } from './engine.ts';
import type * as Judge from './judge.ts';
import type { Block, Language, Lesson, QuestionBlock, Step } from './lesson.ts';
import { noProgress } from './progress.ts';
import type { Progress, ProgressProblem, ProgressStore } from './progress.ts';
import type { CheckView, Disposable, StepView } from './view.ts';

export interface RunnerOptions {
  readonly language: Language;
  readonly progress: ProgressStore;
}

export class LessonRunner {
  readonly lesson: Lesson;
  readonly #store: ProgressStore;
  readonly #client: EngineClient;
  readonly #listeners = new Set<() => void>();
  #language: Language;
  #progress: Progress;
  #progressProblem: ProgressProblem | null;
  #engineProblem: string | null = null;
  /** Null until `start`. */
  #judge: typeof Judge | null = null;
  #watch: Judge.EngineWatch | null = null;
  #stopped = false;
  #state = nothingSeen;
  #stepStart = { requests: 0, events: 0 };
  #steps: readonly StepView[] = [];

  constructor(lesson: Lesson, client: EngineClient, options: RunnerOptions) {
    this.lesson = lesson;
    this.#language = options.language;
    this.#store = options.progress;
    const { progress, problem } = this.#store.load(lesson.id);
    this.#progress = progress;
    this.#progressProblem = problem;
    this.#client = client;
    this.#steps = this.#view();
  }

  /** Begins to watch; resolves when the engine's state has been read for the first time (or `stop` was called). */
  async start(): Promise<void> {
    const judge = await import('./judge.ts');
    if (this.#stopped) return;
    this.#judge = judge;
    this.#watch = new judge.EngineWatch(this.#client, {
      changed: (state) => {
        this.#state = state;
        this.#advance();
      },
      problem: (detail) => {
        if (detail === this.#engineProblem) return;
        this.#engineProblem = detail;
        this.#announce();
      },
      probes: (state) => judge.probesOf(this.#openStep()?.checks ?? [], state),
    });
    await this.#watch.start();
  }

  /** Ends watching for good. */
  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    this.#listeners.clear();
  }

  get language(): Language {
    return this.#language;
  }

  setLanguage(language: Language): void {
    this.#language = language;
    this.#announce();
  }

  /** What is read before the first step. */
  get intro(): readonly Block[] {
    return this.lesson.intro[this.#language];
  }

  /** A new array after each change. */
  get steps(): readonly StepView[] {
    return this.#steps;
  }

  /** The whole lesson. */
  get passed(): boolean {
    return this.#openStep() === undefined;
  }

  /** A sentence about something other than a step that the learner should know, or null; none before `start`. */
  get notice(): string | null {
    const say = this.#judge?.sentences(this.#language);
    if (say === undefined) return null;
    if (this.#engineProblem !== null) {
      return say.notice({ kind: 'engine-unreachable', detail: this.#engineProblem });
    }
    if (this.#progressProblem === 'unreadable') return say.notice({ kind: 'progress-unreadable' });
    if (this.#progressProblem === 'blocked') return say.notice({ kind: 'progress-blocked' });
    return null;
  }

  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  /** Answers a question; a later answer replaces an earlier one. */
  answer(stepId: string, questionId: string, choice: number): void {
    const question = this.#question(this.#step(stepId), questionId);
    if (question.choices[choice] === undefined) {
      throw new Error(
        `question "${questionId}" of step "${stepId}" has choices 0 to ${String(question.choices.length - 1)}, not ${String(choice)}`,
      );
    }
    const answers = { ...this.#progress.answers[stepId], [questionId]: choice };
    this.#save({ ...this.#progress, answers: { ...this.#progress.answers, [stepId]: answers } });
    this.#advance();
  }

  /** Shows one more rung of a step's hint ladder; on the last it does nothing. */
  revealHint(stepId: string): void {
    const ladder = this.#step(stepId).prose[this.#language].blocks.find((b) => b.type === 'hints');
    const revealed = this.#progress.hints[stepId] ?? 0;
    if (ladder === undefined || revealed >= ladder.hints.length) return;
    this.#save({ ...this.#progress, hints: { ...this.#progress.hints, [stepId]: revealed + 1 } });
    this.#announce();
  }

  /** Forgets the progress of this lesson. What exists in the machine stays, and counts again. */
  restart(): void {
    this.#open();
    this.#save(noProgress);
    this.#advance();
    this.#watch?.look();
  }

  /**
   * Turns the step that was passed last back: it is open again, its answers forgotten. Whoever calls this puts the
   * machine back too and watches that one with another runner; in this machine the step's deeds still stand.
   */
  undo(): void {
    const id = this.#progress.passed.at(-1);
    if (id === undefined) return;
    this.#open();
    this.#save({
      ...this.#progress,
      passed: this.#progress.passed.slice(0, -1),
      answers: { ...this.#progress.answers, [id]: {} },
    });
    this.#announce();
  }

  /** What has happened so far does not count for the step that opens now. */
  #open(): void {
    const { requests, events } = this.#state;
    this.#stepStart = { requests: requests.length, events: events.length };
  }

  #step(stepId: string): Step {
    const step = this.lesson.steps.find(({ id }) => id === stepId);
    if (step === undefined) throw new Error(`lesson "${this.lesson.id}" has no step "${stepId}"`);
    return step;
  }

  #question(step: Step, questionId: string): QuestionBlock {
    const question = step.prose[this.#language].blocks.find(
      (block) => block.type === 'question' && block.id === questionId,
    );
    if (question?.type !== 'question') {
      throw new Error(`step "${step.id}" has no question "${questionId}"`);
    }
    return question;
  }

  #openStep(): Step | undefined {
    return this.lesson.steps.find(({ id }) => !this.#progress.passed.includes(id));
  }

  /** Passes every step whose checks hold. The requests and events that passed one do not count for the next. */
  #advance(): void {
    const before = this.#openStep();
    for (let step = before; step !== undefined; step = this.#openStep()) {
      if (this.#checkViews(step).some(({ passed }) => !passed)) break;
      this.#open();
      this.#save({
        ...this.#progress,
        passed: [...this.#progress.passed, step.id],
        times: { ...this.#progress.times, [step.id]: Date.now() },
      });
    }
    this.#announce();
    if (this.#openStep() !== before) this.#watch?.look();
  }

  #observed(step: Step): Observed {
    return { state: this.#state, stepStart: this.#stepStart, answers: this.#answers(step) };
  }

  #answers(step: Step): StepView['answers'] {
    const chosen = Object.entries(this.#progress.answers[step.id] ?? {});
    const questions = step.prose[this.#language].blocks.filter((b) => b.type === 'question');
    return Object.fromEntries(
      chosen.flatMap(([id, choice]) => {
        const question = questions.find((block) => block.id === id);
        // Progress may be older than the lesson: an answer to a question that is gone is left out.
        if (question === undefined) return [];
        return [[id, { choice, correct: choice === question.correct }]];
      }),
    );
  }

  #save(progress: Progress): void {
    this.#progress = progress;
    const problem = this.#store.save(this.lesson.id, progress);
    // "unreadable" has been said; once something new is kept it is no longer so.
    this.#progressProblem = problem;
  }

  #announce(): void {
    this.#steps = this.#view();
    for (const listener of this.#listeners) listener();
  }

  #view(): readonly StepView[] {
    const open = this.#openStep();
    return this.lesson.steps.map((step): StepView => {
      const passed = this.#progress.passed.includes(step.id);
      return {
        id: step.id,
        ...step.prose[this.#language],
        state: passed ? 'passed' : step === open ? 'open' : 'locked',
        checks: passed
          ? step.checks.map(() => ({ passed: true, reason: '' }))
          : step === open
            ? this.#checkViews(step)
            : [],
        hintsRevealed: this.#progress.hints[step.id] ?? 0,
        answers: this.#answers(step),
      };
    });
  }

  /** Before there is a judge nothing has passed, and there is nothing to say about it. */
  #checkViews(step: Step): readonly CheckView[] {
    const judge = this.#judge;
    if (judge === null) return step.checks.map(() => ({ passed: false, reason: '' }));
    const observed = this.#observed(step);
    const say = judge.sentences(this.#language);
    return step.checks.map((check) => {
      const outcome = judge.evaluate(check, observed);
      return outcome.passed
        ? { passed: true, reason: '' }
        : { passed: false, reason: say.reason(outcome.reason) };
    });
  }
}
