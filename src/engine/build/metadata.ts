import { formatDuration } from '../duration.ts';
import { signalNumber } from '../sys/signals.ts';
import { joinPath, shellOf, without, type RunConfig } from './config.ts';
import type { CommandLine, Healthcheck, Instruction } from './dockerfile/index.ts';
import { portKeys } from './ports.ts';

/** What an instruction without files makes of the configuration. */
export interface Change {
  readonly config: RunConfig;
  /** How the history calls the step: `ENV A=b`. */
  readonly comment: string;
  /** MAINTAINER. */
  readonly author?: string;
  /** A line for the one who builds. */
  readonly note?: string;
}

/**
 * Carries out an instruction that only changes the configuration; null for RUN, COPY, ADD, FROM and
 * WORKDIR. Variables are replaced already.
 *
 * @param commandSet whether a CMD came in this stage: ENTRYPOINT leaves only that one
 */
export function change(
  config: RunConfig,
  instruction: Instruction,
  commandSet: boolean,
): Change | null {
  switch (instruction.name) {
    case 'ARG': {
      const args = instruction.args.map(({ key, value }) =>
        value === null ? key : `${key}=${value}`,
      );
      return { config, comment: `ARG ${args.join(' ')}` };
    }
    case 'CMD': {
      const words = commandWords(config, instruction.command);
      return { config: { ...config, Cmd: words }, comment: `CMD ${quotedList(words)}` };
    }
    case 'ENTRYPOINT':
      return entrypoint(config, instruction.command, commandSet);
    case 'ENV': {
      const env = instruction.pairs.reduce(
        (list, { key, value }) => setVariable(list, key, value),
        [...(config.Env ?? [])],
      );
      return { config: { ...config, Env: env }, comment: listed('ENV', instruction.pairs) };
    }
    case 'EXPOSE': {
      const ports = Object.fromEntries(portKeys(instruction.ports).map((key) => [key, {}]));
      return {
        config: { ...config, ExposedPorts: { ...config.ExposedPorts, ...ports } },
        comment: `EXPOSE ${instruction.ports.join(' ')}`,
      };
    }
    case 'HEALTHCHECK':
      return healthcheck(config, instruction.health);
    case 'LABEL': {
      const labels = Object.fromEntries(instruction.pairs.map(({ key, value }) => [key, value]));
      return {
        config: { ...config, Labels: { ...config.Labels, ...labels } },
        comment: listed('LABEL', instruction.pairs),
      };
    }
    case 'MAINTAINER': {
      const author = instruction.maintainer;
      return { config, comment: `MAINTAINER ${author}`, author };
    }
    case 'ONBUILD':
      return {
        config: { ...config, OnBuild: [...(config.OnBuild ?? []), instruction.trigger] },
        comment: `ONBUILD ${instruction.trigger}`,
      };
    case 'SHELL':
      return {
        config: { ...config, Shell: instruction.shell },
        comment: `SHELL [${instruction.shell.join(' ')}]`,
      };
    case 'STOPSIGNAL':
      if (signalNumber(instruction.signal) === null) {
        throw new Error(`invalid signal: ${instruction.signal}`);
      }
      return {
        config: { ...config, StopSignal: instruction.signal },
        comment: `STOPSIGNAL ${instruction.signal}`,
      };
    case 'USER':
      return { config: { ...config, User: instruction.user }, comment: `USER ${instruction.user}` };
    case 'VOLUME': {
      const volumes = Object.fromEntries(instruction.volumes.map((path) => [path, {}]));
      return {
        config: { ...config, Volumes: { ...config.Volumes, ...volumes } },
        comment: `VOLUME [${instruction.volumes.join(' ')}]`,
      };
    }
    default:
      return null;
  }
}

/** The working directory that WORKDIR asks for, relative to the one before. */
export function workingDirectory(config: RunConfig, path: string): string {
  if (path === '') throw new Error('cannot normalize nothing');
  return joinPath(config.WorkingDir ?? '/', path);
}

/** The words of a command, the shell before them when it is written as text. */
export function commandWords(config: RunConfig, { words, shell }: CommandLine): string[] {
  return shell ? [...shellOf(config), ...words] : [...words];
}

function entrypoint(config: RunConfig, command: CommandLine, commandSet: boolean): Change {
  const words = command.words.length === 0 ? [] : commandWords(config, command);
  const kept = without(commandSet ? config : without(config, 'Cmd'), 'Entrypoint');
  return {
    config: words.length > 0 ? { ...kept, Entrypoint: words } : kept,
    comment: `ENTRYPOINT ${quotedList(words)}`,
  };
}

function healthcheck(config: RunConfig, health: Healthcheck): Change {
  const before = config.Healthcheck?.Test ?? [];
  const overrides = health.Test[0] !== 'NONE' && before.length > 0 && before[0] !== 'NONE';
  const times = [health.Interval, health.Timeout, health.StartPeriod, health.StartInterval];
  const shown = times.map((time) => JSON.stringify(formatDuration(time ?? 0)));
  const retries = `'\\x${(health.Retries ?? 0).toString(16).padStart(2, '0')}'`;
  return {
    config: { ...config, Healthcheck: health },
    comment: `HEALTHCHECK &{${[quotedList(health.Test), ...shown, retries].join(' ')}}`,
    ...(overrides
      ? { note: `Note: overriding previous HEALTHCHECK: [${before.join(' ')}]\n` }
      : {}),
  };
}

function setVariable(env: readonly string[], key: string, value: string): string[] {
  const entry = `${key}=${value}`;
  const at = env.findIndex((known) => known.split('=', 1)[0] === key);
  return at < 0 ? [...env, entry] : env.map((known, index) => (index === at ? entry : known));
}

function listed(name: string, pairs: readonly { key: string; value: string }[]): string {
  return [name, ...pairs.map(({ key, value }) => `${key}=${value}`)].join(' ');
}

/** `["a" "b"]`: how Go prints a list of quoted words. */
function quotedList(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(' ')}]`;
}
