import type { XrayBlock } from '../../course/index.ts';
import type { StepStates } from '../session/steps.svelte.ts';
import type { LessonState } from '../state/lesson.svelte.ts';
import type { Route } from '../state/route.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';

/** What a lesson is shown with, and what can be asked for in it. */
export interface LessonProps {
  settings: Settings;
  route: Route;
  lesson: LessonState;
  /** The machine at the beginning of each step. */
  steps: StepStates;
  /** Whether there is a terminal to type into. */
  ready: boolean;
  /** The machine has run for a moment: what goes back and forth in it can be offered. */
  settled: boolean;
  onrun: (command: string, byPointer: boolean) => void;
  /** Opens a file in the editor; with a text, that becomes its content. */
  onfile: (path: string, text: string | null) => void;
  /** Shows something in the x-ray. */
  onlook: (what: XrayBlock) => void;
  onhide: () => void;
}
