/**
 * `solution.sh` and `wrong.sh`: what the tests type into a real terminal. Shell with comments that lead:
 *
 *     # step: run-hello              the lines after it belong to this step
 *     docker run hello-world
 *     # answer: kernels 2            answers a question of the step with its second choice
 *
 * and in wrong.sh, one block a mistake:
 *
 *     # step: run-hello
 *     # mistake
 *     docker run helloworld
 *     # en: the reason that the step must then give
 *     # ko: …
 */
import type { PerLanguage } from './lesson.ts';
import { problem } from './problem.ts';

/** One thing a learner does. */
export type Deed =
  | { readonly kind: 'type'; readonly line: string }
  /** `choice` is an index. */
  | { readonly kind: 'answer'; readonly question: string; readonly choice: number };

export interface SolutionStep {
  readonly step: string;
  readonly deeds: readonly Deed[];
}

export interface Mistake {
  readonly step: string;
  /** Of the mistake's first line. */
  readonly line: number;
  readonly deeds: readonly Deed[];
  readonly reason: PerLanguage<string>;
}

/** @throws LessonError */
export function parseSolution(text: string, file: string): readonly SolutionStep[] {
  const steps: { step: string; deeds: Deed[] }[] = [];
  eachLine(text, file, (line, number, directive) => {
    if (directive?.name === 'step') {
      steps.push({ step: directive.value, deeds: [] });
      return;
    }
    const deeds = steps.at(-1)?.deeds;
    if (deeds === undefined) throw problem(file, number, '', 'comes before the first "# step: ID"');
    deeds.push(deedOf(line, directive, file, number));
  });
  return steps;
}

/** @throws LessonError */
export function parseMistakes(text: string, file: string): readonly Mistake[] {
  const mistakes: { step: string; line: number; deeds: Deed[]; en: string; ko: string }[] = [];
  let step = '';
  eachLine(text, file, (line, number, directive) => {
    if (directive?.name === 'step') {
      step = directive.value;
      return;
    }
    if (directive?.name === 'mistake') {
      if (step === '') throw problem(file, number, '', 'comes before the first "# step: ID"');
      mistakes.push({ step, line: number, deeds: [], en: '', ko: '' });
      return;
    }
    const mistake = mistakes.at(-1);
    if (mistake === undefined)
      throw problem(file, number, '', 'comes before the first "# mistake"');
    if (directive?.name === 'en' || directive?.name === 'ko') {
      mistake[directive.name] = directive.value;
    } else mistake.deeds.push(deedOf(line, directive, file, number));
  });
  return mistakes.map(({ en, ko, ...mistake }) => {
    for (const [language, reason] of Object.entries({ en, ko })) {
      if (reason === '')
        throw problem(file, mistake.line, 'mistake', `has no "# ${language}: REASON"`);
    }
    return { ...mistake, reason: { en, ko } };
  });
}

interface Directive {
  readonly name: string;
  readonly value: string;
}

/** Lines that are neither empty, nor `#!`, nor a plain comment (`#` and no directive). */
function eachLine(
  text: string,
  file: string,
  visit: (line: string, number: number, directive: Directive | null) => void,
): void {
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || (line.startsWith('#!') && i === 0)) continue;
    if (!line.startsWith('#')) {
      visit(line, i + 1, null);
      continue;
    }
    const directive = /^# (step|answer|en|ko): (.+)$|^# (mistake)$/.exec(line);
    if (directive !== null) {
      visit(line, i + 1, {
        name: directive[1] ?? directive[3] ?? '',
        value: (directive[2] ?? '').trim(),
      });
    } else if (/^#\s*\w+:/.test(line)) {
      const allowed =
        '"# step: ID", "# answer: QUESTION NUMBER", "# mistake", "# en: …", "# ko: …"';
      throw problem(
        file,
        i + 1,
        '',
        `unknown "${line}"; allowed: ${allowed}, and comments without a colon`,
      );
    }
  }
}

function deedOf(line: string, directive: Directive | null, file: string, number: number): Deed {
  if (directive === null) return { kind: 'type', line };
  const answer = /^(\S+) ([1-9]\d*)$/.exec(directive.value);
  if (directive.name !== 'answer' || answer?.[1] === undefined) {
    throw problem(
      file,
      number,
      directive.name,
      'not here, or not of the form "# answer: QUESTION NUMBER"',
    );
  }
  return { kind: 'answer', question: answer[1], choice: Number(answer[2]) - 1 };
}
