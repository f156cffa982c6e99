import { getContext, setContext } from 'svelte';
import type { LessonState } from '../state/lesson.svelte.ts';
import type { MachineState } from '../state/machine.svelte.ts';
import type { SessionState } from './session.svelte.ts';

/** What is saved, for the components that show it: they are far below the page. */
export interface Saved {
  readonly session: SessionState;
  readonly machine: MachineState;
  readonly lesson: LessonState;
}

const key = Symbol('saved');

export function provideSaved(saved: Saved): void {
  setContext(key, saved);
}

/** Undefined where nothing is saved: in another page's frame. */
export function saved(): Saved | undefined {
  return getContext<Saved | undefined>(key);
}
