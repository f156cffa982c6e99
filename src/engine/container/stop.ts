import { EngineError } from '../errors.ts';
import { SIGKILL, SIGTERM, signalNumber } from '../sys/signals.ts';
import type { Container } from './container.ts';
import { emit, once, type Context } from './context.ts';
import { start } from './start.ts';

/** Docker's patience, in seconds. */
const PATIENCE = 10;

/** Resolves with the exit status at the next exit. */
export function nextExit(context: Context, container: Container): Promise<number> {
  return new Promise((resolve) => {
    once(context.exits, container.id, resolve);
  });
}

/**
 * Asks the process to end, and ends it when it does not.
 *
 * `seconds` of patience: undefined for the container's own, negative for no end.
 * @throws EngineError 304 when it does not run.
 */
export async function stop(
  context: Context,
  container: Container,
  seconds: number | undefined,
  signal: string | undefined,
): Promise<void> {
  if (!container.state.Running) throw new EngineError(304, '');
  const { sys } = context;
  const { config } = container;
  const number = signalNumber(signal ?? config.StopSignal ?? 'SIGTERM') ?? SIGTERM;
  const patience = seconds ?? config.StopTimeout ?? PATIENCE;
  const gone = nextExit(context, container);
  deliver(context, container, number);
  let timer: number | undefined;
  if (patience >= 0) {
    timer = sys.setTimer(patience * 1000, () => {
      deliver(context, container, SIGKILL);
    });
  }
  await gone;
  if (timer !== undefined) sys.clearTimer(timer);
  emit(context, container, 'stop');
}

/**
 * Sends a signal to the container's first process.
 * @throws EngineError 409 when it does not run, 400 when there is no such signal.
 */
export function kill(context: Context, container: Container, signal: string): void {
  const number = signalNumber(signal);
  if (number === null) throw new EngineError(400, `Invalid signal: ${signal}`);
  if (!container.state.Running) {
    throw new EngineError(
      409,
      `cannot kill container: ${container.id}: container ${container.id} is not running`,
    );
  }
  deliver(context, container, number);
}

/** Stops what runs, then starts it again. */
export async function restart(
  context: Context,
  container: Container,
  seconds: number | undefined,
): Promise<void> {
  if (container.state.Running) await stop(context, container, seconds, undefined);
  await start(context, container);
  emit(context, container, 'restart');
}

function deliver(context: Context, container: Container, signal: number): void {
  context.shims.get(container.id)?.kill(signal);
  emit(context, container, 'kill', { signal: String(signal) });
}
