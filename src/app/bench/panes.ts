import type { Component } from 'svelte';
import type { Guest } from '../state/guest.ts';
import type { LessonState } from '../state/lesson.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';
import type { Workbench } from '../state/workbench.svelte.ts';
import type { IconName } from '../ui/Icon.svelte';

/** What every pane is given. */
export interface PaneProps {
  readonly settings: Settings;
  readonly bench: Workbench;
  readonly lesson: LessonState;
  /** The learner's own machine, which runs; another object after another start, and the pane begins anew. */
  readonly guest: Guest;
  /** Types a command into the terminal and enters it. */
  readonly run: (command: string) => void;
}

interface Pane {
  readonly icon: IconName;
  /** Its code comes when it is opened first. */
  readonly load: () => Promise<{ readonly default: Component<PaneProps> }>;
}

/** What can stand beside the terminal, one at a time, in the order of their tabs. */
export const panes = {
  editor: { icon: 'pencil', load: () => import('../editor/Editor.svelte') },
  xray: { icon: 'xray', load: () => import('../xray/Xray.svelte') },
  preview: { icon: 'browser', load: () => import('../preview/Preview.svelte') },
  images: { icon: 'layers', load: () => import('../gallery/Gallery.svelte') },
  laptop: { icon: 'laptop', load: () => import('../laptop/Laptop.svelte') },
} as const satisfies Record<string, Pane>;

export type PaneName = keyof typeof panes;

// `Object.keys` cannot tell that the object has no other keys; it is written out right above.
export const paneNames = Object.keys(panes) as PaneName[];
