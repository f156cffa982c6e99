/**
 * The course, as the page uses it. Reading lesson files is apart (`loader.ts`): that happens when the page is built.
 */
export { languages } from './lesson.ts';
export type {
  Block,
  Course,
  CourseLesson,
  CoursePart,
  Language,
  Lesson,
  PerLanguage,
  QuestionBlock,
  Step,
} from './lesson.ts';
export { engineClient } from './client.ts';
export type { EngineClient } from './engine.ts';
export { MemoryProgress, StoredProgress } from './progress.ts';
export type { ProgressStore, StorageLike } from './progress.ts';
export { LessonRunner } from './runner.ts';
export type { RunnerOptions } from './runner.ts';
export type { AnswerView, CheckView, Disposable, StepView } from './view.ts';
