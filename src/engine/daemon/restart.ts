import type { HostConfig } from '../../protocol/container.ts';
import type { Container } from '../container/container.ts';

/**
 * Restart policies: whether a container whose process is gone is started again, and after how long.
 * The numbers are Docker's.
 */
export type RestartPolicy = HostConfig['RestartPolicy'];

/** The wait before the first start, in ms; each one after it takes twice as long. */
const FIRST = 100;
const LONGEST = 60_000;
/** A container that ran this long, in ms, is well: the next wait is the first again. */
const SETTLED = 10_000;

/** What a policy looks at. */
export interface Ending {
  readonly exitCode: number;
  readonly manuallyStopped: boolean;
  /** How often it was started again already. */
  readonly restarts: number;
}

/** Whether `policy` wants a container that ended like this to be started again. */
export function wantsStart(policy: RestartPolicy, ending: Ending): boolean {
  switch (policy.Name) {
    case 'always':
      return true;
    case 'unless-stopped':
      return !ending.manuallyStopped;
    case 'on-failure': {
      const { MaximumRetryCount: most } = policy;
      return ending.exitCode !== 0 && (most === 0 || ending.restarts < most);
    }
    default:
      return false;
  }
}

/** Whether a container that does not run is started when the daemon is. */
export function startsWithDaemon({ host, state, restarts, manuallyStopped }: Container): boolean {
  const policy = host.RestartPolicy;
  // Never started: nobody has asked for it to run.
  if (state.Running || state.StartedAt.startsWith('0001')) return false;
  if (policy.Name === 'on-failure' && manuallyStopped) return false;
  return wantsStart(policy, { exitCode: state.ExitCode, manuallyStopped, restarts });
}

/** The wait in ms after `last` (0 before the first) when the container ran for `ranFor` ms. */
export function nextDelay(last: number, ranFor: number): number {
  if (last === 0 || ranFor >= SETTLED) return FIRST;
  return Math.min(last * 2, LONGEST);
}
