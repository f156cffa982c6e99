import { NEVER } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';
import { packPlan } from '../sys/step.ts';
import { runDirectory, type Container } from './container.ts';
import { emit, take, type Context } from './context.ts';
import { ended } from './exit.ts';
import { explain, startMessage } from './failure.ts';
import { identityOf, writeOwnFiles } from './files.ts';
import { logFiles } from './logs/config.ts';
import { emitMounts, prepareMounts } from './mounts.ts';
import { emitPlaces } from './networks/events.ts';
import { joinNetworks, leaveNetworks } from './networks/join.ts';
import { serveNamesSoon } from './networks/names.ts';
import { startPlan } from './plan.ts';
import { remove } from './remove.ts';
import { ShimLink } from './shim.ts';
import { noteFiltered, surroundingsOf } from './surroundings.ts';
import { starting } from './underway.ts';

/**
 * Starts a container as a user asks for it: writes the plan, has a shim carry it out, and follows
 * it to its end.
 *
 * @throws EngineError 304 when it runs, 400 when the command cannot be run, with the container left
 * as it was and its exit code telling 126 from 127.
 */
export async function start(context: Context, container: Container): Promise<void> {
  await starting(container, async () => {
    // What had its turn before may have started or removed it.
    const { state } = context.containers.get(container.id);
    if (state.Paused) {
      throw new EngineError(409, 'cannot start a paused container, try unpause instead');
    }
    if (state.Running) throw new EngineError(304, '');
    if (state.Status === 'removing') {
      throw new EngineError(409, 'container is marked for removal and cannot be started');
    }
    container.manuallyStopped = false;
    container.restarts = 0;
    context.supervisor.reset(container);
    await attempt(context, container);
  });
}

/** Starts a container whose process is gone, whoever wants it. */
export async function startNow(context: Context, container: Container): Promise<void> {
  await starting(container, () => attempt(context, container));
}

async function attempt(context: Context, container: Container): Promise<void> {
  try {
    await run(context, container);
  } catch (error) {
    // As after an exit: what `--rm` made goes, although it never ran.
    if (container.host.AutoRemove) remove(context, container, { force: true, volumes: true });
    throw error;
  }
}

async function run(context: Context, container: Container): Promise<void> {
  joinNetworks(context, container);
  try {
    await carryOut(context, container);
  } catch (error) {
    leaveNetworks(context, container);
    throw error;
  }
}

async function carryOut(context: Context, container: Container): Promise<void> {
  const { sys } = context;
  const { id, state, host, config } = container;
  const identity = identityOf(sys, container, config.User);
  const directory = runDirectory(id);
  sys.removeTree(directory);
  sys.mkdir(directory, 0o700, true);
  writeOwnFiles(context, container);
  const around = surroundingsOf(context, container);
  const mounts = prepareMounts(context, container);
  const plan = startPlan(container, identity, around, mounts);
  sys.writeFile(`${directory}/plan`, packPlan(sys, plan), 0o600);
  const shim = ShimLink.spawn(
    sys,
    {
      id,
      directory,
      kind: 'container',
      ...logFiles(container),
      tty: config.Tty,
      stdin: config.OpenStdin,
      stdinOnce: config.StdinOnce,
      rows: host.ConsoleSize[0],
      cols: host.ConsoleSize[1],
    },
    () => {
      emit(context, container, 'detach');
    },
  );
  context.shims.set(id, shim);
  for (const { fd, flags, detachKeys, rest } of take(context.waiting, id)) {
    await shim.attach(fd, flags, detachKeys, rest);
    sys.close(fd);
  }
  shim.go();
  const outcome = await shim.started;
  // For `bottle trace`; read back only when somebody asks.
  sys.writeFile(`${directory}/trace`, shim.trace, 0o600);
  if (!outcome.ok) {
    await shim.exited;
    const failure = explain(plan[outcome.step], outcome.errno);
    fail(context, container, failure.exitCode, startMessage(failure));
  }
  if (around.filterMissing) noteFiltered();
  Object.assign(state, {
    Status: 'running',
    Running: true,
    Restarting: false,
    Pid: outcome.ok ? outcome.pid : 0,
    ExitCode: 0,
    Error: '',
    OOMKilled: false,
    StartedAt: sys.timestamp(),
  });
  context.containers.saveSoon(container);
  emitPlaces(context, container, 'connect');
  emitMounts(context, container, 'mount');
  emit(context, container, 'start');
  if (around.names) serveNamesSoon(context, container);
  context.supervisor.started(container);
  follow(context, container, shim);
}

function fail(context: Context, container: Container, exitCode: number, message: string): never {
  const { state, id } = container;
  context.shims.delete(id);
  context.sys.removeTree(runDirectory(id));
  leaveNetworks(context, container);
  Object.assign(state, {
    Status: state.StartedAt === NEVER ? 'created' : 'exited',
    Running: false,
    Restarting: false,
    ExitCode: exitCode,
    Error: message,
  });
  context.containers.save(container);
  throw new EngineError(exitCode === 128 ? 500 : 400, message);
}

/** Waits for the end of a container that runs, and does what is due then. */
export function follow(context: Context, container: Container, shim: ShimLink): void {
  void shim.exited
    .then((exit) => ended(context, container, exit))
    .catch((error: unknown) => {
      context.sys.log(`container ${container.id}: after its end: ${String(error)}`);
    });
}
