import { pull } from '../distribution/index.ts';
import { parseReference, shortId, withDefaultTag } from '../image/index.ts';
import type { Image } from '../image/store.ts';
import {
  BuildArgs,
  expandWord,
  parseInstruction,
  type Dockerfile,
  type Instruction,
  type Of,
  type Stage,
} from './dockerfile/index.ts';
import { resolve } from './resolve.ts';
import { StageResults, StageState } from './stage.ts';
import { Steps, type BuildEnvironment } from './steps.ts';

/**
 * Carries a Dockerfile out, stage by stage, and says what it does in the words of Docker's classic
 * builder: each instruction is a step, each step makes an image out of the one below it.
 */
export class Builder {
  readonly #environment: BuildEnvironment;
  readonly #steps: Steps;
  readonly #args: BuildArgs;
  readonly #results = new StageResults();
  #escape = '\\';
  #step = 0;
  #total = 0;

  constructor(environment: BuildEnvironment) {
    this.#environment = environment;
    this.#args = new BuildArgs(environment.options.args);
    this.#steps = new Steps(environment, this.#results, (name) => this.#fetch(name, ''));
  }

  /**
   * Builds the stages and returns the last one's image.
   * @throws Error in Docker's words, what cancelled it included
   */
  async build(file: Dockerfile, stages: readonly Stage[]): Promise<Image> {
    const { output } = this.#environment;
    this.#escape = file.escape;
    const all = this.#withLabels(stages);
    this.#total =
      file.metaArgs.length +
      all.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
    if (file.warnings.length > 0) output.complain(`${file.warnings.join('\n')}\n`);
    for (const meta of file.metaArgs) this.#declareMeta(meta);
    let last: Image | null = null;
    for (const stage of all) last = await this.#stage(stage);
    const unused = this.#args.unused();
    if (unused.length > 0) {
      output.say(`[Warning] One or more build-args [${unused.join(' ')}] were not consumed\n`);
    }
    if (last === null) throw new Error('No image was generated. Is your Dockerfile empty?');
    return last;
  }

  /** `--label`: one more LABEL each, at the end of the last stage. */
  #withLabels(stages: readonly Stage[]): Stage[] {
    const labels = Object.entries(this.#environment.options.labels).sort(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const added = labels.map(([key, value]): Of<'LABEL'> => ({
      name: 'LABEL',
      code: `LABEL ${key}=${value}`,
      line: 0,
      pairs: [{ key, value }],
      literal: true,
    }));
    return stages.map((stage, at) =>
      at === stages.length - 1
        ? { ...stage, instructions: [...stage.instructions, ...added] }
        : stage,
    );
  }

  #announce(code: string): void {
    const { output } = this.#environment;
    output.say(`Step ${++this.#step}/${this.#total} : ${code}`);
    output.say('\n');
  }

  #declareMeta(meta: Of<'ARG'>): void {
    this.#announce(meta.code);
    const resolved = resolve(meta, this.#args.meta(), this.#escape);
    if (resolved.name !== 'ARG') return;
    for (const { key, value } of resolved.args) this.#args.declareMeta(key, value);
  }

  async #stage({ from, instructions }: Stage): Promise<Image | null> {
    const { output, signal } = this.#environment;
    this.#results.checkName(from.stage);
    this.#announce(from.code);
    const state = await this.#begin(from);
    this.#hold(state);
    output.say(` ---> ${shown(state.image)}\n`);
    await this.#triggers(state);
    for (const instruction of instructions) {
      if (signal.cancelled) output.say('Build cancelled\n');
      signal.check();
      this.#announce(instruction.code);
      await this.#carryOut(state, instruction, this.#escape);
      output.say(` ---> ${shown(state.image)}\n`);
    }
    if (state.image !== null) output.image(state.image.id);
    this.#results.add(from.stage, state.image);
    return state.image;
  }

  async #begin(from: Of<'FROM'>): Promise<StageState> {
    const name = expandWord(from.base, this.#args.meta(), { escape: this.#escape });
    const platform = expandWord(from.platform, this.#args.meta(), { escape: this.#escape });
    if (name === '') throw new Error(`base name (${from.base}) should not be blank`);
    const stage = this.#results.byName(name);
    if (stage !== undefined) return new StageState(stage, this.#args.stage());
    const base = name === 'scratch' ? null : await this.#fetch(name, platform);
    return new StageState(base, this.#args.stage());
  }

  /** An image of this engine, or pulled when it has none or a newer one is asked for. */
  async #fetch(name: string, platform: string): Promise<Image> {
    const { context, options, registries, output, signal } = this.#environment;
    const { sys, images } = context;
    const here = options.pull ? null : images.find(name);
    if (here !== null) return here;
    const wanted = platform || options.platform;
    return await pull(
      { sys, images, registries: registries() },
      withDefaultTag(parseReference(name)),
      {
        ...(wanted === '' ? {} : { platform: wanted }),
        progress: (message) => {
          output.progress(message);
        },
        signal,
      },
    );
  }

  /** What ONBUILD of the base image left for this build. */
  async #triggers(state: StageState): Promise<void> {
    const { output } = this.#environment;
    const triggers = state.image?.configuration.config?.OnBuild ?? [];
    if (triggers.length === 0) return;
    output.say(`# Executing ${triggers.length} build trigger${triggers.length > 1 ? 's' : ''}\n`);
    for (const trigger of triggers) {
      const { instruction, escape } = parseInstruction(trigger);
      await this.#carryOut(state, instruction, escape);
    }
  }

  async #carryOut(state: StageState, instruction: Instruction, escape: string): Promise<void> {
    const resolved = resolve(instruction, state.variables(), escape);
    await this.#steps.carryOut(state, resolved);
    this.#hold(state);
  }

  /** Layers of what is being built stay, even when somebody removes the images meanwhile. */
  #hold(state: StageState): void {
    const { context, owner } = this.#environment;
    context.images.retain(owner, state.image?.layers.map(({ chainId }) => chainId) ?? []);
  }
}

function shown(image: Image | null): string {
  return image === null ? '' : shortId(image.id);
}
