import type { Image } from '../image/store.ts';
import { environmentOf, firstConfig, type RunConfig } from './config.ts';
import type { BuildArgs, Variables } from './dockerfile/index.ts';

/** Where a stage is: the image that its last step made, and what the next one starts from. */
export class StageState {
  /** Null while a stage from scratch has made nothing. */
  image: Image | null;
  config: RunConfig;
  author: string;
  /** A CMD came in this stage. */
  commandSet = false;
  /** A step was not in the cache: those behind it are not looked for. */
  busted = false;
  readonly args: BuildArgs;

  constructor(base: Image | null, args: BuildArgs) {
    this.image = base;
    this.config = firstConfig(base?.configuration.config ?? null);
    this.author = base?.configuration.author ?? '';
    this.args = args;
  }

  /** What the words of an instruction see: ENV hides ARG. */
  variables(): Variables {
    return new Map([...this.args.all(), ...environmentOf(this.config)]);
  }
}

/** Stages that are done, by number and by name. */
export class StageResults {
  readonly #images: (Image | null)[] = [];
  readonly #names = new Map<string, Image | null>();

  /** @throws Error when an earlier stage has the name */
  checkName(name: string): void {
    if (name !== '' && this.#names.has(name)) {
      throw new Error(`${name} stage name already used`);
    }
  }

  add(name: string, image: Image | null): void {
    this.#images.push(image);
    if (name !== '') this.#names.set(name, image);
  }

  /** The result of a stage; undefined when no stage is called so. */
  byName(name: string): Image | null | undefined {
    return this.#names.get(name.toLowerCase());
  }

  /** For `--from`: a name or a number. Throws for a number that no stage before this one has. */
  get(name: string): Image | null | undefined {
    const named = this.byName(name);
    if (named !== undefined || !/^-?\d+$/.test(name)) return named;
    const index = Number(name);
    if (index === this.#images.length) throw new Error('refers to current build stage');
    if (index < 0 || index > this.#images.length) throw new Error('index out of bounds');
    return this.#images[index];
  }
}
