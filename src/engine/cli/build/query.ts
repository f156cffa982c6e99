import { asRecord } from '../create/files.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';

type Query = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** The parameters of `POST /build` that the flags ask for. */
export function buildQuery(cli: Cli, flags: Flags): Query {
  const sized = (name: string): number => Number(flags.text(name) || '0');
  return {
    version: 1,
    t: flags.list('tag'),
    q: flags.bool('quiet'),
    nocache: flags.bool('no-cache'),
    pull: flags.bool('pull'),
    rm: flags.bool('rm') ? '1' : '0',
    forcerm: flags.bool('force-rm'),
    target: flags.text('target'),
    networkmode: flags.text('network'),
    platform: flags.text('platform') || (cli.env['DOCKER_DEFAULT_PLATFORM'] ?? ''),
    buildargs: json(buildArgs(cli, flags.list('build-arg'))),
    labels: json(asRecord(flags.list('label'))),
    extrahosts: flags.list('add-host'),
    securityopt: listed(flags.list('security-opt')),
    ulimits: listed(flags.list('ulimit').map(ulimit)),
    cgroupparent: flags.text('cgroup-parent'),
    cpuperiod: flags.int('cpu-period') || '',
    cpuquota: flags.int('cpu-quota') || '',
    cpushares: flags.int('cpu-shares') || '',
    cpusetcpus: flags.text('cpuset-cpus'),
    cpusetmems: flags.text('cpuset-mems'),
    memory: sized('memory') || '',
    memswap: sized('memory-swap') || '',
    shmsize: sized('shm-size') || '',
  };
}

function json(record: Readonly<Record<string, string | null>>): string {
  return Object.keys(record).length === 0 ? '' : JSON.stringify(record);
}

function listed(values: readonly unknown[]): string {
  return values.length === 0 ? '' : JSON.stringify(values);
}

/** A name without a value takes it from the environment; null when it is not there. */
function buildArgs(cli: Cli, pairs: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0
        ? [pair, cli.env[pair] ?? null]
        : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

function ulimit(text: string): { Name: string; Soft: number; Hard: number } {
  const [name = '', limits = ''] = text.split('=');
  const [soft = '', hard = soft] = limits.split(':');
  return { Name: name, Soft: Number(soft), Hard: Number(hard) };
}
