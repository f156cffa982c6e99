/**
 * The course, as the page uses it. Reading lesson files is apart (`loader.ts`): that happens when the page is built.
 */
export { languages } from './lesson.ts';
export type {
  Block,
  Course,
  CourseLesson,
  Language,
  Lesson,
  PerLanguage,
  QuestionBlock,
  XrayBlock,
} from './lesson.ts';
export { engineClient } from './client.ts';
export type { EngineClient } from './engine.ts';
export { follow, pause, waitAfter } from './follow.ts';
export { event as engineEvent } from './shapes.ts';
export type { EngineEvent } from './shapes.ts';
export { MemoryProgress, progressSchema, StoredProgress } from './progress.ts';
export type { Progress } from './progress.ts';
export { LessonRunner } from './runner.ts';
export type { SolutionStep } from './script.ts';
export type { AnswerView, StepView } from './view.ts';
