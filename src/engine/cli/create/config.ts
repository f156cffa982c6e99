import { Failure, sentence } from '../failure.ts';
import { type Body, numbers, some, texts } from './body.ts';
import { asRecord, environment, withFiles } from './files.ts';
import { hostConfig } from './host.ts';
import { networking } from './network.ts';
import { parsePorts } from './ports.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';

/** The body of `POST /containers/create`; what is not said is left to the daemon. */
export interface CreateBody extends Body {
  readonly Image: string;
  AttachStdin: boolean;
  AttachStdout: boolean;
  AttachStderr: boolean;
  StdinOnce?: boolean;
  readonly Tty?: boolean;
  readonly HostConfig: Body;
}

const TEXTS = {
  hostname: 'Hostname',
  domainname: 'Domainname',
  user: 'User',
  workdir: 'WorkingDir',
  'stop-signal': 'StopSignal',
  'mac-address': 'MacAddress',
};

/**
 * What the flags and arguments of run and create ask the daemon for.
 * @throws Error with Docker's sentence, which run puts its own words around
 */
export function createBody(cli: Cli, flags: Flags, args: readonly string[]): CreateBody {
  const [image = '', ...command] = args;
  const attach = flags.list('attach');
  const stdin = flags.bool('interactive');
  const all = attach.length === 0;
  const AttachStdin = stdin || attach.includes('stdin');
  const ports = parsePorts(flags.list('publish'), flags.list('expose'));
  const volumes = flags.list('volume').filter((spec) => !spec.includes(':'));
  const env = environment(cli, withFiles(cli, flags.list('env-file'), flags.list('env')));
  return {
    Image: image,
    AttachStdin,
    AttachStdout: all || attach.includes('stdout'),
    AttachStderr: all || attach.includes('stderr'),
    ...(stdin && { OpenStdin: true, StdinOnce: AttachStdin }),
    ...(flags.bool('tty') && { Tty: true }),
    ...texts(flags, TEXTS),
    ...(env.length > 0 && { Env: env }),
    ...(command.length > 0 && { Cmd: command }),
    // `--entrypoint ''` takes the image's entrypoint away.
    ...(flags.changed('entrypoint') && { Entrypoint: [flags.text('entrypoint')] }),
    ...some('Labels', asRecord(withFiles(cli, flags.list('label-file'), flags.list('label')))),
    ...some('ExposedPorts', ports.exposed),
    ...some('Volumes', Object.fromEntries(volumes.map((path) => [path, {}]))),
    ...(flags.changed('stop-timeout') && { StopTimeout: flags.int('stop-timeout') }),
    ...some('Healthcheck', healthcheck(flags)),
    HostConfig: { ...hostConfig(cli, flags), ...some('PortBindings', ports.bindings) },
    ...some('NetworkingConfig', networking(flags)),
  };
}

const TIMING = {
  'health-interval': 'Interval',
  'health-timeout': 'Timeout',
  'health-start-period': 'StartPeriod',
  'health-start-interval': 'StartInterval',
  'health-retries': 'Retries',
};

function healthcheck(flags: Flags): Body {
  const timing = numbers(flags, TIMING);
  const command = flags.text('health-cmd');
  if (flags.bool('no-healthcheck')) {
    if (command !== '' || Object.keys(timing).length > 0) {
      throw new Error('--no-healthcheck conflicts with --health-* options');
    }
    return { Test: ['NONE'] };
  }
  for (const [name, value] of Object.entries(timing)) {
    if (value >= 0) continue;
    const flag = name.replace(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    throw new Error(`--health-${flag} cannot be negative`);
  }
  return { ...(command !== '' && { Test: ['CMD-SHELL', command] }), ...timing };
}

/** Wraps what is wrong with the flags as a failure of the command `name`, status 125. */
export function badOptions(error: unknown, name: string): Failure {
  return new Failure(
    `docker: ${sentence(error)}\n\nRun 'docker ${name} --help' for more information`,
    125,
  );
}
