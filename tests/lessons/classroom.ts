import { engineClient, languages, LessonRunner, MemoryProgress } from '../../src/course/index.ts';
import type { EngineClient, Lesson, PerLanguage, StepView } from '../../src/course/index.ts';
import type { Deed } from '../../src/course/script.ts';
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

  static async open(lesson: Lesson): Promise<Classroom> {
    const machine = await openMachine();
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

  #until(id: string, condition: (view: StepView) => boolean, what: string): Promise<void> {
    return new Promise((done, failed) => {
      const end = (): void => {
        clearTimeout(timer);
        subscription.dispose();
      };
      const look = (): void => {
        if (!condition(this.#view(id))) return;
        end();
        done();
      };
      const timer = setTimeout(() => {
        end();
        const { state } = this.#view(id);
        failed(
          new Error(
            `step ${id} was to ${what.replace(/^to /, '')}; it is ${state} and says "${firstReason(this.#view(id))}". ` +
              `${this.runner.notice ?? ''}\nThe terminal shows:\n${this.#learner.shown}`,
          ),
        );
      }, PATIENCE);
      const subscription = this.runner.onChange(look);
      look();
    });
  }
}

function firstReason(view: StepView): string {
  return view.checks.find(({ passed }) => !passed)?.reason ?? '';
}
