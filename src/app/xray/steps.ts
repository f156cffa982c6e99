import { errnoText } from '../../protocol/errno.ts';
import type { TraceStep, TraceView } from '../../protocol/bottle.ts';
import type { Meaning, Meanings } from './meanings.ts';

/** Calls of one meaning that follow each other. */
export interface Chapter {
  /** From 1, of its first call. */
  readonly number: number;
  readonly phase: string;
  readonly sentence: string;
  readonly calls: readonly Call[];
  /** Nanoseconds of all. */
  readonly ns: number;
  /** It did not succeed: the name of the first error. */
  readonly failed: string | null;
}

export interface Call {
  /** As `bottle trace` has it. */
  readonly text: string;
  readonly ns: number;
  readonly outcome: 'done' | 'absent' | 'failed';
  /** Such as `EPERM`; '' when it did not fail. */
  readonly error: string;
}

/** The start of a container, as it is read: what was done and why, in order. */
export function chaptersOf({ steps }: TraceView, meanings: Meanings): Chapter[] {
  const chapters: (Omit<Chapter, 'calls'> & { calls: Call[]; key: string })[] = [];
  for (const [at, step] of steps.entries()) {
    const { key, sentence } = meaningOf(step, meanings);
    const call = callOf(step);
    const last = chapters.at(-1);
    const error = call.outcome === 'failed' ? call.error : null;
    if (last?.key === key && last.phase === step.phase) {
      last.calls.push(call);
      chapters[chapters.length - 1] = {
        ...last,
        ns: last.ns + step.ns,
        failed: last.failed ?? error,
      };
      continue;
    }
    chapters.push({
      key,
      number: at + 1,
      phase: step.phase,
      sentence,
      calls: [call],
      ns: step.ns,
      failed: error,
    });
  }
  return chapters;
}

/** Which of the meanings a call has; what it was asked to do decides where its name does not. */
function meaningOf(step: TraceStep, meanings: Meanings): { key: string; sentence: string } {
  const { op, args, phase } = step;
  const [first = '', second = ''] = args;
  const file = first.split('/').at(-1) ?? first;
  const candidates = [
    `${phase}:${op}`,
    `${op}:${file}`,
    `${op}:${second}`,
    op === 'propagation' && (Number(second) & MS_REMOUNT) !== 0 ? 'propagation:remount' : '',
    op,
  ];
  const key = candidates.find((each) => each in meanings.of) ?? '';
  const meaning: Meaning | undefined = meanings.of[key];
  if (meaning === undefined) return { key: op, sentence: meanings.other(op) };
  const sentence = typeof meaning === 'string' ? meaning : meaning(args);
  // Mounts of one kind are told one by one: each has a place of its own.
  return { key: typeof meaning === 'string' ? key : sentence, sentence };
}

const MS_REMOUNT = 32;

/** Control characters, and what is no text in any encoding. */
const binary = /[\p{Cc}\ufffd]/u;

function callOf({ op, args, errno, ns }: TraceStep): Call {
  // Arguments may hold anything, also a program in binary.
  const shown = args.map((arg) =>
    binary.test(arg) ? `<${String(arg.length)} bytes>` : arg || '""',
  );
  return {
    text: [op, ...shown].join(' '),
    ns,
    outcome: errno === 0 ? 'done' : errno < 0 ? 'absent' : 'failed',
    error: errno > 0 ? errnoText(errno) : '',
  };
}
