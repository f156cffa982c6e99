import type { Frame } from '../embed/frame.ts';
import type { Route } from '../state/route.svelte.ts';
import { lessonWidths } from '../state/settings.svelte.ts';
import type { Settings } from '../state/settings.svelte.ts';
import type { Workbench } from '../state/workbench.svelte.ts';
import { lessonColumn } from './columns.ts';
import type { Region } from './Switcher.svelte';

/** From here on lesson and terminal fit beside each other, in px; the style sheets say the same in rem. */
const WIDE = 900;

/** Which regions of the page there are, which of them are seen, and how wide they are. */
export class Layout {
  /** Width of the window, in px. */
  width = $state(window.innerWidth);
  /** The region that is seen where there is room for one. */
  region: Region = $state('lesson');
  /** The narrowest that the lesson may be, in px. */
  readonly least: number;

  readonly #settings: Settings;
  readonly #route: Route;
  readonly #frame: Frame | null;

  constructor(settings: Settings, route: Route, bench: Workbench, frame: Frame | null) {
    this.#settings = settings;
    this.#route = route;
    this.#frame = frame;
    this.least = frame?.least ?? lessonWidths.least;
    if (bench.paneOpen) this.region = 'companion';
  }

  /** Whether lesson and terminal fit beside each other. */
  get isWide(): boolean {
    return this.width > (this.#frame?.wide ?? WIDE);
  }

  /** The lesson's width beside the terminal, and the most that it may have, in px. */
  get column(): ReturnType<typeof lessonColumn> {
    return lessonColumn(this.width, this.#settings.lessonWidth, this.least);
  }

  get lessonShown(): boolean {
    if (this.#route.place !== 'lesson') return false;
    return this.isWide ? this.#settings.lessonOpen : this.region === 'lesson';
  }

  get benchShown(): boolean {
    return this.isWide || this.#route.place === 'sandbox' || this.region !== 'lesson';
  }

  /** What there is to choose from on a narrow screen. */
  get regions(): readonly Region[] {
    if (this.#route.place === 'lesson') return ['lesson', 'companion', 'terminal'];
    return this.#frame?.panes === false ? ['terminal'] : ['companion', 'terminal'];
  }

  /** What of the bench is seen on a narrow screen; null where all of it fits. */
  get only(): 'companion' | 'terminal' | null {
    if (this.isWide) return null;
    return this.region === 'companion' ? 'companion' : 'terminal';
  }

  /** The page's columns, for its style. */
  get columns(): string {
    if (!this.isWide || this.#route.place === 'sandbox') return 'minmax(0, 1fr)';
    const lesson = this.#settings.lessonOpen ? `${String(this.column.width)}px` : '2.75rem';
    return `${lesson} 1px minmax(0, 1fr)`;
  }
}
