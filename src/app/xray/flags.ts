import type { ContainerPicture, SignalSender, SignalView } from '../../protocol/bottle.ts';
import { milliseconds } from './time.ts';

/** What became of a signal. */
export type Fate =
  /** Nothing has happened since. */
  | 'waiting'
  /** The process ended by it, of its own will. */
  | 'answered'
  /** Patience ran out before it did. */
  | 'unanswered'
  /** SIGKILL: the kernel ends the process, which is not asked. */
  | 'forced';

/** A signal on its way from a command to a container's first process. */
export interface Flag {
  readonly key: string;
  /** `SIGTERM` */
  readonly signal: string;
  readonly sender: SignalSender;
  /** Of the process, as the machine sees it. */
  readonly pid: number;
  readonly fate: Fate;
  /** Milliseconds from the signal to its answer, or to the end of patience; null while it waits. */
  readonly after: number | null;
}

const SIGKILL = 9;
/** As many as tell how a container's life ended. */
const MOST = 3;

/** The signals since a container's last start, and what became of each, oldest first. */
export function flagsOf(
  { id, started, finished, status }: ContainerPicture,
  signals: readonly SignalView[],
): Flag[] {
  const begin = milliseconds(started);
  const over = status === 'exited' || status === 'dead' || status === 'removing';
  const end = over && milliseconds(finished) >= begin ? milliseconds(finished) : null;
  const mine = signals.filter((each) => each.container === id && milliseconds(each.time) >= begin);
  return mine
    .map((sent, at): Flag => {
      const time = milliseconds(sent.time);
      const killed = mine.slice(at + 1).find(({ number }) => number === SIGKILL);
      const until =
        sent.number === SIGKILL || killed === undefined ? end : milliseconds(killed.time);
      return {
        key: `${sent.time} ${sent.signal}`,
        signal: sent.signal,
        sender: sent.sender,
        pid: sent.pid,
        fate:
          sent.number === SIGKILL
            ? 'forced'
            : killed !== undefined
              ? 'unanswered'
              : end !== null
                ? 'answered'
                : 'waiting',
        after: until === null ? null : Math.max(0, until - time),
      };
    })
    .slice(-MOST);
}
