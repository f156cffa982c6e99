import { cgroupPath, makeCgroup, removeCgroup } from '../cgroups/limits.ts';
import { capabilities, mask } from '../namespaces/capabilities.ts';
import {
  CLONE_NEWCGROUP,
  CLONE_NEWPID,
  cloneFlags,
  isOwn,
  JOINED,
  sharedWith,
} from '../namespaces/namespaces.ts';
import { containerLink, hostLink, RESOLVER } from '../network/link.ts';
import { gatewayOf } from '../network/endpoint.ts';
import { MS_BIND, MS_RDONLY, MS_REC, MS_REMOUNT, MS_SLAVE } from '../rootfs/flags.ts';
import { bindMount, defaultMounts } from '../rootfs/mounts.ts';
import { mergedPath, mountOverlay, unmountOverlay } from '../rootfs/overlay.ts';
import type { Identity } from '../rootfs/users.ts';
import { shared, steps, type Call, type Step } from '../sys/step.ts';
import { commandOf, libDirectory, type Container } from './container.ts';
import { filterOf, securityOf } from './security.ts';
import {
  ALONE,
  clear,
  enter,
  hasInit,
  prepare,
  sharedMemoryOf,
  type Surroundings,
} from './surroundings.ts';
import { setUlimits } from './ulimits.ts';

/**
 * The start of a container, as a list of system calls.
 *
 * A pure function: the same container gives the same list. The native interpreter carries it out,
 * `bottle trace` shows it with results and times, the unit tests read it without a kernel. The
 * order is crun's and runc's, for the reasons that their security advisories tell.
 */
export function startPlan(
  container: Container,
  identity: Identity,
  around: Surroundings = ALONE,
  mounts: readonly Call[] = [],
): Step[] {
  const { id, config, host, overlay, endpoints } = container;
  const links = endpoints.flatMap(({ link }) => link ?? []);
  const network = hostLink(id, links);
  return [
    ...steps('host', [
      ...makeCgroup(id, host),
      mountOverlay(overlay),
      ...network.before,
      ...prepare(container, around),
      { op: 'clone', flags: cloneFlags(host), cgroup: cgroupPath(id, host.CgroupParent) },
      ...network.after,
      ...(around.names ? [{ op: 'resolver', address: RESOLVER } as const] : []),
    ]),
    ...steps('child', [
      ...(host.CgroupnsMode === 'host' ? [] : [{ op: 'unshare', flags: CLONE_NEWCGROUP } as const]),
      ...enter(around),
      { op: 'setsid' },
      // Mounts made from here on stay in here; the host's later ones may still arrive.
      { op: 'propagation', path: '/', flags: MS_SLAVE | MS_REC },
      { op: 'root', path: mergedPath(overlay) },
      ...mountsOf(container),
      // A volume at /etc lies below the files that the daemon writes, every other one above them.
      ...mounts.filter(isOnEtc),
      ...ownFiles(sharedWith(host.NetworkMode) ?? id),
      ...mounts.filter((call) => !isOnEtc(call)),
      ...around.devices.nodes,
      ...(hasInit(container) ? bindMount(INIT.host, INIT.path, 'follow-file', true) : []),
      ...(config.Tty ? [{ op: 'console', path: '/dev/console' } as const] : []),
      { op: 'pivot_root' },
      ...(isOwn(host.NetworkMode) ? containerLink(id, links, gatewayOf(endpoints)) : []),
      ...(host.UTSMode === 'host' ? [] : names(config)),
      ...Object.entries(host.Sysctls ?? {}).map(([name, value]): Call => ({
        op: 'sysctl',
        name,
        value,
      })),
      ...(host.Privileged ? [] : hidden(host)),
      ...(host.ReadonlyRootfs
        ? [{ op: 'propagation', path: '/', flags: MS_REMOUNT | MS_BIND | MS_RDONLY } as const]
        : []),
      ...restrict(container, identity, host.Privileged),
      { op: 'chdir', path: config.WorkingDir === '' ? '/' : config.WorkingDir, create: true },
      execve(
        hasInit(container) ? [INIT.path, '--', ...commandOf(config)] : commandOf(config),
        environment(container, identity, config.Tty, []),
      ),
    ]),
    ...steps('after', [
      unmountOverlay(overlay),
      ...network.gone,
      ...clear(container),
      ...removeCgroup(id, host),
    ]),
  ];
}

/** What an exec asks for, beside the container that it enters. */
export interface ExecRequest {
  readonly command: readonly string[];
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly privileged: boolean;
}

/** One more process in a running container: enter its namespaces and its cgroup, then as above. */
export function execPlan(
  container: Container,
  request: ExecRequest,
  identity: Identity,
  tty: boolean,
): Step[] {
  const { id, state, host } = container;
  const join = (flags: number): Call => ({ op: 'setns_pidfd', pid: state.Pid, flags });
  return [
    ...steps('host', [
      join(CLONE_NEWPID),
      { op: 'clone', flags: 0, cgroup: cgroupPath(id, host.CgroupParent) },
    ]),
    ...steps('child', [
      { op: 'setsid' },
      join(JOINED),
      ...(tty ? [{ op: 'console', path: '' } as const] : []),
      ...restrict(container, identity, request.privileged),
      { op: 'chdir', path: request.workingDir, create: false },
      execve(request.command, [...environment(container, identity, tty, request.env)]),
    ]),
  ];
}

/** Steps that most containers have in common, by what they depend on. */
const common = {
  mounts: new Map<string, readonly Call[]>(),
  hidden: new Map<string, readonly Call[]>(),
  restrictions: new Map<string, readonly Call[]>(),
};

function mountsOf(container: Container): readonly Call[] {
  const { Privileged } = container.host;
  const memory = sharedMemoryOf(container);
  return shared(common.mounts, JSON.stringify([Privileged, memory]), () =>
    defaultMounts(memory, Privileged),
  );
}

function hidden({ ReadonlyPaths, MaskedPaths }: Container['host']): readonly Call[] {
  return shared(common.hidden, `${ReadonlyPaths.join('\0')}\n${MaskedPaths.join('\0')}`, () => [
    ...ReadonlyPaths.map((path): Call => ({ op: 'readonly', path })),
    ...MaskedPaths.map((path): Call => ({ op: 'mask', path })),
  ]);
}

/** Process 1 of a container with `--init`: where it is on the machine, and in the container. */
const INIT = { host: '/usr/lib/bottle/docker-init', path: '/sbin/docker-init' } as const;

function names({ Hostname, Domainname }: Container['config']): Call[] {
  const host: Call = { op: 'sethostname', name: Hostname };
  return Domainname === '' ? [host] : [host, { op: 'setdomainname', name: Domainname }];
}

const isOnEtc = (call: Call): boolean => 'target' in call && call.target === '/etc';

/** `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf`: written for this container by the daemon. */
function ownFiles(id: string): Call[] {
  return ['hostname', 'hosts', 'resolv.conf'].flatMap((name) =>
    bindMount(`${libDirectory(id)}/${name}`, `/etc/${name}`, 'file', false),
  );
}

/**
 * Gives power up: the filter, then the capabilities, then root.
 *
 * The filter comes first because installing one needs CAP_SYS_ADMIN (or no_new_privs, and then it
 * can come last and see fewer calls). Capabilities are kept over the change of user, and then set
 * to just what is left.
 */
function restrict({ host }: Container, identity: Identity, privileged: boolean): readonly Call[] {
  const { CapAdd, CapDrop, SecurityOpt, Ulimits, OomScoreAdj } = host;
  const { uid, gid, groups } = identity;
  const power = {
    CapAdd,
    CapDrop,
    SecurityOpt,
    Ulimits,
    OomScoreAdj,
    uid,
    gid,
    groups,
    privileged,
  };
  return shared(common.restrictions, JSON.stringify(power), () => restrictions(power));
}

/** All that {@link restrict} depends on: nothing else can be looked at, as plans share what comes of it. */
type Power = Pick<
  Container['host'],
  'CapAdd' | 'CapDrop' | 'SecurityOpt' | 'Ulimits' | 'OomScoreAdj'
> &
  Omit<Identity, 'home'> & { readonly privileged: boolean };

function restrictions(power: Power): Call[] {
  const { privileged, uid } = power;
  const set = capabilities(power.CapAdd ?? [], power.CapDrop ?? [], privileged);
  const bits = mask(set);
  const effective = uid === 0 ? bits : 0n;
  const locked = securityOf(power).noNewPrivileges;
  const names = new Set([...set].map((name) => `CAP_${name}`));
  const program = filterOf(power, names, privileged);
  const filter: Call[] = program ? [{ op: 'seccomp', program }] : [];
  return [
    ...setUlimits(power.Ulimits),
    ...(power.OomScoreAdj === 0
      ? []
      : [{ op: 'oom_score_adj', value: power.OomScoreAdj } as const]),
    ...(locked ? [] : filter),
    { op: 'bounding', mask: bits },
    { op: 'keepcaps', on: true },
    { op: 'setgroups', groups: power.groups },
    { op: 'setgid', gid: power.gid },
    { op: 'setuid', uid },
    { op: 'capset', effective, permitted: effective, inheritable: 0n },
    ...(locked ? [{ op: 'no_new_privs' } as const, ...filter] : []),
  ];
}

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Docker's own variables, then the image's and the user's; `HOME` when nobody named it. */
function environment(
  { config }: Container,
  identity: Identity,
  tty: boolean,
  more: readonly string[],
): string[] {
  const variables = new Map([['PATH', PATH]]);
  variables.set('HOSTNAME', config.Hostname);
  if (tty) variables.set('TERM', 'xterm');
  for (const entry of [...config.Env, ...more]) {
    const equals = entry.indexOf('=');
    // `-e NAME` without a value takes NAME away.
    if (equals < 0) variables.delete(entry);
    else variables.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  if (!variables.has('HOME')) variables.set('HOME', identity.home);
  return [...variables].map(([name, value]) => `${name}=${value}`);
}

function execve(command: readonly string[], env: readonly string[]): Call {
  return { op: 'execve', file: command[0] ?? '', argv: command, env };
}
