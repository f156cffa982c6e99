import type { ImageConfiguration } from '../image/configuration.ts';

/** `config` of an image while it is being built: what a container of it would start with. */
export type RunConfig = NonNullable<ImageConfiguration['config']>;

const DEFAULT_SHELL: readonly string[] = ['/bin/sh', '-c'];

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What goes before a command that is written as text. */
export function shellOf(config: RunConfig): readonly string[] {
  return config.Shell && config.Shell.length > 0 ? config.Shell : DEFAULT_SHELL;
}

/** The environment as name → value. */
export function environmentOf(config: RunConfig): Map<string, string> {
  return new Map(
    (config.Env ?? []).map((entry): [string, string] => {
      const equals = entry.indexOf('=');
      return equals < 0 ? [entry, ''] : [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

/** What a stage begins with: the base image's, with a search path and without its triggers. */
export function firstConfig(base: RunConfig | null): RunConfig {
  const config = without(base ?? {}, 'OnBuild');
  const env = config.Env ?? [];
  const hasPath = env.some((entry) => entry.startsWith('PATH='));
  return { ...config, Env: hasPath ? env : [...env, PATH] };
}

/** The configuration without one of its fields. */
export function without(config: RunConfig, field: keyof RunConfig): RunConfig {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== field));
}

/** Go's `path.Join('/', base, path)`. */
export function joinPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
