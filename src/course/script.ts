/**
 * `solution.sh` and `wrong.sh`: what the tests type into a real terminal. Shell with comments that lead:
 *
 *     # step: run-hello              the lines after it belong to this step
 *     docker run hello-world
 *     # answer: kernels 2            answers a question of the step with its second choice
 *     docker logs -f web
 *     # until: ready                 the line above shows no prompt: what it shows instead
 *     # press: ctrl-c                keys: ctrl and a letter, or enter; several with spaces between
 *     # or                           another way that passes the step too, from its beginning
 *     docker container run hello-world
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
  /** A line and Enter; `until` is what the terminal shows after it, a prompt when null. */
  | { readonly kind: 'type'; readonly line: string; readonly until: string | null }
  /** Control characters, all at once. */
  | { readonly kind: 'press'; readonly keys: string; readonly until: string | null }
  /** `choice` is an index. */
  | { readonly kind: 'answer'; readonly question: string; readonly choice: number };

export interface SolutionStep {
  readonly step: string;
  readonly deeds: readonly Deed[];
  /** Another way to the same, if the script has one. */
  readonly other: readonly Deed[] | null;
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
  const steps: { step: string; deeds: Deed[]; other: Deed[] | null }[] = [];
  eachLine(text, file, (line, number, directive) => {
    if (directive?.name === 'step') {
      steps.push({ step: directive.value, deeds: [], other: null });
      return;
    }
    const step = steps.at(-1);
    if (step === undefined) throw problem(file, number, '', 'comes before the first "# step: ID"');
    if (directive?.name === 'or') step.other = [];
    else addDeed(step.other ?? step.deeds, line, directive, file, number);
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
    } else addDeed(mistake.deeds, line, directive, file, number);
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
  let end: string | null = null; // of the here-document that the line is in, which is typed as it stands
  for (const [i, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (end !== null) {
      if (line === end) end = null;
      visit(raw, i + 1, null);
      continue;
    }
    if (line === '' || (line.startsWith('#!') && i === 0)) continue;
    if (!line.startsWith('#')) {
      end = /<<\s*'?(\w+)'?$/.exec(line)?.[1] ?? null;
      visit(line, i + 1, null);
      continue;
    }
    const directive = /^# (step|answer|until|press|en|ko): (.+)$|^# (mistake|or)$/.exec(line);
    if (directive !== null) {
      visit(line, i + 1, {
        name: directive[1] ?? directive[3] ?? '',
        value: (directive[2] ?? '').trim(),
      });
    } else if (/^#\s*\w+:/.test(line)) {
      const allowed =
        '"# step: ID", "# answer: QUESTION NUMBER", "# until: TEXT", "# press: KEYS", "# or", "# mistake", "# en: …", "# ko: …"';
      throw problem(
        file,
        i + 1,
        '',
        `unknown "${line}"; allowed: ${allowed}, and comments without a colon`,
      );
    }
  }
}

function addDeed(
  deeds: Deed[],
  line: string,
  directive: Directive | null,
  file: string,
  number: number,
): void {
  if (directive === null) {
    deeds.push({ kind: 'type', line, until: null });
    return;
  }
  const { name, value } = directive;
  if (name === 'until') {
    const last = deeds.at(-1);
    if (last === undefined || last.kind === 'answer') {
      throw problem(file, number, name, 'stands after the line or the keys that it is about');
    }
    deeds.splice(-1, 1, { ...last, until: value });
    return;
  }
  if (name === 'press') {
    const keys = value.split(' ').flatMap(keyOf);
    if (keys.length < value.split(' ').length) {
      throw problem(
        file,
        number,
        name,
        'not of the form "# press: ctrl-c" or "# press: ctrl-p ctrl-q"',
      );
    }
    deeds.push({ kind: 'press', keys: keys.join(''), until: null });
    return;
  }
  const answer = /^(\S+) ([1-9]\d*)$/.exec(value);
  if (name !== 'answer' || answer?.[1] === undefined) {
    throw problem(file, number, name, 'not here, or not of the form "# answer: QUESTION NUMBER"');
  }
  deeds.push({ kind: 'answer', question: answer[1], choice: Number(answer[2]) - 1 });
}

/** The character that a terminal sends for a key; none when there is no such key. */
function keyOf(name: string): readonly string[] {
  if (name === 'enter') return ['\r'];
  const letter = /^ctrl-([a-z])$/.exec(name)?.[1];
  return letter === undefined ? [] : [String.fromCharCode(letter.charCodeAt(0) - 96)];
}
