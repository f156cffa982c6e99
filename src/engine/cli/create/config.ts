import { Failure, sentence } from '../failure.ts';
import { asRecord, environment, readFile, withFiles } from './files.ts';
import { csv, parseMount, resolve } from './mounts.ts';
import { parsePorts } from './ports.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';

type Body = Record<string, unknown>;

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
    ...texts(flags, {
      hostname: 'Hostname',
      domainname: 'Domainname',
      user: 'User',
      workdir: 'WorkingDir',
      'stop-signal': 'StopSignal',
      'mac-address': 'MacAddress',
    }),
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

function hostConfig(cli: Cli, flags: Flags): Body {
  const restart = restartPolicy(flags.text('restart'));
  if (flags.bool('rm') && !['no', ''].includes(restart.Name)) {
    throw new Error('conflicting options: cannot specify both --restart and --rm');
  }
  const swappiness = flags.int('memory-swappiness');
  if (swappiness !== -1 && (swappiness < 0 || swappiness > 100)) {
    throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
  }
  checkMode(flags, 'pid', 'PID', /^(|host|container:.+)$/);
  checkMode(flags, 'uts', 'UTS', /^(|host)$/);
  checkMode(flags, 'userns', 'USER', /^(|host)$/);
  checkMode(flags, 'cgroupns', 'CGROUP', /^(|host|private)$/);
  const [network = 'default'] = flags.list('network').map((value) => networkOptions(value).name);
  const binds = flags.list('volume').filter((spec) => spec.includes(':'));
  return {
    NetworkMode: network,
    ...(restart.Name !== 'no' && { RestartPolicy: restart }),
    ...switches(flags, {
      rm: 'AutoRemove',
      privileged: 'Privileged',
      'publish-all': 'PublishAllPorts',
      'read-only': 'ReadonlyRootfs',
      'oom-kill-disable': 'OomKillDisable',
    }),
    ...(flags.changed('init') && { Init: flags.bool('init') }),
    ...numbers(flags, {
      memory: 'Memory',
      'memory-swap': 'MemorySwap',
      'memory-reservation': 'MemoryReservation',
      'memory-swappiness': 'MemorySwappiness',
      cpus: 'NanoCpus',
      'cpu-shares': 'CpuShares',
      'cpu-period': 'CpuPeriod',
      'cpu-quota': 'CpuQuota',
      'pids-limit': 'PidsLimit',
      'oom-score-adj': 'OomScoreAdj',
      'shm-size': 'ShmSize',
    }),
    ...texts(flags, {
      'cpuset-cpus': 'CpusetCpus',
      'cpuset-mems': 'CpusetMems',
      'cgroup-parent': 'CgroupParent',
      cgroupns: 'CgroupnsMode',
      cidfile: 'ContainerIDFile',
      ipc: 'IpcMode',
      isolation: 'Isolation',
      pid: 'PidMode',
      runtime: 'Runtime',
      userns: 'UsernsMode',
      uts: 'UTSMode',
      'volume-driver': 'VolumeDriver',
    }),
    ...capabilities(flags),
    ...lists(flags, {
      'group-add': 'GroupAdd',
      dns: 'Dns',
      'dns-option': 'DnsOptions',
      'dns-search': 'DnsSearch',
      'add-host': 'ExtraHosts',
      link: 'Links',
      'volumes-from': 'VolumesFrom',
      'device-cgroup-rule': 'DeviceCgroupRules',
    }),
    ...some('Annotations', asRecord(flags.list('annotation'))),
    ...some('Sysctls', asRecord(flags.list('sysctl'))),
    ...some('StorageOpt', asRecord(flags.list('storage-opt'))),
    ...some('Tmpfs', colonRecord(flags.list('tmpfs'))),
    ...some(
      'Binds',
      binds.map((bind) => absolute(cli.cwd, bind)),
    ),
    ...some(
      'Mounts',
      flags.list('mount').map((value) => parseMount(value, cli.cwd)),
    ),
    ...some('Devices', flags.list('device').map(device)),
    ...some('Ulimits', flags.list('ulimit').toSorted().map(ulimit)),
    ...some('LogConfig', logConfig(flags)),
    ...securityOptions(cli, flags.list('security-opt')),
  };
}

/** Capabilities by their full names, sorted; ALL swallows the others. */
function capabilities(flags: Flags): Body {
  const names = (flag: string): string[] => {
    const upper = flags.list(flag).map((name) => name.trim().toUpperCase());
    const full = upper.map((name) => (/^(ALL$|CAP_)/.test(name) ? name : `CAP_${name}`));
    return full.includes('ALL') ? ['ALL'] : [...new Set(full)].toSorted();
  };
  return { ...some('CapAdd', names('cap-add')), ...some('CapDrop', names('cap-drop')) };
}

function restartPolicy(text: string): { Name: string; MaximumRetryCount?: number } {
  const [name = '', count, ...more] = text.split(':');
  if (count === undefined) return { Name: name };
  if (more.length > 0) throw new Error('invalid restart policy format: too many colons');
  if (name === '')
    throw new Error('invalid restart policy format: no policy provided before colon');
  if (!/^[+-]?\d+$/.test(count)) {
    throw new Error('invalid restart policy format: maximum retry count must be an integer');
  }
  return { Name: name, MaximumRetryCount: Number(count) };
}

function checkMode(flags: Flags, flag: string, what: string, valid: RegExp): void {
  if (!valid.test(flags.text(flag))) throw new Error(`--${flag}: invalid ${what} mode`);
}

function healthcheck(flags: Flags): Body {
  const timing = numbers(flags, {
    'health-interval': 'Interval',
    'health-timeout': 'Timeout',
    'health-start-period': 'StartPeriod',
    'health-start-interval': 'StartInterval',
    'health-retries': 'Retries',
  });
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

function logConfig(flags: Flags): Body {
  const Type = flags.text('log-driver');
  const Config = asRecord(flags.list('log-opt'));
  if (Type === 'none' && Object.keys(Config).length > 0) {
    throw new Error('invalid logging opts for driver none');
  }
  return { ...(Type !== '' && { Type }), ...some('Config', Config) };
}

/** A seccomp profile goes to the daemon as text, not as a path that only we can see. */
function securityOptions(cli: Cli, options: readonly string[]): Body {
  const kept: string[] = [];
  let paths: Body = {};
  for (const option of options) {
    if (option === 'systempaths=unconfined') {
      paths = { MaskedPaths: [], ReadonlyPaths: [] };
      continue;
    }
    const [name = '', value = ''] = option.split(/[=:](.*)/s);
    if (name !== 'no-new-privileges' && value === '') {
      throw new Error(`invalid --security-opt: ${JSON.stringify(option)}`);
    }
    if (name !== 'seccomp' || value === 'unconfined' || value === 'builtin') kept.push(option);
    else {
      const profile = readFile(cli, value);
      try {
        kept.push(`seccomp=${JSON.stringify(JSON.parse(profile))}`);
      } catch (error) {
        throw new Error(
          `compacting json for seccomp profile (${value}) failed: ${sentence(error)}`,
          { cause: error },
        );
      }
    }
  }
  return { ...some('SecurityOpt', kept), ...paths };
}

interface NetworkOptions {
  readonly name: string;
  readonly settings: Body;
}

/** `--network NAME` or `--network name=NAME,alias=…,ip=…`. */
function networkOptions(value: string): NetworkOptions {
  if (!value.includes('=')) return { name: value, settings: {} };
  let name = '';
  const aliases: string[] = [];
  const driver: Record<string, string> = {};
  const settings: Body = {};
  for (const item of csv(value)) {
    const [key = '', given = ''] = item.split(/=(.*)/s);
    if (key === 'name') name = given;
    else if (key === 'alias') aliases.push(given);
    else if (key === 'ip') settings['IPAMConfig'] = { IPv4Address: given };
    else if (key === 'mac-address') settings['MacAddress'] = given;
    else if (key === 'driver-opt') Object.assign(driver, asRecord([given]));
    else throw new Error(`invalid field key ${key}`);
  }
  if (name === '') throw new Error('network name/id is not specified');
  return {
    name,
    settings: { ...settings, ...some('Aliases', aliases), ...some('DriverOpts', driver) },
  };
}

function networking(flags: Flags): Body {
  const networks = flags.list('network').map(networkOptions);
  const aliases = flags.list('network-alias');
  const first = networks[0]?.name ?? 'default';
  if (aliases.length > 0 && /^(default|bridge|host|none)$|^container:/.test(first)) {
    throw new Error('network-scoped aliases are only supported for user-defined networks');
  }
  const ip = flags.text('ip');
  const mac = flags.text('mac-address');
  const EndpointsConfig: Record<string, Body> = {};
  for (const { name, settings } of networks) EndpointsConfig[name] = settings;
  const own = {
    ...some('Aliases', aliases),
    ...(ip !== '' && { IPAMConfig: { IPv4Address: ip } }),
    ...(mac !== '' && { MacAddress: mac }),
  };
  if (Object.keys(own).length > 0) EndpointsConfig[first] = { ...EndpointsConfig[first], ...own };
  return some('EndpointsConfig', EndpointsConfig);
}

/** `/dev/x[:/dev/y][:rwm]` */
function device(spec: string): Body {
  const parts = spec.split(':');
  const [host = '', second, third] = parts;
  const mode = /^[rwm]+$/;
  if (parts.length > 3) throw new Error(`invalid device specification: ${spec}`);
  const onlyMode = parts.length === 2 && mode.test(second ?? '');
  return {
    PathOnHost: host,
    PathInContainer: second === undefined || second === '' || onlyMode ? host : second,
    CgroupPermissions: onlyMode ? second : (third ?? 'rwm'),
  };
}

function ulimit(spec: string): Body {
  const [name = '', limits = ''] = spec.split('=');
  const [soft = '0', hard = soft] = limits.split(':');
  return { Name: name, Soft: Number(soft), Hard: Number(hard) };
}

function absolute(cwd: string, bind: string): string {
  const at = bind.indexOf(':');
  return bind.startsWith('.') ? resolve(cwd, bind.slice(0, at)) + bind.slice(at) : bind;
}

function colonRecord(specs: readonly string[]): Record<string, string> {
  return Object.fromEntries(specs.map((spec) => spec.split(/:(.*)/s).concat('').slice(0, 2)));
}

/** The property when there is something in it. */
function some(name: string, value: object): Body {
  return Object.keys(value).length > 0 ? { [name]: value } : {};
}

type Names = Readonly<Record<string, string>>;

/** Flags that were given, under the names that the API has for them. */
function texts(flags: Flags, names: Names): Record<string, string> {
  return picked(flags, names, (flag) => flags.text(flag));
}

function numbers(flags: Flags, names: Names): Record<string, number> {
  return picked(flags, names, (flag) => Number(flags.text(flag)));
}

function switches(flags: Flags, names: Names): Record<string, boolean> {
  return picked(flags, names, (flag) => flags.bool(flag));
}

function lists(flags: Flags, names: Names): Record<string, readonly string[]> {
  return picked(flags, names, (flag) => flags.list(flag));
}

function picked<T>(flags: Flags, names: Names, value: (flag: string) => T): Record<string, T> {
  const found: Record<string, T> = {};
  for (const [flag, name] of Object.entries(names)) {
    if (flags.changed(flag)) found[name] = value(flag);
  }
  return found;
}

/** Wraps what is wrong with the flags as a failure of the command `name`, status 125. */
export function badOptions(error: unknown, name: string): Failure {
  return new Failure(
    `docker: ${sentence(error)}\n\nRun 'docker ${name} --help' for more information`,
    125,
  );
}
