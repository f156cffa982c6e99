/** What a check finds. Data only; `reasons/` turns a reason into a sentence. */
import type { EngineState } from '../engine.ts';
import type { AnswerView } from '../view.ts';

export interface StepStart {
  readonly requests: number;
  readonly events: number;
}

/** What a check may look at. */
export interface Observed {
  readonly state: EngineState;
  /** How many requests and events there were when the step opened. */
  readonly stepStart: StepStart;
  /** The step's answered questions. */
  readonly answers: Readonly<Record<string, AnswerView>>;
}

export type Outcome =
  /** `times`: when the deeds happened (guest's clock, ms), oldest first; empty for what has no time. */
  | { readonly passed: true; readonly times: readonly number[] }
  | { readonly passed: false; readonly reason: Reason };

/** A container as a check names it. */
export type Wanted = { readonly image: string } | { readonly name: string };

/** A request, for describing: the path may hold `*`. */
export interface RequestName {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
}

/** Something a check asks for, for sentences about order. */
export type Deed =
  | { readonly kind: 'container'; readonly wanted: Wanted }
  | { readonly kind: 'request'; readonly request: RequestName };

/** What was seen, and with it what is missing. */
export type Reason =
  | { readonly kind: 'no-container'; readonly wanted: Wanted }
  | { readonly kind: 'pull-refused'; readonly asked: string; readonly wanted: Wanted }
  | { readonly kind: 'other-container'; readonly seen: string; readonly wanted: Wanted }
  | {
      readonly kind: 'too-few-containers';
      readonly seen: number;
      readonly needed: number;
      readonly wanted: Wanted;
    }
  | { readonly kind: 'other-name'; readonly seen: string; readonly wanted: Wanted }
  | { readonly kind: 'unseen'; readonly wanted: Wanted }
  | {
      readonly kind: 'other-command';
      readonly wanted: Wanted;
      readonly seen: string;
      readonly needed: string;
    }
  | { readonly kind: 'no-variable'; readonly wanted: Wanted; readonly needed: string }
  | { readonly kind: 'not-published'; readonly wanted: Wanted; readonly needed: string }
  | {
      readonly kind: 'too-few-starts';
      readonly wanted: Wanted;
      readonly seen: number;
      readonly needed: number;
    }
  | { readonly kind: 'no-terminal'; readonly wanted: Wanted }
  | { readonly kind: 'has-terminal'; readonly wanted: Wanted }
  | { readonly kind: 'not-started'; readonly wanted: Wanted }
  | { readonly kind: 'still-running'; readonly wanted: Wanted }
  | {
      readonly kind: 'wrong-state';
      readonly wanted: Wanted;
      readonly seen: string;
      readonly needed: string;
    }
  | {
      readonly kind: 'wrong-exit';
      readonly wanted: Wanted;
      readonly seen: number | null;
      readonly needed: number;
    }
  | { readonly kind: 'removed'; readonly wanted: Wanted }
  | { readonly kind: 'still-there'; readonly wanted: Wanted }
  | { readonly kind: 'no-image'; readonly name: string }
  | { readonly kind: 'image-there'; readonly name: string }
  | { readonly kind: 'image-refused'; readonly asked: string; readonly name: string }
  | { readonly kind: 'other-history'; readonly name: string; readonly needed: string }
  | { readonly kind: 'not-smaller'; readonly name: string; readonly than: string }
  | {
      readonly kind: 'no-exec';
      readonly wanted: Wanted;
      /** Another command that was run, or null. */
      readonly seen: string | null;
      readonly needed: string;
    }
  | { readonly kind: 'exec-running'; readonly wanted: Wanted; readonly command: string }
  | {
      readonly kind: 'exec-failed';
      readonly wanted: Wanted;
      readonly command: string;
      readonly seen: number;
      readonly needed: number;
    }
  | {
      readonly kind: 'no-signal';
      readonly wanted: Wanted;
      /** Another signal that was sent, or null. */
      readonly seen: string | null;
      readonly needed: string;
    }
  | { readonly kind: 'no-event'; readonly wanted: Wanted; readonly action: string }
  | { readonly kind: 'no-file'; readonly wanted: Wanted; readonly path: string }
  | { readonly kind: 'file-there'; readonly wanted: Wanted; readonly path: string }
  | {
      readonly kind: 'file-differs';
      readonly wanted: Wanted;
      readonly path: string;
      readonly needed: string;
    }
  | { readonly kind: 'not-printed'; readonly wanted: Wanted; readonly needed: string }
  | { readonly kind: 'no-request'; readonly wanted: RequestName }
  | { readonly kind: 'other-request'; readonly seen: RequestName; readonly wanted: RequestName }
  | { readonly kind: 'request-failed'; readonly wanted: RequestName; readonly status: number }
  | { readonly kind: 'unanswered' }
  | { readonly kind: 'answered-wrong' }
  | { readonly kind: 'wrong-order'; readonly first: Deed; readonly then: Deed }
  | { readonly kind: 'in-between'; readonly between: Deed }
  | { readonly kind: 'unwanted' };

export function pass(times: readonly number[] = []): Outcome {
  return { passed: true, times: [...times].sort((a, b) => a - b) };
}

export function fail(reason: Reason): Outcome {
  return { passed: false, reason };
}
