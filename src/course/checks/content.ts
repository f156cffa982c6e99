/** What is in a container: a file of it, or what it has printed. Both are read by probes. */
import type { EngineState } from '../engine.ts';
import { fileProbe, historyProbe, logProbe } from '../probe.ts';
import type { Probe } from '../probe.ts';
import type { Check, FileCheck, LogCheck } from '../schema-checks.ts';
import { missingContainer } from './container.ts';
import { fail, pass } from './outcome.ts';
import type { Observed, Outcome } from './outcome.ts';
import { newest, wantedOf } from './subject.ts';

export function checkFile(check: FileCheck, observed: Observed): Outcome {
  const { containers, probed } = observed.state;
  const container = newest(containers, check);
  if (container === undefined) return fail(missingContainer(check, observed));
  const { path, contains } = check;
  const wanted = wantedOf(check);
  const content = probed[fileProbe(container, path).key];
  const there = content !== undefined && content !== null;
  if (check.present === false) {
    // Before it has been looked for, it is not known to be gone.
    return content === null ? pass() : fail({ kind: 'file-there', wanted, path });
  }
  if (!there) return fail({ kind: 'no-file', wanted, path });
  if (contains === undefined || content.includes(contains)) return pass();
  return fail({ kind: 'file-differs', wanted, path, needed: contains });
}

export function checkLog(check: LogCheck, observed: Observed): Outcome {
  const { containers, probed } = observed.state;
  const container = newest(containers, check);
  if (container === undefined) return fail(missingContainer(check, observed));
  const printed = probed[logProbe(container).key] ?? '';
  if (printed.includes(check.contains)) return pass();
  return fail({ kind: 'not-printed', wanted: wantedOf(check), needed: check.contains });
}

/** What must be read for these checks to be decided. */
export function probesOf(checks: readonly Check[], state: EngineState): readonly Probe[] {
  return checks.flatMap((check): readonly Probe[] => {
    if ('all' in check) return probesOf(check.all, state);
    if ('any' in check) return probesOf(check.any, state);
    if ('not' in check) return probesOf([check.not], state);
    if ('image' in check) {
      const { name, history } = check.image;
      return history === undefined ? [] : [historyProbe(name)];
    }
    const subject = 'file' in check ? check.file : 'log' in check ? check.log : null;
    const container = subject === null ? undefined : newest(state.containers, subject);
    if (container === undefined) return [];
    return ['file' in check ? fileProbe(container, check.file.path) : logProbe(container)];
  });
}
