import { TICKS, type Process } from './process.ts';

/** The machine as columns of ps(1) need it. */
export interface Surroundings {
  /** Seconds since the epoch. */
  readonly now: number;
  /** Seconds since the boot. */
  readonly uptime: number;
  /** Bytes of memory. */
  readonly memory: number;
  readonly user: (uid: number) => string;
  readonly group: (gid: number) => string;
}

export interface Column {
  readonly title: string;
  readonly value: (process: Process, around: Surroundings) => string;
}

const two = (n: number): string => String(n).padStart(2, '0');

function elapsed(process: Process, { uptime }: Surroundings): number {
  return Math.max(0, uptime - process.startTicks / TICKS);
}

function cpuSeconds({ userTicks, systemTicks }: Process): number {
  return Math.floor((userTicks + systemTicks) / TICKS);
}

/** Share of the processor over its whole life, in per cent. */
function cpuShare(process: Process, around: Surroundings): number {
  const life = elapsed(process, around);
  const used = (process.userTicks + process.systemTicks) / TICKS;
  return life === 0 ? 0 : Math.min(0.999, used / life) * 100;
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `14:05` today, `Nov21` this year, else the year. */
function started(process: Process, around: Surroundings): string {
  const at = new Date((around.now - elapsed(process, around)) * 1000);
  const now = new Date(around.now * 1000);
  if (at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)) {
    return at.toISOString().slice(11, 16);
  }
  if (at.getUTCFullYear() !== now.getUTCFullYear()) return String(at.getUTCFullYear());
  return `${MONTHS[at.getUTCMonth()] ?? ''}${two(at.getUTCDate())}`;
}

/** `[DD-]HH:MM:SS` */
function clock(seconds: number): string {
  const days = Math.floor(seconds / 86400);
  const time = [seconds / 3600, seconds / 60, seconds].map((part, i) =>
    two(Math.floor(part) % (i === 0 ? 24 : 60)),
  );
  return `${days > 0 ? `${String(days)}-` : ''}${time.join(':')}`;
}

/** `M:SS`, as BSD writes time. */
function bsdTime(seconds: number): string {
  return `${String(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}

/** `[[DD-]HH:]MM:SS` */
function elapsedTime(seconds: number): string {
  const whole = clock(Math.floor(seconds));
  return whole.startsWith('00:') ? whole.slice(3) : whole;
}

/** Major numbers of pseudo-terminals (Documentation/admin-guide/devices.txt): 136 to 143. */
function terminal({ terminal: device }: Process): string {
  if (device === 0) return '?';
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${String(minor + (major - 136) * 256)}`;
  if (major === 229) return `hvc${String(minor)}`;
  return major === 4 && minor >= 64
    ? `ttyS${String(minor - 64)}`
    : `${String(major)}:${String(minor)}`;
}

/** The state and what stands behind it in `ps aux`. */
function fullState({ state, nice, pid, session, threads, pgrp, foreground }: Process): string {
  const priority = nice < 0 ? '<' : nice > 0 ? 'N' : '';
  return `${state}${priority}${session === pid ? 's' : ''}${threads > 1 ? 'l' : ''}${pgrp === foreground ? '+' : ''}`;
}

const column = (title: string, value: Column['value']): Column => ({ title, value });
const number =
  (name: 'pid' | 'ppid' | 'pgrp' | 'session' | 'uid' | 'gid' | 'nice' | 'threads' | 'foreground') =>
  (process: Process): string =>
    String(process[name]);

const user: Column['value'] = ({ uid }, around) => around.user(uid);
const group: Column['value'] = ({ gid }, around) => around.group(gid);
const kibibytes = (bytes: number): string => String(Math.floor(bytes / 1024));
const tenths = (share: number): string => share.toFixed(1);
const share = (process: Process, around: Surroundings): string => tenths(cpuShare(process, around));

/** Columns by the names that `ps -o` has for them. */
export const COLUMNS: Readonly<Record<string, Column>> = {
  user: column('USER', user),
  euser: column('EUSER', user),
  ruser: column('RUSER', user),
  uname: column('USER', user),
  group: column('GROUP', group),
  egroup: column('EGROUP', group),
  rgroup: column('RGROUP', group),
  uid: column('UID', number('uid')),
  euid: column('EUID', number('uid')),
  gid: column('GID', number('gid')),
  egid: column('EGID', number('gid')),
  pid: column('PID', number('pid')),
  tgid: column('TGID', number('pid')),
  ppid: column('PPID', number('ppid')),
  pgid: column('PGID', number('pgrp')),
  pgrp: column('PGRP', number('pgrp')),
  sid: column('SID', number('session')),
  sess: column('SESS', number('session')),
  tpgid: column('TPGID', number('foreground')),
  nlwp: column('NLWP', number('threads')),
  thcount: column('THCNT', number('threads')),
  ni: column('NI', number('nice')),
  nice: column('NI', number('nice')),
  pri: column('PRI', ({ priority }) => String(39 - priority)),
  c: column('C', (process, around) => String(Math.floor(cpuShare(process, around)))),
  pcpu: column('%CPU', share),
  '%cpu': column('%CPU', share),
  pmem: column('%MEM', ({ resident }, { memory }) => tenths((resident / memory) * 100)),
  '%mem': column('%MEM', ({ resident }, { memory }) => tenths((resident / memory) * 100)),
  vsz: column('VSZ', (process) => kibibytes(process.virtual)),
  vsize: column('VSZ', (process) => kibibytes(process.virtual)),
  rss: column('RSS', ({ resident }) => kibibytes(resident)),
  rssize: column('RSS', ({ resident }) => kibibytes(resident)),
  sz: column('SZ', (process) => String(Math.floor(process.virtual / 4096))),
  tty: column('TT', terminal),
  tt: column('TT', terminal),
  tname: column('TTY', terminal),
  s: column('S', ({ state }) => state),
  state: column('S', ({ state }) => state),
  stat: column('STAT', fullState),
  stime: column('STIME', started),
  start: column('STARTED', started),
  start_time: column('START', started),
  bsdstart: column('START', started),
  time: column('TIME', (process) => clock(cpuSeconds(process))),
  cputime: column('TIME', (process) => clock(cpuSeconds(process))),
  bsdtime: column('TIME', (process) => bsdTime(cpuSeconds(process))),
  etime: column('ELAPSED', (process, around) => elapsedTime(elapsed(process, around))),
  etimes: column('ELAPSED', (process, around) => String(Math.floor(elapsed(process, around)))),
  comm: column('COMMAND', ({ name }) => name),
  ucmd: column('CMD', ({ name }) => name),
  args: column('COMMAND', ({ command }) => command),
  command: column('COMMAND', ({ command }) => command),
  cmd: column('CMD', ({ command }) => command),
};

const named = (names: string): Column[] => names.split(' ').flatMap((name) => COLUMNS[name] ?? []);

const TTY = column('TTY', terminal);
const UID = column('UID', user);

/** What the letters of ps(1) show. */
export const LAYOUTS = {
  /** `ps -f` */
  full: [UID, ...named('pid ppid c stime'), TTY, ...named('time cmd')],
  /** `ps` */
  plain: [...named('pid'), TTY, ...named('time'), column('CMD', ({ name }) => name)],
  /** `ps -l` */
  long: [
    column('F', () => '4'),
    ...named('s uid pid ppid c'),
    column('PRI', ({ priority }) => String(60 + priority)),
    ...named('ni'),
    column('ADDR', () => '-'),
    ...named('sz'),
    column('WCHAN', () => '-'),
    TTY,
    ...named('time'),
    column('CMD', ({ name }) => name),
  ],
  /** `ps u` */
  user: [...named('user pid %cpu %mem vsz rss'), TTY, ...named('stat bsdstart bsdtime command')],
  /** `ps x` */
  bsd: [...named('pid'), TTY, ...named('stat bsdtime command')],
} as const;
