/** What the poster says about a lesson before any of it has been fetched. */
export interface LessonFacts {
  readonly number: number;
  readonly minutes: number;
  readonly title: Readonly<Record<'en' | 'ko', string>>;
  /** The first commands that the lesson has one type. */
  readonly commands: readonly string[];
}

/** Put in when embed.js and embed.html are built (tools/vite-embed.ts). */
export interface Facts {
  /** Of the lessons that are ready, by id. */
  readonly lessons: Readonly<Record<string, LessonFacts>>;
  /** What a start fetches, in MB. */
  readonly megabytes: number;
}
