import { cgroupPath } from '../cgroups/limits.ts';
import { unixSeconds } from '../daemon/clock.ts';
import { MNT_DETACH } from '../rootfs/flags.ts';
import { mergedPath } from '../rootfs/overlay.ts';
import { SIGKILL } from '../sys/signals.ts';
import { libDirectory, runDirectory, type Container } from './container.ts';
import { emit, take, type Context } from './context.ts';
import { emitMounts } from './mounts.ts';
import { emitPlaces } from './networks/events.ts';
import { leaveNetworks } from './networks/join.ts';
import { remove } from './remove.ts';
import type { Exit } from './shim.ts';
import { sharedMemoryPath } from './surroundings.ts';

/** What the shim leaves behind when nobody listens: `<directory>/exit`. */
interface ExitFile {
  readonly status: number;
  readonly oom: boolean;
  readonly finished: string;
}

/** The report that a shim wrote before it went, or null when it could not. */
function readExit(context: Context, id: string): Exit | null {
  const path = `${runDirectory(id)}/exit`;
  if (!context.sys.stat(path)) return null;
  // Written by our own shim, atomically.
  const file = JSON.parse(context.sys.readText(path)) as ExitFile;
  return { status: file.status, oomKilled: file.oom, finished: file.finished };
}

/** A container's process is gone: its state, its events, its waiters, and `--rm`. */
export function ended(context: Context, container: Container, told: Exit | null): void {
  const { sys } = context;
  const { id, state, host } = container;
  const exit = told ?? readExit(context, id) ?? lost(context, container);
  context.shims.delete(id);
  if (!host.AutoRemove) keepTrace(context, id);
  sys.removeTree(runDirectory(id));
  const seconds = Math.max(0, unixSeconds(exit.finished) - unixSeconds(state.StartedAt));
  const delay = context.supervisor.ended(container, exit);
  const again = delay !== null;
  if (again) container.restarts++;
  Object.assign(state, {
    Status: again ? 'restarting' : 'exited',
    // As in Docker: what will be started again counts as running for whoever stops or removes it.
    Running: again,
    Restarting: again,
    Paused: false,
    Pid: 0,
    ExitCode: exit.status,
    OOMKilled: exit.oomKilled,
    FinishedAt: exit.finished,
  });
  leaveNetworks(context, container);
  if (!host.AutoRemove) context.containers.save(container);
  emit(context, container, 'die', {
    execDuration: String(seconds),
    exitCode: String(exit.status),
  });
  emitPlaces(context, container, 'disconnect');
  emitMounts(context, container, 'unmount');
  for (const resolve of take(context.exits, id)) resolve(exit.status);
  if (again) context.supervisor.startAfter(container, delay);
  else if (host.AutoRemove && !context.restarting.has(id))
    remove(context, container, { force: true, volumes: true });
}

/** What `bottle trace` shows of a container that has ended. */
function keepTrace({ sys }: Context, id: string): void {
  for (const name of ['plan', 'trace']) {
    const path = `${runDirectory(id)}/${name}`;
    if (sys.stat(path)) sys.writeFile(`${libDirectory(id)}/${name}`, sys.readFile(path), 0o600);
  }
}

/**
 * A shim that was killed tells nothing and clears nothing away: its container died with it, as by
 * SIGKILL, and what the plan's last steps would have done is done here.
 */
function lost({ sys }: Context, { id, host, overlay }: Container): Exit {
  for (const clear of [
    () => {
      sys.umount(mergedPath(overlay), MNT_DETACH);
    },
    () => {
      sys.umount(sharedMemoryPath(id), MNT_DETACH);
    },
    () => {
      sys.rmdir(cgroupPath(id, host.CgroupParent));
    },
  ]) {
    try {
      clear();
    } catch {
      // Already gone, which is all that is wanted.
    }
  }
  return { status: 128 + SIGKILL, oomKilled: false, finished: sys.timestamp() };
}
