import { parseDetachKeys } from '../container/attach.ts';
import { createExec, resizeExec, startExec, type Exec } from '../container/exec.ts';
import {
  ATTACH_FRAMED,
  ATTACH_RAW,
  ATTACH_STDERR,
  ATTACH_STDIN,
  ATTACH_STDOUT,
} from '../container/shim.ts';
import { runDirectory } from '../container/container.ts';
import type { Context } from '../container/context.ts';
import { EngineError } from '../errors.ts';
import { size } from './containers.ts';
import type { Call, Routes } from './router.ts';
import { execSchema, execStartSchema, parseBody } from './schema.ts';

async function createRoute({ context, request, response, parameters }: Call): Promise<void> {
  const container = context.containers.get(parameters['id'] ?? '');
  const asked = parseBody(execSchema, await request.text());
  const exec = createExec(context, container, {
    command: asked.Cmd ?? [],
    env: asked.Env ?? [],
    workingDir: asked.WorkingDir ?? '',
    privileged: asked.Privileged ?? false,
    user: asked.User ?? '',
    tty: asked.Tty ?? false,
    attachStdin: asked.AttachStdin ?? false,
    attachStdout: asked.AttachStdout ?? false,
    attachStderr: asked.AttachStderr ?? false,
  });
  keysOf.set(exec, parseDetachKeys(asked.DetachKeys ?? ''));
  await response.json(201, { Id: exec.id });
}

/** Detach keys are said at the creation and needed at the start. */
const keysOf = new WeakMap<Exec, Uint8Array>();

function named({ context, parameters }: Call): Exec {
  const id = parameters['id'] ?? '';
  const exec = context.execs.get(id);
  if (!exec) throw new EngineError(404, `No such exec instance: ${id}`);
  return exec;
}

async function startRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const exec = named(call);
  // A request that upgrades has a body all the same: the CLI sends `{"Detach":false,…}` in it.
  const asked = parseBody(execStartSchema, await request.text());
  const consoleSize = asked.ConsoleSize ?? [0, 0];
  if (asked.Detach) {
    await startExec(context, exec, consoleSize, null);
    await response.text(200, '', 'text/plain');
    return;
  }
  if (exec.running || exec.exitCode !== null) {
    throw new EngineError(409, `exec ${exec.id.slice(0, 12)} has already run`);
  }
  const { fd, rest } = await response.hijack(request.upgrade, exec.tty);
  const flags =
    (exec.attachStdin ? ATTACH_STDIN : 0) |
    (exec.attachStdout ? ATTACH_STDOUT : 0) |
    (exec.attachStderr ? ATTACH_STDERR : 0) |
    (exec.tty ? ATTACH_RAW : ATTACH_FRAMED);
  const detachKeys = exec.tty ? (keysOf.get(exec) ?? new Uint8Array(0)) : new Uint8Array(0);
  try {
    await startExec(context, exec, consoleSize, { fd, flags, detachKeys, rest });
  } finally {
    context.sys.close(fd);
  }
}

async function resizeRoute(call: Call): Promise<void> {
  const [rows, cols] = size(call.request.query);
  resizeExec(call.context, named(call).id, rows, cols);
  await call.response.text(200, '', 'text/plain');
}

/**
 * A client that saw the end of the streams asks for the exit code at once: the shim has written it
 * down by then, and its word to us is on the way.
 */
async function settled({ sys, shims }: Context, exec: Exec): Promise<void> {
  const shim = shims.get(exec.id);
  if (shim && sys.stat(`${runDirectory(exec.id)}/exit`)) await shim.exited;
}

async function inspectRoute(call: Call): Promise<void> {
  const exec = named(call);
  await settled(call.context, exec);
  await call.response.json(200, {
    ID: exec.id,
    Running: exec.running,
    ExitCode: exec.exitCode,
    ProcessConfig: {
      tty: exec.tty,
      entrypoint: exec.command[0] ?? '',
      arguments: exec.command.slice(1),
      privileged: exec.privileged,
      user: exec.user,
    },
    OpenStdin: exec.attachStdin,
    OpenStderr: exec.attachStderr,
    OpenStdout: exec.attachStdout,
    CanRemove: !exec.running,
    ContainerID: exec.container,
    DetachKeys: '',
    Pid: exec.pid,
  });
}

export const execRoutes: Routes = [
  ['POST', '/containers/:id/exec', createRoute],
  ['POST', '/exec/:id/start', startRoute],
  ['POST', '/exec/:id/resize', resizeRoute],
  ['GET', '/exec/:id/json', inspectRoute],
];
