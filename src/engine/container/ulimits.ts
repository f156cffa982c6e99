import type { HostConfig } from '../../protocol/container.ts';
import { EngineError } from '../errors.ts';
import type { Call } from '../sys/step.ts';

/** Resource limits of getrlimit(2) by the names that `--ulimit` has for them, in the kernel's order. */
const NAMES =
  'cpu fsize data stack core rss nproc nofile memlock as locks sigpending msgqueue nice rtprio rttime'.split(
    ' ',
  );

/** RLIM_INFINITY: what a user writes as -1. */
const UNLIMITED = 0xffff_ffff_ffff_ffffn;

const value = (limit: number): bigint => (limit < 0 ? UNLIMITED : BigInt(limit));

/** @throws EngineError 400 for a limit that there is not, or a soft one above its hard one. */
export function checkUlimits(ulimits: HostConfig['Ulimits']): void {
  for (const { Name, Soft, Hard } of ulimits ?? []) {
    if (!NAMES.includes(Name)) throw new EngineError(400, `invalid ulimit type: ${Name}`);
    if (value(Soft) > value(Hard)) {
      throw new EngineError(
        400,
        `ulimit soft limit must be less than or equal to hard limit: ${String(Soft)} > ${String(Hard)}`,
      );
    }
  }
}

/** The limits as steps of the new process. */
export function setUlimits(ulimits: HostConfig['Ulimits']): Call[] {
  return (ulimits ?? []).map(({ Name, Soft, Hard }) => ({
    op: 'rlimit',
    resource: NAMES.indexOf(Name),
    soft: value(Soft),
    hard: value(Hard),
  }));
}
