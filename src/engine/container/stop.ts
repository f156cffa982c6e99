import { EngineError } from '../errors.ts';
import { SIGKILL } from '../sys/signals.ts';
import type { Container } from './container.ts';
import { emit, type Context } from './context.ts';
import { deliver, nextExit, parseSignal, stopSignal } from './signal.ts';
import { start } from './start.ts';
import { settled } from './underway.ts';

/** Docker's patience, in seconds. */
const PATIENCE = 10;

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
  const number = signal ? parseSignal(signal) : stopSignal(container);
  await settled(container);
  if (!container.state.Running) throw new EngineError(304, '');
  const { sys } = context;
  const patience = seconds ?? container.config.StopTimeout ?? PATIENCE;
  const gone = nextExit(context, container);
  deliver(context, container, number, 'stop');
  let timer: number | undefined;
  if (patience >= 0) {
    timer = sys.setTimer(patience * 1000, () => {
      deliver(context, container, SIGKILL, 'patience');
    });
  }
  await gone;
  if (timer !== undefined) sys.clearTimer(timer);
  emit(context, container, 'stop');
}

/**
 * Sends a signal to the container's first process; SIGKILL is answered when it is gone.
 * @throws EngineError 409 when it does not run, 400 when there is no such signal.
 */
export async function kill(
  context: Context,
  container: Container,
  reference: string,
  signal: string,
): Promise<void> {
  const number = signal === '' ? SIGKILL : parseSignal(signal);
  await settled(container);
  if (!container.state.Running) {
    throw new EngineError(
      409,
      `cannot kill container: ${reference}: container ${container.id} is not running`,
    );
  }
  const gone = number === SIGKILL ? nextExit(context, container) : null;
  deliver(context, container, number);
  await gone;
}

/** Stops what runs, then starts it again. */
export async function restart(
  context: Context,
  container: Container,
  seconds: number | undefined,
  signal: string | undefined,
): Promise<void> {
  const { restarting } = context;
  await settled(container);
  if (container.state.Running) {
    restarting.add(container.id);
    try {
      await stop(context, container, seconds, signal);
    } finally {
      restarting.delete(container.id);
    }
  }
  await start(context, container);
  emit(context, container, 'restart');
}
