import type { Container } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { openLayers } from '../container/root.ts';
import type { Cancellation, Registries } from '../distribution/index.ts';
import type { Image } from '../image/store.ts';
import { upperPath } from '../rootfs/overlay.ts';
import type { Fd } from '../sys/sys.ts';
import type { BuildCache } from './cache.ts';
import { shellOf, type RunConfig } from './config.ts';
import { copySources } from './copy.ts';
import type { Instruction, Of } from './dockerfile/index.ts';
import { Draft } from './draft.ts';
import { gather } from './gather.ts';
import { makeImage } from './layer.ts';
import { change, commandWords, workingDirectory } from './metadata.ts';
import type { BuildOptions } from './options.ts';
import type { Output } from './output.ts';
import { CommandFailed, createStep, removeStep, runStep, type ParseCreate } from './run.ts';
import { runWords } from './script.ts';
import { sumOf } from './sources.ts';
import type { StageResults, StageState } from './stage.ts';
import { makeDirectories } from './tree.ts';

/** All that a build works with. */
export interface BuildEnvironment {
  readonly context: Context;
  readonly options: BuildOptions;
  readonly output: Output;
  readonly cache: BuildCache;
  readonly signal: Cancellation;
  /** The unpacked build context. */
  readonly root: Fd;
  /** A directory for what the build needs only for a while; somebody else removes it. */
  readonly scratch: string;
  /** Names the build among those who hold layers. */
  readonly owner: string;
  readonly registries: () => Registries;
  readonly parseCreate: ParseCreate;
}

/** Carries single instructions out. */
export class Steps {
  readonly #environment: BuildEnvironment;
  readonly #results: StageResults;
  readonly #fetch: (name: string) => Promise<Image>;
  #drafts = 0;

  /** @param fetch an image by name, for `--from` */
  constructor(
    environment: BuildEnvironment,
    results: StageResults,
    fetch: (name: string) => Promise<Image>,
  ) {
    this.#environment = environment;
    this.#results = results;
    this.#fetch = fetch;
  }

  /** @param instruction its variables are replaced */
  async carryOut(state: StageState, instruction: Instruction): Promise<void> {
    switch (instruction.name) {
      case 'RUN':
        return await this.#run(state, instruction);
      case 'COPY':
      case 'ADD':
        return await this.#transfer(state, instruction);
      case 'WORKDIR':
        return await this.#workdir(state, instruction);
      default:
        return await this.#configure(state, instruction);
    }
  }

  /** Whether the step is in the cache; its image is the state's then. */
  #cached(state: StageState, createdBy: string): boolean {
    const { cache, options, output } = this.#environment;
    if (options.noCache || state.busted) return false;
    const found = cache.find(state.image?.id ?? '', createdBy, state.config);
    if (found === null) {
      state.busted = true;
      return false;
    }
    output.say(' ---> Using cache\n');
    state.image = found;
    return true;
  }

  #commit(state: StageState, createdBy: string, upper: string | null): void {
    const { context, cache } = this.#environment;
    state.image = makeImage(context.sys, context.images, {
      parent: state.image,
      config: state.config,
      createdBy,
      author: state.author,
      upper,
    });
    cache.add(state.image);
  }

  /** Instructions that change the configuration and nothing else. */
  async #configure(state: StageState, instruction: Instruction): Promise<void> {
    if (instruction.name === 'ARG') {
      for (const { key, value } of instruction.args) state.args.declare(key, value);
    }
    const step = change(state.config, instruction, state.commandSet);
    if (step === null) throw new Error(`${instruction.name} cannot stand here`);
    if (step.note !== undefined) this.#environment.output.say(step.note);
    state.config = step.config;
    state.author = step.author ?? state.author;
    if (instruction.name === 'CMD' && instruction.command.words.length > 0) {
      state.commandSet = true;
    }
    const createdBy = nop(state.config, ` ${step.comment}`);
    if (this.#cached(state, createdBy)) return;
    await this.#inContainer(state, {}, () => {
      this.#commit(state, createdBy, null);
      return Promise.resolve();
    });
  }

  async #workdir(state: StageState, { path }: Of<'WORKDIR'>): Promise<void> {
    const directory = workingDirectory(state.config, path);
    state.config = { ...state.config, WorkingDir: directory };
    const createdBy = nop(state.config, `WORKDIR ${directory}`);
    if (this.#cached(state, createdBy)) return;
    const { sys } = this.#environment.context;
    await this.#inContainer(state, {}, (container) => {
      const draft = container === null ? this.#draft(state) : null;
      const root = container === null ? null : openLayers(sys, container.overlay, 'write');
      const fd = root?.fd ?? draft?.root;
      try {
        if (fd !== undefined) makeDirectories(sys, fd, directory, [0, 0]);
      } finally {
        root?.close();
        draft?.close();
      }
      const upper = container === null ? (draft?.upper ?? null) : upperPath(container.overlay);
      this.#commit(state, createdBy, upper);
      return Promise.resolve();
    });
  }

  async #run(state: StageState, instruction: Of<'RUN'>): Promise<void> {
    const { context, output, signal } = this.#environment;
    const [flag] = instruction.flags;
    if (flag !== undefined) throw new Error(needsBuildKit(flag));
    const command = runWords(instruction);
    const words = commandWords(state.config, command);
    const environment = state.args.environment(state.config.Env ?? []);
    const counted = environment.filter((entry) => state.args.counts(entry.split('=', 1)[0] ?? ''));
    const front = environment.length > 0 ? [`|${counted.length}`, ...counted] : [];
    const createdBy = [...front, ...words].join(' ');
    if (this.#cached(state, createdBy)) return;
    if (state.image === null) {
      // What the kernel would say of an empty root.
      throw new Error(
        `failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: ${JSON.stringify(words[0] ?? '')}: stat ${words[0] ?? ''}: no such file or directory: unknown`,
      );
    }
    await this.#inContainer(state, { Cmd: words, Env: environment }, async (container) => {
      if (container === null) return;
      await runStep(context, container, output, signal);
      this.#commit(state, createdBy, upperPath(container.overlay));
    });
  }

  async #transfer(state: StageState, instruction: Of<'COPY'> | Of<'ADD'>): Promise<void> {
    const { context } = this.#environment;
    const { name, chown, chmod, destination } = instruction;
    const gathered = await gather(instruction, {
      ...this.#environment,
      directory: `${this.#environment.scratch}/sources-${++this.#drafts}`,
      results: this.#results,
      fetch: this.#fetch,
    });
    try {
      const { sources } = gathered;
      if (sources.length > 1 && !destination.endsWith('/')) {
        throw new Error(
          `When using ${name} with more than one source file, the destination must be a directory and end with a /`,
        );
      }
      const owner = chown === '' ? '' : `--chown=${chown}`;
      const mode = chmod === '' ? '' : `--chmod=${chmod}`;
      const sum = sumOf(context.sys, sources);
      const createdBy = nop(state.config, `${name} ${owner}${mode}${sum} in ${destination} `);
      if (this.#cached(state, createdBy)) return;
      const draft = this.#draft(state);
      try {
        copySources(context.sys, sources, instruction, {
          root: draft.root,
          workingDirectory: state.config.WorkingDir ?? '',
          unpack: name === 'ADD',
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(
          reason.startsWith('unable to') ? reason : `failed to copy files: ${reason}`,
          { cause: error },
        );
      } finally {
        draft.close();
      }
      this.#commit(state, createdBy, draft.upper);
    } finally {
      gathered.close();
    }
  }

  #draft(state: StageState): Draft {
    const { context, scratch } = this.#environment;
    return new Draft(context.sys, `${scratch}/draft-${++this.#drafts}`, state.image?.layers ?? []);
  }

  /**
   * Does the work of a step with a container of its image, as Docker does, and removes it as it was
   * asked for. From scratch there is no image, and no container.
   */
  async #inContainer(
    state: StageState,
    body: Readonly<Record<string, unknown>>,
    work: (container: Container | null) => Promise<void>,
  ): Promise<void> {
    const { context, options, output, parseCreate, signal } = this.#environment;
    if (state.image === null) return await work(null);
    const container = createStep(context, parseCreate, {
      Image: state.image.id,
      Entrypoint: [''],
      Cmd: ['/bin/sh'],
      Healthcheck: { Test: ['NONE'] },
      ...body,
      HostConfig: options.host,
    });
    output.say(` ---> Running in ${container.id.slice(0, 12)}\n`);
    try {
      await work(container);
    } catch (error) {
      const keep = error instanceof CommandFailed && !options.forceRemove && !signal.cancelled;
      if (keep) this.#keep(container);
      else await removeStep(context, container);
      throw error;
    }
    if (!options.remove && !options.forceRemove) {
      this.#keep(container);
      return;
    }
    await removeStep(context, container);
    output.say(` ---> Removed intermediate container ${container.id.slice(0, 12)}\n`);
  }

  /** From now on it is a container like any other, for its owner to look at. */
  #keep(container: Container): void {
    delete container.build;
    this.#environment.context.containers.save(container);
  }
}

function needsBuildKit(flag: string): string {
  return `the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`;
}

/** How the history writes a step that ran nothing. */
function nop(config: RunConfig, comment: string): string {
  return [...shellOf(config), `#(nop) ${comment}`].join(' ');
}
