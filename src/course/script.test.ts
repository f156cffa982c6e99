import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lessonsOf, readCourse, readFolder, readLesson } from './disk.ts';
import { lessonFolder } from './loader.ts';
import { parseMistakes, parseSolution } from './script.ts';
import { skeleton } from './skeleton.ts';
import { loadLesson } from './loader.ts';

const root = resolve(import.meta.dirname, '../../lessons');

describe('every lesson', async () => {
  const ready = lessonsOf(await readCourse(root)).filter(({ state }) => state === 'ready');

  it.each(ready)(
    '$id has a solution of every step, and mistakes of steps that exist',
    async (entry) => {
      const folder = lessonFolder(entry.number, entry.id);
      const files = await readFolder(`${root}/${folder}`);
      const lesson = await readLesson(root, entry);
      const ids = lesson.steps.map(({ id }) => id);
      const solution = parseSolution(files['solution.sh'] ?? '', `${folder}/solution.sh`);
      expect(solution.map(({ step }) => step)).toEqual(ids);
      const mistakes = parseMistakes(files['wrong.sh'] ?? '', `${folder}/wrong.sh`);
      expect(ids).toEqual(expect.arrayContaining(mistakes.map(({ step }) => step)));
    },
  );
});

describe('a script', () => {
  it('is deeds by step', () => {
    expect(
      parseSolution('#!/bin/sh\n# A comment.\n# step: a\nls\n# answer: q 2\n', 's.sh'),
    ).toEqual([
      {
        step: 'a',
        deeds: [
          { kind: 'type', line: 'ls', until: null },
          { kind: 'answer', question: 'q', choice: 1 },
        ],
        other: null,
      },
    ]);
  });

  it('says what a line shows instead of a prompt, which keys are pressed, and another way', () => {
    const text = '# step: a\ntop\n# until: Mem:\n# press: enter ctrl-p ctrl-q\n# or\nls\n';
    expect(parseSolution(text, 's.sh')).toEqual([
      {
        step: 'a',
        deeds: [
          { kind: 'type', line: 'top', until: 'Mem:' },
          { kind: 'press', keys: '\r\u0010\u0011', until: null },
        ],
        other: [{ kind: 'type', line: 'ls', until: null }],
      },
    ]);
  });

  it.each([
    ['ls\n', 's.sh:1: comes before the first "# step: ID"'],
    ['# step: a\n# stpe: b\n', 's.sh:2: unknown "# stpe: b"; allowed: "# step: ID"'],
    ['# step: a\n# until: x\n', 's.sh:2: until: stands after the line'],
    ['# step: a\n# press: return\n', 's.sh:2: press: not of the form "# press: ctrl-c"'],
    ['# step: a\n# answer: q two\n', 's.sh:2: answer: not here, or not of the form'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => parseSolution(text, 's.sh')).toThrow(message);
  });

  it('of mistakes needs a reason in both languages', () => {
    expect(() => parseMistakes('# step: a\n# mistake\nls\n# en: no\n', 'w.sh')).toThrow(
      'w.sh:2: mistake: has no "# ko: REASON"',
    );
  });
});

it('a new lesson’s skeleton is a whole lesson', () => {
  const files = skeleton('fresh');
  expect(loadLesson(files).id).toBe('fresh');
  expect(parseSolution(files['solution.sh'] ?? '', 's')).toHaveLength(1);
  expect(parseMistakes(files['wrong.sh'] ?? '', 'w')).toHaveLength(1);
});

it('types a here-document as it stands: no line of it is a comment, and none is left out', () => {
  const text =
    "# step: a\ncat > f <<'END'\n#!/bin/sh\n  indented\n\n# answer: q 1\nEND\n# plain\nls\n";
  const [step] = parseSolution(text, 'solution.sh');
  const lines = step?.deeds.map((deed) => (deed.kind === 'type' ? deed.line : deed.kind));
  expect(lines).toEqual([
    "cat > f <<'END'",
    '#!/bin/sh',
    '  indented',
    '',
    '# answer: q 1',
    'END',
    'ls',
  ]);
});
