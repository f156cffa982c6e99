import { blkioOptions } from './blkio.ts';
import { type Body, lists, numbers, some, switches, texts } from './body.ts';
import { asRecord } from './files.ts';
import { parseMount, resolve } from './mounts.ts';
import { networkOptions } from './network.ts';
import { capabilities, securityOptions } from './security.ts';
import type { Cli } from '../command.ts';
import type { Flags } from '../flags.ts';

/** Which flag becomes which field. */
const SWITCHES = {
  rm: 'AutoRemove',
  privileged: 'Privileged',
  'publish-all': 'PublishAllPorts',
  'read-only': 'ReadonlyRootfs',
  'oom-kill-disable': 'OomKillDisable',
};

const NUMBERS = {
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
};

const TEXTS = {
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
};

const LISTS = {
  'group-add': 'GroupAdd',
  dns: 'Dns',
  'dns-option': 'DnsOptions',
  'dns-search': 'DnsSearch',
  'add-host': 'ExtraHosts',
  link: 'Links',
  'volumes-from': 'VolumesFrom',
  'device-cgroup-rule': 'DeviceCgroupRules',
};

/** `HostConfig`: what the machine gives the container and withholds from it. */
export function hostConfig(cli: Cli, flags: Flags): Body {
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
    ...switches(flags, SWITCHES),
    ...(flags.changed('init') && { Init: flags.bool('init') }),
    ...numbers(flags, NUMBERS),
    ...texts(flags, TEXTS),
    ...blkioOptions(flags),
    ...capabilities(flags),
    ...lists(flags, LISTS),
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

/** `on-failure:3`; throws with Docker's sentence. */
export function restartPolicy(text: string): { Name: string; MaximumRetryCount?: number } {
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

function logConfig(flags: Flags): Body {
  const Type = flags.text('log-driver');
  const Config = asRecord(flags.list('log-opt'));
  if (Type === 'none' && Object.keys(Config).length > 0) {
    throw new Error('invalid logging opts for driver none');
  }
  return { ...(Type !== '' && { Type }), ...some('Config', Config) };
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
