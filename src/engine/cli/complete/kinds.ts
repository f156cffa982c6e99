/** Things that have names, which the daemon knows. */
export type Kind =
  'containers' | 'running' | 'stopped' | 'paused' | 'images' | 'networks' | 'volumes' | 'objects';

/** What the arguments of a command are. */
const ARGUMENTS: Readonly<Record<string, Kind>> = {
  attach: 'running',
  commit: 'containers',
  create: 'images',
  diff: 'containers',
  exec: 'running',
  export: 'containers',
  history: 'images',
  inspect: 'objects',
  kill: 'running',
  logs: 'containers',
  pause: 'running',
  port: 'containers',
  push: 'images',
  rename: 'containers',
  restart: 'containers',
  rm: 'containers',
  rmi: 'images',
  run: 'images',
  save: 'images',
  start: 'stopped',
  stats: 'running',
  stop: 'running',
  tag: 'images',
  top: 'running',
  unpause: 'paused',
  update: 'containers',
  wait: 'containers',
};

/** In groups whose commands are not those of containers. */
const OF_GROUP: Readonly<Record<string, Kind>> = {
  image: 'images',
  network: 'networks',
  volume: 'volumes',
};

/** Commands whose first argument only has a name that is known. */
const ONE_ONLY = /^(run|create|exec|top|rename|commit|tag|port)$/;

/**
 * What the argument behind `count` others is; `files` when the daemon does not know it.
 * @param path the words of the command: `rm`, `network connect`
 */
export function positional(path: string, count: number, most: number | undefined): Kind | 'files' {
  const [first = '', second] = path.split(' ');
  const name = second ?? first;
  if (most !== undefined && count >= most) return 'files';
  const group = second === undefined ? undefined : OF_GROUP[first];
  if (first === 'network' && /connect$/.test(name)) return count === 0 ? 'networks' : 'running';
  if (group && /^(create|ls|prune|load|import|build|pull)$/.test(name)) return 'files';
  if (group) return name === 'tag' && count > 0 ? 'files' : group;
  if (count > 0 && ONE_ONLY.test(name)) return 'files';
  return ARGUMENTS[name] ?? 'files';
}

const SIGNALS = 'SIGHUP SIGINT SIGQUIT SIGKILL SIGUSR1 SIGUSR2 SIGTERM SIGCONT SIGSTOP SIGWINCH';

const VALUES: Readonly<Record<string, Kind | 'files' | readonly string[]>> = {
  network: 'networks',
  'volumes-from': 'containers',
  link: 'containers',
  restart: ['no', 'on-failure', 'on-failure:', 'always', 'unless-stopped'],
  pull: ['always', 'missing', 'never'],
  signal: SIGNALS.split(' '),
  'stop-signal': SIGNALS.split(' '),
  'log-driver': ['json-file', 'local', 'none'],
  'log-opt': ['max-size=', 'max-file=', 'labels=', 'env='],
  type: ['container', 'image', 'network', 'volume'],
  pid: ['host', 'container:'],
  ipc: ['host', 'none', 'private', 'shareable', 'container:'],
  uts: ['host'],
  cgroupns: ['host', 'private'],
  driver: ['bridge'],
  format: ['json', 'table'],
  'security-opt': ['no-new-privileges', 'seccomp=unconfined'],
  'cap-add': ['ALL', 'NET_ADMIN', 'SYS_ADMIN', 'SYS_PTRACE', 'SYS_TIME'],
  'cap-drop': ['ALL', 'CHOWN', 'KILL', 'NET_BIND_SERVICE', 'NET_RAW', 'SETUID'],
  'env-file': 'files',
  'label-file': 'files',
  cidfile: 'files',
  volume: 'files',
  mount: 'files',
  file: 'files',
  output: 'files',
  input: 'files',
  config: 'files',
};

/** What a flag's value can be: one of these words, a name, a file; or nothing that is known. */
export function flagValues(name: string, type: string): Kind | 'files' | readonly string[] {
  return VALUES[name] ?? (type === 'network' ? 'networks' : []);
}
