/**
 * How far a learner is, kept in something like localStorage: one key a lesson, written whole in one call, so a
 * closed tab leaves either the old or the new. What cannot be read starts afresh, and says so.
 */
// The page carries this: zod/mini is a quarter of zod's bytes.
import * as z from 'zod/mini';

export const progressSchema = z.object({
  version: z.literal(1),
  /** Ids of the steps passed. */
  passed: z.array(z.string()),
  /** Step id → hints revealed. */
  hints: z.record(z.string(), z.int().check(z.minimum(0))),
  /** Step id → question id → choice. */
  answers: z.record(z.string(), z.record(z.string(), z.int().check(z.minimum(0)))),
  /** Step id → when it was passed, in ms since 1970; progress of earlier versions has none. */
  times: z.optional(z.record(z.string(), z.int().check(z.minimum(0)))),
});

export type Progress = Readonly<z.infer<typeof progressSchema>>;

/** Why progress is not what the learner may expect. */
export type ProgressProblem = 'unreadable' | 'blocked';

export const noProgress: Progress = { version: 1, passed: [], hints: {}, answers: {} };

export interface ProgressStore {
  /** `problem` is null when the progress is as it was left (or the lesson was never begun). */
  load(lessonId: string): { progress: Progress; problem: ProgressProblem | null };
  /** Returns the problem instead of throwing: a lesson goes on without being kept. */
  save(lessonId: string, progress: Progress): ProgressProblem | null;
}

/** The part of the web's Storage that is used; localStorage is one. */
export interface StorageLike {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** Keeps progress under `lesson:<id>` of a Storage. */
export class StoredProgress implements ProgressStore {
  readonly #storage: () => StorageLike;
  /** What could not be kept goes on as long as the page is open. */
  readonly #unkept = new Map<string, Progress>();

  /** @param storage Called at each use, since even naming localStorage throws where storage is blocked. */
  constructor(storage: () => StorageLike) {
    this.#storage = storage;
  }

  load(lessonId: string): { progress: Progress; problem: ProgressProblem | null } {
    let text: string | null;
    try {
      text = this.#storage().getItem(keyOf(lessonId));
    } catch {
      return { progress: this.#unkept.get(lessonId) ?? noProgress, problem: 'blocked' };
    }
    if (text === null) return { progress: noProgress, problem: null };
    try {
      return { progress: progressSchema.parse(JSON.parse(text)), problem: null };
    } catch {
      return { progress: noProgress, problem: 'unreadable' };
    }
  }

  save(lessonId: string, progress: Progress): ProgressProblem | null {
    try {
      this.#storage().setItem(keyOf(lessonId), JSON.stringify(progress));
      return null;
    } catch {
      this.#unkept.set(lessonId, progress);
      return 'blocked';
    }
  }
}

/** Keeps progress for as long as the program runs: tests, and pages where storage is blocked. */
export class MemoryProgress implements ProgressStore {
  readonly #kept = new Map<string, Progress>();

  load(lessonId: string): { progress: Progress; problem: ProgressProblem | null } {
    return { progress: this.#kept.get(lessonId) ?? noProgress, problem: null };
  }

  save(lessonId: string, progress: Progress): ProgressProblem | null {
    this.#kept.set(lessonId, progress);
    return null;
  }
}

function keyOf(lessonId: string): string {
  return `lesson:${lessonId}`;
}
