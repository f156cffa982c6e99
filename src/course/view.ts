/** What the page shows of a lesson in progress; made by `runner.ts`, in the reader's language. */
import type { Block } from './lesson.ts';

export interface CheckView {
  readonly passed: boolean;
  /** One or two sentences: what was seen and what is missing. Empty when passed. */
  readonly reason: string;
}

export interface AnswerView {
  /** Index into the question's choices. */
  readonly choice: number;
  readonly correct: boolean;
}

export interface StepView {
  readonly id: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /**
   * `open`: its checks are being watched (one step at a time). `locked`: comes later; it may be read, not passed.
   * `passed` stays passed.
   */
  readonly state: 'open' | 'passed' | 'locked';
  /** Of the open step; of a passed one all passed; empty for a locked one. */
  readonly checks: readonly CheckView[];
  /** How many rungs of the step's hint ladder are shown. */
  readonly hintsRevealed: number;
  /** By question id. Absent: not answered yet. */
  readonly answers: Readonly<Record<string, AnswerView>>;
}

/** Something to undo: a subscription. */
export interface Disposable {
  dispose(): void;
}
