/**
 * What a lesson is, once its files are read: plain data (it survives JSON), so a build step can read and
 * check the files and the page gets the result. `loader.ts` makes it, `runner.ts` plays it.
 */
import type { Check } from './schema-checks.ts';

/** The languages every lesson exists in, both written first-hand. */
export const languages = ['en', 'ko'] as const;
export type Language = (typeof languages)[number];
export type PerLanguage<T> = Readonly<Record<Language, T>>;

/**
 * A piece of a step's prose, in the order it is read. Texts, hints, choices and explanations are Markdown (CommonMark
 * without raw HTML) in what `loader.ts` makes, and HTML in what the page gets (`rendered.ts`).
 */
export type Block =
  | { readonly type: 'markdown'; readonly text: string }
  /** A command that a click types into the terminal; `command` may hold several lines. */
  | { readonly type: 'run'; readonly command: string; readonly lang: 'sh' }
  /** A ladder: each hint says more than the one before; the last is the answer. */
  | { readonly type: 'hints'; readonly hints: readonly string[] }
  | QuestionBlock
  /** A file below the learner's home directory, to open in the editor; `text` is what it should become, if anything. */
  | { readonly type: 'file'; readonly path: string; readonly text: string | null }
  | XrayBlock;

/** What of the x-ray a lesson can point at: of a container, or of the whole machine. */
export const containerViews = [
  'processes',
  'namespaces',
  'memory',
  'signals',
  'layers',
  'trace',
] as const;
export const machineViews = ['containers', 'images', 'registry'] as const;
export type XrayView = (typeof containerViews)[number] | (typeof machineViews)[number];

/** Something to look at in the x-ray. */
export interface XrayBlock {
  readonly type: 'xray';
  readonly view: XrayView;
  /** Its name; null for a view of the machine. */
  readonly container: string | null;
  /** What there is to see. */
  readonly text: string;
}

/** A question with one right choice; `explanation` is for after an answer, right or wrong. */
export interface QuestionBlock {
  readonly type: 'question';
  readonly id: string;
  readonly text: string;
  readonly choices: readonly string[];
  /** Index into `choices`. */
  readonly correct: number;
  readonly explanation: string;
}

interface StepProse {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface Step {
  /** Unique in the lesson; lower case and hyphens. */
  readonly id: string;
  /** All of them must pass for the step to pass. */
  readonly checks: readonly Check[];
  readonly prose: PerLanguage<StepProse>;
}

export interface Lesson {
  readonly id: string;
  /** How long it takes a learner, in minutes. */
  readonly minutes: number;
  /** Images that the lesson uses, as a learner writes them. */
  readonly images: readonly string[];
  readonly machine: { readonly memory: number };
  /** What is read before the first step. */
  readonly intro: PerLanguage<readonly Block[]>;
  readonly steps: readonly Step[];
  /** Files of the learner's working directory at the start: path → content. */
  readonly files: Readonly<Record<string, string>>;
}

/** The course: every lesson's place and title, written or planned. */
export interface Course {
  readonly title: PerLanguage<string>;
  readonly parts: readonly CoursePart[];
}
interface CoursePart {
  readonly title: PerLanguage<string>;
  readonly lessons: readonly CourseLesson[];
}
export interface CourseLesson {
  readonly id: string;
  /** Place in the course, from 1, through all parts. */
  readonly number: number;
  /** `planned` lessons have a title and no files yet. */
  readonly state: 'ready' | 'planned';
  readonly title: PerLanguage<string>;
  /** What a learner can do afterwards, in one sentence. */
  readonly summary: PerLanguage<string>;
}
