import type { LessonState } from '../state/lesson.svelte.ts';
import type { MachineState } from '../state/machine.svelte.ts';
import type { Terminals } from '../state/terminals.svelte.ts';
import type { Computer } from '../state/workbench.svelte.ts';
import type { Player } from './player.svelte.ts';
import type { SessionState } from './session.svelte.ts';

/** What is done only after the reader was told what it costs. */
export type Question =
  | { readonly kind: 'again' | 'back' | 'skip'; readonly index: number }
  | { readonly kind: 'restart' };

/**
 * The machine at the beginning of each step of a lesson, kept when the step before was passed: to go back to, and to
 * begin a step again.
 */
export class StepStates {
  /** What the reader is asked before it is done. */
  asking: Question | null = $state.raw(null);
  /** Types solutions; null until it was needed. */
  player: Player | null = $state.raw(null);

  readonly lesson: LessonState;
  readonly #session: SessionState;
  readonly #machine: MachineState;
  readonly #terminals: Terminals;

  constructor(session: SessionState, { machine, terminals }: Computer, lesson: LessonState) {
    this.#session = session;
    this.#machine = machine;
    this.#terminals = terminals;
    this.lesson = lesson;
    lesson.onStep = (id, step) => {
      void session.keep(nameOf(id, step));
    };
  }

  /** Whether the machine can be put back to the beginning of the step with this index. */
  has(index: number): boolean {
    return index === 0 || this.#session.names.includes(this.#name(index));
  }

  /**
   * Puts the machine back to the beginning of a step, which is the open one then; later steps are to be done again.
   * The first step of a lesson begins in a fresh machine.
   */
  async back(index: number): Promise<void> {
    const name = this.#name(index);
    this.lesson.goBack(index);
    await this.#machine.start(
      false,
      index === 0 && !this.#session.names.includes(name) ? undefined : name,
    );
  }

  /** Goes on to a later step, by typing the solutions of those before it. */
  async skip(index: number): Promise<void> {
    const [{ Player }, { loadSolution }] = await Promise.all([
      import('./player.svelte.ts'),
      import('virtual:course'),
    ]);
    this.player ??= new Player(this.lesson, this.#terminals, () => this.#machine.guest);
    await this.player.play(await loadSolution(this.lesson.entry?.id ?? ''), index);
  }

  /** Forgets the progress of the lesson, and begins it in a fresh machine. */
  async restart(): Promise<void> {
    this.lesson.goBack(0);
    this.lesson.restart();
    await this.#machine.start();
  }

  #name(index: number): string {
    return nameOf(this.lesson.entry?.id ?? '', this.lesson.idOf(index) ?? '');
  }
}

function nameOf(lesson: string, step: string): string {
  return `step ${lesson}/${step}`;
}
