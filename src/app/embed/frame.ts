import type { Component } from 'svelte';
import type { Settings } from '../state/settings.svelte.ts';

/** What is different about the page when it stands in another page's frame. */
export interface Frame {
  /** Stands for the header. */
  readonly Bar: Component<{ settings: Settings; href: string }>;
  /** Address of what is shown, on the whole page. */
  readonly href: () => string;
  /** On wider frames lesson and terminal fit beside each other, in px. */
  readonly wide: number;
  /** Whether a narrow frame offers what stands beside the terminal on a wide one. */
  readonly panes: boolean;
  /** The narrowest that the lesson may be beside the terminal, in px. */
  readonly least: number;
}
