import { engineClient, languages, LessonRunner, MemoryProgress } from '../../src/course/index.ts';
import type { EngineClient, Lesson, PerLanguage, StepView } from '../../src/course/index.ts';
import type { Deed } from '../../src/course/script.ts';
import type { Machine } from '../../src/machine/index.ts';
import { openMachine } from '../guest/machine.ts';
import { Learner } from './learner.ts';

/** Far more than the second that a learner may wait; it only ends a wait for what never comes. */
const PATIENCE = 20_000;

/** A restored machine, somebody at its first terminal, and the lesson watching. */
export class Classroom {
  readonly client: EngineClient;
  readonly runner: LessonRunner;
  /** From the prompt after a step's last line until the step passed, in ms. */
  readonly delays: number[] = [];
  readonly #learner: Learner;
  readonly #close: () => Promise<void>;
  #typed = 0;

  private constructor(
    client: EngineClient,
    runner: LessonRunner,
    learner: Learner,
    close: () => Promise<void>,
  ) {
    this.client = client;
    this.runner = runner;
    this.#learner = learner;
    this.#close = close;
  }

  /** `machine` is destroyed with the classroom. */
  static async open(lesson: Lesson, machine?: Machine): Promise<Classroom> {
    return Classroom.#enter(lesson, machine ?? (await openMachine()));
  }

  static async #enter(lesson: Lesson, machine: Machine): Promise<Classroom> {
    const learner = new Learner(machine.consoles[0]);
    await learner.wake();
    const client = engineClient((path, options) => machine.request(path, options));
    const runner = new LessonRunner(lesson, client, {
      language: 'en',
      progress: new MemoryProgress(),
    });
    await runner.start();
    return new Classroom(client, runner, learner, async () => {
      runner.stop();
      await machine.destroy();
    });
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async doAll(step: string, deeds: readonly Deed[]): Promise<void> {
    for (const deed of deeds) {
      if (deed.kind === 'type') await this.#learner.type(deed.line);
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
