/**
 * The configuration of an image: what to run, and which layers make its file system
 * (OCI image-spec config.md). Its SHA-256 is the image's ID.
 *
 * Configurations come from registries, so nothing about them is believed before it is checked.
 *
 * See it: `docker image inspect busybox`.
 */
import { ImageError } from './errors.ts';
import { isSha256 } from './reference.ts';

/** Durations in nanoseconds, as in the Engine API. */
interface Healthcheck {
  readonly Test?: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/** `config` of an image: the defaults of a container. Names are those of the Engine API. */
interface RunConfiguration {
  readonly User?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>> | null;
  readonly Env?: readonly string[] | null;
  readonly Entrypoint?: readonly string[] | null;
  readonly Cmd?: readonly string[] | null;
  readonly Volumes?: Readonly<Record<string, object>> | null;
  readonly WorkingDir?: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly StopSignal?: string;
  readonly Healthcheck?: Healthcheck | null;
  readonly OnBuild?: readonly string[] | null;
  readonly Shell?: readonly string[] | null;
}

interface HistoryEntry {
  readonly created?: string;
  readonly created_by?: string;
  readonly author?: string;
  readonly comment?: string;
  /** The step made no layer (`ENV`, `CMD`). */
  readonly empty_layer?: boolean;
}

export interface ImageConfiguration {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
  /** RFC 3339. */
  readonly created?: string | null;
  readonly author?: string;
  readonly comment?: string;
  readonly docker_version?: string;
  readonly config?: RunConfiguration | null;
  readonly rootfs: { readonly type: 'layers'; readonly diff_ids: readonly string[] };
  readonly history?: readonly HistoryEntry[] | null;
}

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value);
const isBoolean: Check = (value) => typeof value === 'boolean';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const mapOf =
  (check: Check): Check =>
  (value) =>
    isObject(value) && Object.values(value).every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
/** Fields that are named must pass when they are there; others are let through. */
const fields =
  (shape: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isObject(value) &&
    Object.entries(shape).every(([name, check]) => value[name] === undefined || check(value[name]));

const HEALTHCHECK = fields({
  Test: listOf(isString),
  Interval: isNumber,
  Timeout: isNumber,
  StartPeriod: isNumber,
  StartInterval: isNumber,
  Retries: isNumber,
});

const RUN: Readonly<Record<string, Check>> = {
  User: isString,
  ExposedPorts: orNull(mapOf(isObject)),
  Env: orNull(listOf(isString)),
  Entrypoint: orNull(listOf(isString)),
  Cmd: orNull(listOf(isString)),
  Volumes: orNull(mapOf(isObject)),
  WorkingDir: isString,
  Labels: orNull(mapOf(isString)),
  StopSignal: isString,
  Healthcheck: orNull(HEALTHCHECK),
  OnBuild: orNull(listOf(isString)),
  Shell: orNull(listOf(isString)),
};

const TOP: Readonly<Record<string, Check>> = {
  variant: isString,
  created: orNull(isString),
  author: isString,
  comment: isString,
  docker_version: isString,
  config: orNull(isObject),
  history: orNull(
    listOf(
      fields({
        created: isString,
        created_by: isString,
        author: isString,
        comment: isString,
        empty_layer: isBoolean,
      }),
    ),
  ),
};

/** Throws a 400 that names the field which is not what the specification says. */
export function parseConfiguration(text: string): ImageConfiguration {
  const document = parseJson(text);
  if (!isObject(document)) throw invalid('is not a JSON object');
  for (const name of ['architecture', 'os']) {
    if (!isString(document[name])) throw invalid(`has no "${name}"`);
  }
  checkFields(document, TOP, '');
  if (isObject(document['config'])) checkFields(document['config'], RUN, 'config.');
  const rootfs = document['rootfs'];
  if (!isObject(rootfs) || rootfs['type'] !== 'layers') {
    throw invalid('has no "rootfs" of type "layers"');
  }
  if (!listOf((id) => typeof id === 'string' && isSha256(id))(rootfs['diff_ids'])) {
    throw invalid('"rootfs.diff_ids" is not a list of sha256 digests');
  }
  // Every field of the type was checked above.
  return document as unknown as ImageConfiguration;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function checkFields(
  object: Record<string, unknown>,
  shape: Readonly<Record<string, Check>>,
  prefix: string,
): void {
  for (const [name, check] of Object.entries(shape)) {
    if (object[name] !== undefined && !check(object[name])) {
      throw invalid(`"${prefix}${name}" has the wrong type`);
    }
  }
}

function invalid(problem: string): ImageError {
  return new ImageError(400, `invalid image configuration: it ${problem}`);
}
