import { parseDuration } from '../../duration.ts';
import { type FlagSpec, bool, hidden, int, list, parseInteger, text } from '../flags.ts';
import { parseBytes } from '../format/units.ts';
import { blkioFlags } from './blkio.ts';
import { checkMount } from './mounts.ts';

/** The flags that `docker run` and `docker create` share. */
export function createFlags(): readonly FlagSpec[] {
  const networks = list('network', '', 'Connect a container to a network', { type: 'network' });
  const aliases = list('network-alias', '', 'Add network-scoped alias for the container');
  const dnsOptions = list('dns-option', '', 'Set DNS options');
  return [
    ...process(),
    ...isolation(),
    ...resources(),
    ...blkioFlags(),
    ...storage(),
    ...health(),
    ...outer(),
    networks,
    hidden(networks, 'net'),
    aliases,
    hidden(aliases, 'net-alias'),
    list('add-host', '', 'Add a custom host-to-IP mapping (host:ip)', { check: checkHost }),
    list('dns', '', 'Set custom DNS servers', { check: checkAddress }),
    dnsOptions,
    hidden(dnsOptions, 'dns-opt'),
    list('dns-search', '', 'Set custom DNS search domains'),
    list('expose', '', 'Expose a port or a range of ports'),
    text('ip', '', 'IPv4 address (e.g., 172.30.100.104)'),
    text('mac-address', '', 'Container MAC address (e.g., 92:d0:c6:0a:29:33)'),
    list('link', '', 'Add link to another container'),
    list('publish', 'p', "Publish a container's port(s) to the host"),
    bool('publish-all', 'P', 'Publish all exposed ports to random ports'),
  ];
}

function process(): FlagSpec[] {
  return [
    list('attach', 'a', 'Attach to STDIN, STDOUT or STDERR', { check: checkAttach }),
    text('entrypoint', '', 'Overwrite the default ENTRYPOINT of the image'),
    list('env', 'e', 'Set environment variables', { check: checkEnv }),
    list('env-file', '', 'Read in a file of environment variables'),
    list('group-add', '', 'Add additional groups to join'),
    text('hostname', 'h', 'Container host name'),
    text('domainname', '', 'Container NIS domain name'),
    bool('init', '', 'Run an init inside the container that forwards signals and reaps processes'),
    bool('interactive', 'i', 'Keep STDIN open even if not attached'),
    list('label', 'l', 'Set meta data on a container', { check: checkLabel }),
    list('label-file', '', 'Read in a line delimited file of labels'),
    list(
      'annotation',
      '',
      'Add an annotation to the container (passed through to the OCI runtime)',
      {
        type: 'map',
      },
    ),
    text('restart', '', 'Restart policy to apply when a container exits', { fallback: 'no' }),
    bool(
      'rm',
      '',
      'Automatically remove the container and its associated anonymous volumes when it exits',
    ),
    text('stop-signal', '', 'Signal to stop the container'),
    int('stop-timeout', '', 'Timeout (in seconds) to stop a container'),
    bool('tty', 't', 'Allocate a pseudo-TTY'),
    text('user', 'u', 'Username or UID (format: <name|uid>[:<group|gid>])'),
    text('workdir', 'w', 'Working directory inside the container'),
  ];
}

function isolation(): FlagSpec[] {
  return [
    list('cap-add', '', 'Add Linux capabilities'),
    list('cap-drop', '', 'Drop Linux capabilities'),
    text('cgroup-parent', '', 'Optional parent cgroup for the container'),
    text(
      'cgroupns',
      '',
      'Cgroup namespace to use (host|private)\n' +
        "'host':    Run the container in the Docker host's cgroup namespace\n" +
        "'private': Run the container in its own private cgroup namespace\n" +
        "'':        Use the cgroup namespace as configured by the\n" +
        '           default-cgroupns-mode option on the daemon (default)',
    ),
    text('ipc', '', 'IPC mode to use'),
    text('isolation', '', 'Container isolation technology'),
    text('pid', '', 'PID namespace to use'),
    bool('privileged', '', 'Give extended privileges to this container'),
    bool('read-only', '', "Mount the container's root filesystem as read only"),
    text('runtime', '', 'Runtime to use for this container'),
    list('security-opt', '', 'Security Options'),
    {
      ...list('sysctl', '', 'Sysctl options', { type: 'map', check: checkSysctl }),
      fallback: 'map[]',
    },
    text('userns', '', 'User namespace to use'),
    text('uts', '', 'UTS namespace to use'),
  ];
}

function resources(): FlagSpec[] {
  const bytes = { type: 'bytes', check: checkBytes };
  return [
    int('cpu-period', '', 'Limit CPU CFS (Completely Fair Scheduler) period'),
    int('cpu-quota', '', 'Limit CPU CFS (Completely Fair Scheduler) quota'),
    int('cpu-shares', 'c', 'CPU shares (relative weight)'),
    text('cpus', '', 'Number of CPUs', { type: 'decimal', check: checkCpus }),
    text('cpuset-cpus', '', 'CPUs in which to allow execution (0-3, 0,1)'),
    text('cpuset-mems', '', 'MEMs in which to allow execution (0-3, 0,1)'),
    text('memory', 'm', 'Memory limit', bytes),
    text('memory-reservation', '', 'Memory soft limit', bytes),
    text('memory-swap', '', "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", {
      type: 'bytes',
      check: (value) => (value === '-1' ? value : checkBytes(value)),
    }),
    int('memory-swappiness', '', 'Tune container memory swappiness (0 to 100)', -1),
    bool('oom-kill-disable', '', 'Disable OOM Killer'),
    int('oom-score-adj', '', "Tune host's OOM preferences (-1000 to 1000)"),
    int('pids-limit', '', 'Tune container pids limit (set -1 for unlimited)'),
    text('shm-size', '', 'Size of /dev/shm', bytes),
    {
      ...list('ulimit', '', 'Ulimit options', { type: 'ulimit', check: checkUlimit }),
      fallback: '[]',
    },
    list('device', '', 'Add a host device to the container'),
    list('device-cgroup-rule', '', 'Add a rule to the cgroup allowed devices list', {
      check: checkDeviceRule,
    }),
  ];
}

function storage(): FlagSpec[] {
  return [
    text('log-driver', '', 'Logging driver for the container'),
    list('log-opt', '', 'Log driver options'),
    list('mount', '', 'Attach a filesystem mount to the container', {
      type: 'mount',
      check: checkMount,
    }),
    list('storage-opt', '', 'Storage driver options for the container'),
    list('tmpfs', '', 'Mount a tmpfs directory'),
    list('volume', 'v', 'Bind mount a volume'),
    text('volume-driver', '', 'Optional volume driver for the container'),
    list('volumes-from', '', 'Mount volumes from the specified container(s)'),
  ];
}

function health(): FlagSpec[] {
  const duration = {
    type: 'duration',
    check: (value: string): string => String(parseDuration(value)),
  };
  return [
    text('health-cmd', '', 'Command to run to check health'),
    text('health-interval', '', 'Time between running the check (ms|s|m|h) (default 0s)', duration),
    int('health-retries', '', 'Consecutive failures needed to report unhealthy'),
    text(
      'health-start-interval',
      '',
      'Time between running the check during the start period (ms|s|m|h) (default 0s)',
      duration,
    ),
    text(
      'health-start-period',
      '',
      'Start period for the container to initialize before starting health-retries countdown (ms|s|m|h) (default 0s)',
      duration,
    ),
    text(
      'health-timeout',
      '',
      'Maximum time to allow one check to run (ms|s|m|h) (default 0s)',
      duration,
    ),
    bool('no-healthcheck', '', 'Disable any container-specified HEALTHCHECK'),
  ];
}

/** What concerns the command itself, not the container's configuration. */
function outer(): FlagSpec[] {
  return [
    text('cidfile', '', 'Write the container ID to the file'),
    text('name', '', 'Assign a name to the container'),
    text('platform', '', 'Set platform if server is multi-platform capable'),
    text('pull', '', 'Pull image before running ("always", "missing", "never")', {
      fallback: 'missing',
    }),
    bool('quiet', 'q', 'Suppress the pull output'),
  ];
}

function checkAttach(value: string): string {
  const stream = value.toLowerCase();
  if (/^(stdin|stdout|stderr)$/.test(stream)) return stream;
  throw new Error('valid streams are STDIN, STDOUT and STDERR');
}

/** Also for `docker exec -e`. */
export function checkEnv(value: string): string {
  if (value === '' || value.startsWith('='))
    throw new Error(`invalid environment variable: ${value}`);
  return value;
}

function checkLabel(value: string): string {
  if (value === '' || value.startsWith('='))
    throw new Error(`invalid label '${value}': empty name`);
  return value;
}

function checkHost(value: string): string {
  const match = /^([^:=]+)[:=](.+)$/.exec(value);
  if (!match) throw new Error(`bad format for add-host: ${JSON.stringify(value)}`);
  const [, name = '', target = ''] = match;
  const ip = target.replace(/^\[(.*)\]$/, '$1');
  if (ip !== 'host-gateway' && !isAddress(ip)) {
    throw new Error(`invalid IP address in add-host: ${JSON.stringify(ip)}`);
  }
  return `${name}:${ip}`;
}

function checkAddress(value: string): string {
  if (!isAddress(value.trim()))
    throw new Error(`IP address is not correctly formatted: ${value.trim()}`);
  return value.trim();
}

/** Dotted, or with colons; what exactly a v6 address may be is the daemon's to judge. */
function isAddress(text: string): boolean {
  const parts = text.split('.');
  if (parts.length === 4)
    return parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  return text.includes(':') && /^[\da-fA-F:.]+$/.test(text);
}

const SYSCTLS =
  /^(net\..+|fs\.mqueue\..+|kernel\.(msgmax|msgmnb|msgmni|sem|shmall|shmmax|shmmni|shm_rmid_forced))=/;

function checkSysctl(value: string): string {
  if (!SYSCTLS.test(value)) throw new Error(`sysctl '${value}' is not allowed`);
  return value;
}

function checkBytes(value: string): string {
  return String(parseBytes(value));
}

function checkCpus(value: string): string {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value)) {
    throw new Error(`failed to parse ${value} as a rational number`);
  }
  const nano = Number(value) * 1e9;
  if (!Number.isInteger(Number(nano.toFixed(6)))) throw new Error('value is too precise');
  return String(Math.round(nano));
}

const ULIMITS = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];

function checkUlimit(value: string): string {
  const match = /^([^=]+)=(.*)$/.exec(value);
  if (!match) throw new Error(`invalid ulimit argument: ${value}`);
  const [, name = '', limits = ''] = match;
  if (!ULIMITS.includes(name)) throw new Error(`invalid ulimit type: ${name}`);
  const parts = limits.split(':');
  if (parts.length > 2)
    throw new Error(
      `too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``,
    );
  const [soft = 0, hard] = parts.map((part) => Number(parseInteger(part)));
  if (hard !== undefined && soft !== -1 && hard !== -1 && soft > hard) {
    throw new Error(
      `ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`,
    );
  }
  return value;
}

function checkDeviceRule(value: string): string {
  if (/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(value)) return value;
  throw new Error(`invalid device cgroup format '${value}'`);
}
