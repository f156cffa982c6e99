import { EngineError } from '../errors.ts';
import { packPlan, type Step } from '../sys/step.ts';
import type { Fd, Sys } from '../sys/sys.ts';
import { runDirectory, shortId, type Container } from './container.ts';
import { emit, take, type Context } from './context.ts';
import { execMessage, explain } from './failure.ts';
import { identityOf } from './files.ts';
import { readLines } from './logs/reader.ts';
import { frame, STDOUT } from './frames.ts';
import { execPlan, type ExecRequest } from './plan.ts';
import { ShimLink } from './shim.ts';

/** One more process in a container, from its creation until its container is gone. */
export interface Exec extends ExecRequest {
  readonly id: string;
  readonly container: string;
  readonly user: string;
  readonly tty: boolean;
  readonly attachStdin: boolean;
  readonly attachStdout: boolean;
  readonly attachStderr: boolean;
  /** Bytes of its output to keep in `output`, for who has no client. */
  readonly keepOutput?: number;
  output?: string;
  running: boolean;
  exitCode: number | null;
  pid: number;
}

/** The socket of a client that attached to an exec, and what it sent already. */
export interface ExecClient {
  readonly fd: Fd;
  readonly flags: number;
  readonly detachKeys: Uint8Array;
  readonly rest: Uint8Array;
}

/** Exit code of a command that was found and could not be run. */
const CANNOT_RUN = 126;

/** How many ended execs are kept for a late `inspect`. */
const KEPT = 64;

/**
 * Remembers what is to be run.
 * @throws EngineError 409 when the container does not run, 400 without a command.
 */
export function createExec(
  context: Context,
  container: Container,
  request: Omit<Exec, 'id' | 'container' | 'running' | 'exitCode' | 'pid'>,
): Exec {
  if (!container.state.Running) {
    throw new EngineError(409, `container ${container.id} is not running`);
  }
  if (container.state.Paused) {
    throw new EngineError(
      409,
      `Container ${container.name} is paused, unpause the container before exec`,
    );
  }
  if (request.command.length === 0) throw new EngineError(400, 'No exec command specified');
  const id = [...new Uint8Array(context.sys.random(32))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const exec: Exec = {
    ...request,
    id,
    container: container.id,
    running: false,
    exitCode: null,
    pid: 0,
  };
  context.execs.set(id, exec);
  forgetOld(context);
  emit(context, container, `exec_create: ${request.command.join(' ')}`, { execID: id });
  return exec;
}

function forgetOld({ execs }: Context): void {
  for (const [id, { running, exitCode }] of execs) {
    if (execs.size <= KEPT) return;
    if (!running && exitCode !== null) execs.delete(id);
  }
}

/**
 * Runs it. With a client, its socket goes to the shim; a command that cannot be run is told there,
 * as Docker does, and the exit code is 126 or 127. Without one that is an error of this call.
 */
export async function startExec(
  context: Context,
  exec: Exec,
  size: readonly [rows: number, cols: number],
  client: ExecClient | null,
): Promise<void> {
  const { sys } = context;
  const container = context.containers.get(exec.container);
  if (exec.running) throw new EngineError(409, `exec ${shortId(exec.id)} is already running`);
  if (exec.exitCode !== null) {
    throw new EngineError(409, `exec ${shortId(exec.id)} has already run`);
  }
  let plan: Step[];
  try {
    plan = planOf(sys, container, exec);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    await refused(context, exec, client, CANNOT_RUN, error);
    return;
  }
  const directory = runDirectory(exec.id);
  sys.mkdir(directory, 0o700, true);
  sys.writeFile(`${directory}/plan`, packPlan(sys, plan), 0o600);
  exec.running = true;
  const shim = ShimLink.spawn(
    sys,
    {
      id: exec.id,
      directory,
      kind: 'exec',
      log: exec.keepOutput === undefined ? '' : `${directory}/log`,
      logMaxBytes: 0,
      logFiles: 0,
      tty: exec.tty,
      stdin: exec.attachStdin,
      stdinOnce: true,
      rows: size[0],
      cols: size[1],
    },
    () => {
      emit(context, container, 'exec_detach', { execID: exec.id });
    },
  );
  context.shims.set(exec.id, shim);
  if (client) await shim.attach(client.fd, client.flags, client.detachKeys, client.rest);
  emit(context, container, `exec_start: ${exec.command.join(' ')}`, { execID: exec.id });
  shim.go();
  const outcome = await shim.started;
  if (!outcome.ok) {
    await shim.exited;
    const failure = explain(plan[outcome.step], outcome.errno);
    const error = new EngineError(400, execMessage(failure));
    await refused(context, exec, client, failure.exitCode, error);
    return;
  }
  exec.pid = outcome.pid;
  container.execs.push(exec.id);
  void shim.exited.then((exit) => {
    container.execs.splice(container.execs.indexOf(exec.id), 1);
    done(context, exec, exit?.status ?? 137);
    emit(context, container, 'exec_die', {
      execID: exec.id,
      exitCode: String(exec.exitCode ?? 0),
    });
  });
}

function planOf(sys: Sys, container: Container, exec: Exec): Step[] {
  const { User, WorkingDir } = container.config;
  const identity = identityOf(sys, container, exec.user === '' ? User : exec.user);
  const workingDir = (exec.workingDir === '' ? WorkingDir : exec.workingDir) || '/';
  return execPlan(container, { ...exec, workingDir }, identity, exec.tty);
}

/** Ends an exec that did not come to run: told to its client, or thrown when there is none. */
async function refused(
  context: Context,
  exec: Exec,
  client: ExecClient | null,
  exitCode: number,
  error: EngineError,
): Promise<void> {
  const { sys } = context;
  done(context, exec, exitCode);
  if (!client) throw error;
  const text = sys.encode(`${error.message}\r\n`);
  // The client may be gone by now; then there is nobody to tell.
  await sys
    .write(client.fd, exec.tty ? text : frame(STDOUT, new Uint8Array(text)))
    .catch(() => undefined);
}

function done(context: Context, exec: Exec, exitCode: number): void {
  const { sys, shims, exits } = context;
  const directory = runDirectory(exec.id);
  exec.running = false;
  exec.exitCode = exitCode;
  if (exec.keepOutput !== undefined) {
    exec.output = keptOutput(sys, `${directory}/log`, exec.keepOutput);
  }
  shims.delete(exec.id);
  sys.removeTree(directory);
  for (const resolve of take(exits, exec.id)) resolve(exitCode);
}

/** The first `most` bytes of what stands in an exec's log; three dots say that there was more. */
function keptOutput(sys: Sys, log: string, most: number): string {
  const lines = readLines(sys, log, most * LONGEST_ESCAPE).map((entry) => entry.log);
  const bytes = new Uint8Array(sys.encode(lines.join('')));
  return bytes.length <= most ? lines.join('') : `${sys.decode(bytes.subarray(0, most))}...`;
}

/** Bytes of JSON that one byte of output can take, with room for what stands around a line. */
const LONGEST_ESCAPE = 64;

/**
 * Changes the size of an exec's terminal.
 * @throws EngineError 404 when it does not run.
 */
export function resizeExec(context: Context, id: string, rows: number, cols: number): void {
  const shim = context.shims.get(id);
  if (!shim) throw new EngineError(404, `exec ${shortId(id)} is not running`);
  shim.resize(rows, cols);
}
