import type { SolutionStep } from '../../course/index.ts';
import type { GuestConsole } from '../state/guest.ts';
import type { LessonState } from '../state/lesson.svelte.ts';
import type { Terminals } from '../state/terminals.svelte.ts';

/** The longest wait for a prompt, in ms, and for a step to pass after its last line. */
const PATIENCE = 60_000;
const SOON = 20_000;

/** Why it did not get where it should: the terminal was not at a prompt, or a step's checks did not hold. */
export type PlayProblem = 'busy' | 'open';

/** What a terminal shows when it waits for a line. */
const PROMPT = /(^|\n)[^\n]*[#$>] $/;
/** The same after the line's echo; a builder's arrow and the tip of a progress bar are no prompts. */
const NEXT_PROMPT = /\n[^\n]*(?:[$#]|(?<![-=])>) $/;

class Stopped extends Error {}
class Late extends Error {}

/** Types a lesson's solutions into the first terminal, for everybody to see. */
export class Player {
  /** Number of the step that is being played, from 1; 0 while none is. */
  playing = $state(0);
  problem: PlayProblem | null = $state(null);
  /** Number of the step at which it ended with a problem. */
  at = $state(0);

  readonly #lesson: LessonState;
  readonly #terminals: Terminals;
  readonly #guest: () => { readonly consoles: readonly GuestConsole[] } | null;
  #stopped = false;
  #shown = '';
  #look: () => void = () => undefined;

  constructor(
    lesson: LessonState,
    terminals: Terminals,
    guest: () => { readonly consoles: readonly GuestConsole[] } | null,
  ) {
    this.#lesson = lesson;
    this.#terminals = terminals;
    this.#guest = guest;
  }

  /** Plays the steps from the open one up to the one before `target`. Never rejects: `problem` tells. */
  async play(solution: readonly SolutionStep[], target: number): Promise<void> {
    const console = this.#guest()?.consoles[0];
    if (!console || this.playing > 0) return;
    this.#stopped = false;
    this.problem = null;
    this.#terminals.show(0);
    const decoder = new TextDecoder();
    const listener = console.onData((bytes) => {
      this.#shown += plain(decoder.decode(bytes, { stream: true }));
      this.#look();
    });
    try {
      this.playing = this.#lesson.openIndex + 1;
      await this.#enter('\r', PROMPT, SOON);
      for (let index = this.#lesson.openIndex; index >= 0 && index < target; index++) {
        await this.#playStep(solution, index);
      }
      this.#lesson.read(target);
    } catch (error) {
      if (!(error instanceof Stopped)) {
        this.at = this.playing;
        this.problem ??= 'busy';
      }
    } finally {
      listener.dispose();
      this.playing = 0;
    }
  }

  /** Ends it after what was just typed. */
  stop(): void {
    this.#stopped = true;
    this.#look();
  }

  async #playStep(solution: readonly SolutionStep[], index: number): Promise<void> {
    const lesson = this.#lesson;
    this.playing = index + 1;
    lesson.read(index);
    const deeds = solution.find(({ step }) => step === lesson.idOf(index))?.deeds ?? [];
    for (const deed of deeds) {
      if (deed.kind === 'answer') lesson.answer(deed.question, deed.choice);
      else if (deed.kind === 'press')
        await this.#enter(deed.keys, deed.until === null ? PROMPT : literal(deed.until), PATIENCE);
      else
        await this.#enter(
          `${deed.line}\r`,
          deed.until === null ? NEXT_PROMPT : literal(deed.until),
          PATIENCE,
        );
    }
    const passed = (): boolean => lesson.steps[index]?.state === 'passed';
    const end = performance.now() + SOON;
    while (!passed()) {
      if (this.#stopped) throw new Stopped();
      if (performance.now() > end) {
        this.problem = 'open';
        throw new Late();
      }
      await new Promise((next) => setTimeout(next, 50));
    }
  }

  /** Types, and waits until the terminal shows what follows. */
  #enter(keys: string, wanted: RegExp, patience: number): Promise<void> {
    if (this.#stopped) return Promise.reject(new Stopped());
    this.#shown = '';
    this.#terminals.type(keys);
    return new Promise((found, failed) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#look = () => undefined;
      };
      const timer = setTimeout(() => {
        end();
        failed(new Late());
      }, patience);
      this.#look = () => {
        if (this.#stopped) {
          end();
          failed(new Stopped());
        } else if (wanted.test(this.#shown)) {
          end();
          found();
        }
      };
    });
  }
}

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}

/** Without escape sequences and carriage returns. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex -- escape sequences are control characters
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\r/g, '');
}
