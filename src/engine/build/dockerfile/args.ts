import type { Variables } from './expand.ts';

/** Build arguments that need no ARG, and leave no trace in the history unless there is one. */
const PREDEFINED: readonly string[] = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'FTP_PROXY',
  'ftp_proxy',
  'NO_PROXY',
  'no_proxy',
  'ALL_PROXY',
  'all_proxy',
];

type Values = Map<string, string | null>;

/** The build arguments of one stage, over those before the first FROM. */
export class BuildArgs {
  /** From `--build-arg`; null when only the name was given and the environment has none. */
  readonly #given: ReadonlyMap<string, string | null>;
  readonly #meta: Values;
  readonly #stage: Values = new Map();
  /** Names that some ARG of the file declared. */
  readonly #declared: Set<string>;

  constructor(
    given: ReadonlyMap<string, string | null>,
    meta: Values = new Map(),
    declared = new Set<string>(),
  ) {
    this.#given = given;
    this.#meta = meta;
    this.#declared = declared;
  }

  /** For the next stage: nothing is declared there yet. */
  stage(): BuildArgs {
    return new BuildArgs(this.#given, this.#meta, this.#declared);
  }

  /** An ARG before the first FROM. */
  declareMeta(key: string, value: string | null): void {
    this.#declared.add(key);
    this.#meta.set(key, value);
  }

  /** An ARG of this stage. */
  declare(key: string, value: string | null): void {
    this.#declared.add(key);
    this.#stage.set(key, value);
  }

  /** What FROM sees. */
  meta(): Variables {
    return this.#values(this.#meta);
  }

  /** What this stage's instructions see, below its ENV. */
  all(): Variables {
    return this.#values(this.#stage);
  }

  /** `NAME=value` of those that no ENV hides, sorted: the environment of a RUN. */
  environment(env: readonly string[]): string[] {
    const hidden = new Set(env.map((entry) => entry.split('=', 1)[0]));
    return [...this.all()]
      .filter(([key]) => !hidden.has(key))
      .map(([key, value]) => `${key}=${value}`)
      .sort();
  }

  /** Whether the cache and the history have to know it: not a predefined one without an ARG. */
  counts(key: string): boolean {
    return this.#stage.has(key) || !PREDEFINED.includes(key);
  }

  /** Arguments that were given and that no ARG asked for. */
  unused(): string[] {
    return [...this.#given.keys()].filter(
      (key) => !this.#declared.has(key) && !PREDEFINED.includes(key),
    );
  }

  #values(declared: Values): Variables {
    const values = new Map<string, string>();
    for (const key of [...declared.keys(), ...PREDEFINED]) {
      const value = this.#given.get(key) ?? declared.get(key) ?? this.#inherited(key, declared);
      if (value !== null) values.set(key, value);
    }
    return values;
  }

  /** An ARG without a value takes that of the ARG before the first FROM. */
  #inherited(key: string, declared: Values): string | null {
    return declared.has(key) ? (this.#meta.get(key) ?? null) : null;
  }
}
