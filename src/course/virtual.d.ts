/** The lessons, read and checked when the page is built; `tools/vite-lessons.ts` provides it. */
declare module 'virtual:course' {
  // An ambient module may not import relatively with a statement, so the types are named in place.
  /* eslint-disable @typescript-eslint/consistent-type-imports */
  export const course: import('./lesson.ts').Course;
  /** Of the lessons that are ready, by id: what the list of lessons shows. */
  export const sizes: Readonly<
    Record<string, { readonly steps: number; readonly minutes: number }>
  >;
  /** Loads a lesson's chunk. Rejects when no lesson of that id is ready. */
  export function loadLesson(id: string): Promise<import('./lesson.ts').Lesson>;
  /** Loads what the lesson's `solution.sh` does. Rejects like `loadLesson`. */
  export function loadSolution(id: string): Promise<readonly import('./script.ts').SolutionStep[]>;
}
