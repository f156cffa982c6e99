import { EngineError } from '../errors.ts';
import type { SignalSender } from '../../protocol/bottle.ts';
import { SIGKILL, SIGTERM, signalName, signalNumber } from '../sys/signals.ts';
import type { Container } from './container.ts';
import { emit, once, type Context } from './context.ts';
import { thaw } from './pause.ts';

/** Resolves with the exit status at the next exit. */
export function nextExit(context: Context, container: Container): Promise<number> {
  return new Promise((resolve) => {
    once(context.exits, container.id, resolve);
  });
}

/** @throws EngineError 400 when there is no such signal. */
export function parseSignal(text: string): number {
  const number = signalNumber(text);
  if (number === null) throw new EngineError(400, `Invalid signal: ${text}`);
  return number;
}

/** The signal that asks its process to end. */
export function stopSignal({ config }: Container): number {
  return signalNumber(config.StopSignal ?? '') ?? SIGTERM;
}

/**
 * A signal that a user sends. What ends a container for good ends its restart policy too: any
 * signal when it has no stop signal of its own, else that one and SIGKILL (as moby has it).
 */
export function deliver(
  context: Context,
  container: Container,
  signal: number,
  sender: SignalSender = 'kill',
): void {
  const { config, host, state } = container;
  const final = !config.StopSignal || signal === SIGKILL || signal === stopSignal(container);
  if (host.RestartPolicy.Name !== 'no') {
    container.manuallyStopped = true;
    context.containers.save(container);
  }
  const waiting = state.Restarting;
  if (final) context.supervisor.cancel(container);
  // There is no process to signal while it waits for its next start.
  if (waiting) return;
  context.shims.get(container.id)?.kill(signal);
  context.signals.note({
    container: container.id,
    name: container.name,
    pid: state.Pid,
    number: signal,
    signal: signalName(signal),
    sender,
  });
  emit(context, container, 'kill', { signal: String(signal) });
  // A frozen process hears only SIGKILL.
  if (final && state.Paused && signal !== SIGKILL) thaw(context, container);
}
