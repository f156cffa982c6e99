import { probesOf } from '../../src/course/checks/content.ts';
import { evaluate } from '../../src/course/checks/evaluate.ts';
import { nothingSeen } from '../../src/course/engine.ts';
import { engineClient, languages, LessonRunner, MemoryProgress } from '../../src/course/index.ts';
import type { EngineClient, Lesson, PerLanguage, StepView } from '../../src/course/index.ts';
import type { Deed } from '../../src/course/script.ts';
import { EngineWatch } from '../../src/course/watch.ts';
import type { Machine } from '../../src/machine/index.ts';
import { openMachine } from '../guest/machine.ts';
import { Learner } from './learner.ts';

/** Far more than the second that a learner may wait; it only ends a wait for what never comes. */
const PATIENCE = 60_000;

interface Setting {
  /** Destroyed with the classroom; a fresh one when not given. */
  readonly machine?: Machine;
  /** A fresh machine's state instead of the snapshot's. */
  readonly state?: ArrayBuffer;
  readonly progress?: MemoryProgress;
}

/** A restored machine, somebody at its first terminal, and the lesson watching. */
export class Classroom {
  readonly client: EngineClient;
  readonly runner: LessonRunner;
  readonly progress: MemoryProgress;
  /** From the prompt after a step's last line until the step passed, in ms. */
  readonly delays: number[] = [];
  readonly #machine: Machine;
  readonly #learner: Learner;
  #typed = 0;

  private constructor(lesson: Lesson, machine: Machine, progress: MemoryProgress) {
    this.#machine = machine;
    this.#learner = new Learner(machine.consoles[0]);
    this.progress = progress;
    this.client = engineClient((path, options) => machine.request(path, options));
    this.runner = new LessonRunner(lesson, this.client, { language: 'en', progress });
  }

  static async open(lesson: Lesson, setting: Setting = {}): Promise<Classroom> {
    const { state, progress = new MemoryProgress() } = setting;
    const machine = setting.machine ?? (await openMachine(state === undefined ? {} : { state }));
    const room = new Classroom(lesson, machine, progress);
    await room.#learner.wake();
    await room.runner.start();
    return room;
  }

  async close(): Promise<void> {
    this.runner.stop();
    await this.#machine.destroy();
  }

  /** The machine as it is now, to open another classroom with. */
  save(): Promise<ArrayBuffer> {
    return this.#machine.save();
  }

  /** Steps that hold now, whichever is open. */
  async holding(): Promise<readonly string[]> {
    const { steps } = this.runner.lesson;
    let state = nothingSeen;
    const watch = new EngineWatch(this.client, {
      changed: (seen) => (state = seen),
      problem: (detail) => {
        if (detail !== null) throw new Error(`the engine cannot be watched: ${detail}`);
      },
      probes: (seen) => steps.flatMap(({ checks }) => probesOf(checks, seen)),
    });
    await watch.start();
    watch.stop();
    const observed = { state, stepStart: { requests: 0, events: 0 }, answers: {} };
    return steps
      .filter(({ checks }) => checks.every((check) => evaluate(check, observed).passed))
      .map(({ id }) => id);
  }

  async doAll(step: string, deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) {
      if (deed.kind === 'type') await this.#learner.type(deed.line, deed.until);
      else if (deed.kind === 'press') await this.#learner.press(deed.keys, deed.until);
      else this.runner.answer(step, deed.question, deed.choice);
    }
    this.#typed = performance.now();
  }

  expectOpen(step: string): void {
    const { state } = this.#view(step);
    if (state !== 'open') throw new Error(`step ${step} is ${state}, not open`);
  }

  async passed(step: string): Promise<void> {
    await this.#until(step, ({ state }) => state === 'passed', 'to pass');
    this.delays.push(Math.round(performance.now() - this.#typed));
  }

  async givesReason(step: string, reason: PerLanguage<string>): Promise<void> {
    // An answer to this comes after every line that the deed has put into the streams.
    await this.client.get('/images/json');
    for (const language of languages) {
      this.runner.setLanguage(language);
      const said = (view: StepView): boolean => firstReason(view) === reason[language];
      await this.#until(step, said, `to say "${reason[language]}"`);
    }
    this.runner.setLanguage('en');
    this.expectOpen(step);
  }

  #view(id: string): StepView {
    const step = this.runner.steps.find((one) => one.id === id);
    if (step === undefined) throw new Error(`the lesson has no step "${id}"`);
    return step;
  }

  /** Resolves with the runner's notice once `condition` holds for it. */
  async notices(condition: (notice: string | null) => boolean): Promise<string | null> {
    await this.#wait(
      () => condition(this.runner.notice),
      () => `the notice is ${JSON.stringify(this.runner.notice)}`,
    );
    return this.runner.notice;
  }

  #until(id: string, condition: (view: StepView) => boolean, what: string): Promise<void> {
    return this.#wait(
      () => condition(this.#view(id)),
      () => {
        const view = this.#view(id);
        return `step ${id} was ${what}; it is ${view.state} and says "${firstReason(view)}"`;
      },
    );
  }

  #wait(condition: () => boolean, complaint: () => string): Promise<void> {
    return new Promise((done, failed) => {
      const end = (): void => {
        clearTimeout(timer);
        subscription.dispose();
      };
      const look = (): void => {
        if (!condition()) return;
        end();
        done();
      };
      const timer = setTimeout(() => {
        end();
        const shown = `The terminal shows:\n${this.#learner.shown}`;
        failed(new Error(`${complaint()}. ${this.runner.notice ?? ''}\n${shown}`));
      }, PATIENCE);
      const subscription = this.runner.onChange(look);
      look();
    });
  }
}

function firstReason(view: StepView): string {
  return view.checks.find(({ passed }) => !passed)?.reason ?? '';
}
