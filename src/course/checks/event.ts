/** What happened to a container: signals, commands run in it, and anything else that `docker events` tells. */
import type { SeenEvent } from '../engine.ts';
import type { EventCheck, ExecCheck, SignalCheck } from '../schema-checks.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome } from './outcome.ts';
import { eventsOf, matches, wantedOf } from './subject.ts';

/** The numbers of signal(7) on x86 that lessons speak of. */
const signals: Readonly<Record<string, string>> = {
  1: 'SIGHUP',
  2: 'SIGINT',
  3: 'SIGQUIT',
  9: 'SIGKILL',
  10: 'SIGUSR1',
  12: 'SIGUSR2',
  15: 'SIGTERM',
  18: 'SIGCONT',
  19: 'SIGSTOP',
  28: 'SIGWINCH',
};

export function checkSignal(check: SignalCheck, observed: Observed): Outcome {
  const sent = eventsOf(check, observed).filter(({ action }) => action === 'kill');
  const nameOf = ({ attributes: { signal = '' } }: SeenEvent): string => signals[signal] ?? signal;
  const right = sent.filter((event) => nameOf(event) === check.signal);
  if (right.length > 0) return pass(right.map(({ time }) => time));
  const other = sent.at(-1);
  const seen = other === undefined ? null : nameOf(other);
  return fail({ kind: 'no-signal', wanted: wantedOf(check), seen, needed: check.signal });
}

export function checkEvent(check: EventCheck, observed: Observed): Outcome {
  const right = eventsOf(check, observed).filter(({ action }) => action === check.action);
  if (right.length > 0) return pass(right.map(({ time }) => time));
  return fail({ kind: 'no-event', wanted: wantedOf(check), action: check.action });
}

const CREATED = 'exec_create: ';

/** An exec is told in two events with one `execID`: `exec_create: COMMAND` and `exec_die` with its exit code. */
export function checkExec(check: ExecCheck, observed: Observed): Outcome {
  const wanted = wantedOf(check);
  const pattern = check.command ?? '*';
  const events = eventsOf(check, observed);
  const created = events.filter(({ action }) => action.startsWith(CREATED));
  const commandOf = ({ action }: SeenEvent): string => action.slice(CREATED.length);
  const run = created.filter((event) => matches(commandOf(event), pattern));
  const last = run.at(-1);
  if (last === undefined) {
    const other = created.at(-1);
    const seen = other === undefined ? null : commandOf(other);
    return fail({ kind: 'no-exec', wanted, seen, needed: pattern });
  }
  const ends = new Map(
    events
      .filter(({ action }) => action === 'exec_die')
      .map(({ attributes }) => [attributes['execID'], Number(attributes['exitCode'])]),
  );
  const endOf = ({ attributes }: SeenEvent): number | undefined => ends.get(attributes['execID']);
  const needed = check.exit ?? 0;
  const right = run.filter((event) => endOf(event) === needed);
  if (right.length > 0) return pass(right.map(({ time }) => time));
  const exit = endOf(last);
  const command = commandOf(last);
  if (exit === undefined) return fail({ kind: 'exec-running', wanted, command });
  return fail({ kind: 'exec-failed', wanted, command, seen: exit, needed });
}
