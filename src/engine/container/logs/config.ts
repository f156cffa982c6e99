import type { ContainerConfig, HostConfig } from '../../../protocol/container.ts';
import { EngineError } from '../../errors.ts';
import { logPath, shortId, type Container } from '../container.ts';
import type { ShimConfig } from '../shim.ts';

/**
 * What `--log-driver` and `--log-opt` say. The shim writes the log and rotates it; of the drivers
 * there are `json-file`, `local` (the same file with other bounds) and `none`.
 */
interface Driver {
  /** Bytes of a file, and how many files, when nothing is said: the guest's disk is memory. */
  readonly bytes: number;
  readonly files: number;
  readonly options: readonly string[];
}

const SELECTION = ['labels', 'labels-regex', 'env', 'env-regex', 'tag'];
const COMMON = ['max-size', 'max-file', 'compress', 'mode', 'max-buffer-size'];

const DRIVERS: Readonly<Record<string, Driver>> = {
  'json-file': { bytes: 10_000_000, files: 1, options: [...COMMON, ...SELECTION] },
  local: { bytes: 20_000_000, files: 5, options: [...COMMON, ...SELECTION] },
};

type LogConfig = HostConfig['LogConfig'];

/** @throws EngineError 400 for a driver or an option that does not exist, or a value that is none. */
export function checkLogConfig({ Type, Config }: LogConfig): void {
  if (Type === 'none') return;
  const driver = DRIVERS[Type];
  if (!driver) throw new EngineError(400, `logger: no log driver named '${Type}' is registered`);
  for (const name of Object.keys(Config)) {
    if (!driver.options.includes(name)) {
      throw new EngineError(400, `unknown log opt '${name}' for ${Type} log driver`);
    }
  }
  const mode = Config['mode'] ?? 'blocking';
  if (mode !== 'blocking' && mode !== 'non-blocking') {
    throw new EngineError(400, `logger: logging mode not supported: ${mode}`);
  }
  if (mode === 'blocking' && Config['max-buffer-size'] !== undefined) {
    throw new EngineError(
      400,
      "logger: max-buffer-size option is only supported with 'mode=non-blocking'",
    );
  }
  if (Config['compress'] === 'true') {
    throw new EngineError(
      501,
      'the disk is memory and logs are small: rotated logs are not compressed (--log-opt compress=true)',
    );
  }
  bytesOf(Config['max-size'], driver.bytes);
  filesOf(Config['max-file'], driver.files);
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

function bytesOf(text: string | undefined, fallback: number): number {
  if (text === undefined || text === '-1') return fallback;
  const match = /^(\d+(?:\.\d+)?) ?([kmgt]?)i?b?$/i.exec(text);
  if (!match) throw new EngineError(400, `invalid size: '${text}'`);
  const bytes = Math.floor(Number(match[1]) * (UNITS[(match[2] ?? '').toLowerCase()] ?? 1));
  if (bytes <= 0) throw new EngineError(400, 'max-size must be a positive number');
  return bytes;
}

/** The shim renames so many files at most. */
const MOST_FILES = 1000;

function filesOf(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  if (!/^[+-]?\d+$/.test(text)) {
    throw new EngineError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  if (Number(text) < 1) throw new EngineError(400, 'max-file cannot be less than 1');
  return Math.min(Number(text), MOST_FILES);
}

/** Where the shim writes the log, and how much of it stays. */
export function logFiles({
  id,
  host,
}: Container): Pick<ShimConfig, 'log' | 'logMaxBytes' | 'logFiles'> {
  const { Type, Config } = host.LogConfig;
  const driver = DRIVERS[Type];
  if (!driver) return { log: '', logMaxBytes: 0, logFiles: 0 };
  return {
    log: logPath(id),
    logMaxBytes: bytesOf(Config['max-size'], driver.bytes),
    logFiles: filesOf(Config['max-file'], driver.files),
  };
}

/** Whether there is a log to read. */
export function readable({ host }: Container): boolean {
  return DRIVERS[host.LogConfig.Type] !== undefined;
}

/**
 * What `logs --details` shows of each line: the labels and variables that the options name. They
 * never change while the container is, so they are looked up here and not written with every line.
 */
export function logAttributes(container: Container): Record<string, string> {
  const { config, host } = container;
  const { Config } = host.LogConfig;
  const env = environment(config);
  const chosen = {
    ...choose(config.Labels, Config['labels'], Config['labels-regex']),
    ...choose(env, Config['env'], Config['env-regex']),
  };
  return Config['tag'] === undefined
    ? chosen
    : { ...chosen, tag: expandTag(Config['tag'], container) };
}

function environment({ Env }: ContainerConfig): Record<string, string> {
  return Object.fromEntries(
    Env.map((entry) => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

function choose(
  all: Readonly<Record<string, string>>,
  names: string | undefined,
  pattern: string | undefined,
): Record<string, string> {
  const chosen: Record<string, string> = {};
  for (const name of names?.split(',') ?? []) {
    const value = all[name];
    if (value !== undefined) chosen[name] = value;
  }
  if (pattern === undefined) return chosen;
  const matches = new RegExp(pattern);
  for (const [name, value] of Object.entries(all)) if (matches.test(name)) chosen[name] = value;
  return chosen;
}

/** The names that `--log-opt tag` may hold between braces. */
function expandTag(tag: string, { id, name, image, imageId }: Container): string {
  const values: Readonly<Record<string, string>> = {
    ID: shortId(id),
    FullID: id,
    Name: name,
    ImageID: shortId(imageId.replace('sha256:', '')),
    ImageFullID: imageId,
    ImageName: image,
    DaemonName: 'docker',
  };
  return tag.replace(/\{\{ *\.(\w+) *\}\}/g, (all, key: string) => values[key] ?? all);
}
