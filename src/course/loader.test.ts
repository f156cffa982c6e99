import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lessonsOf, readCourse, readFolder, readLesson } from './disk.ts';
import { lessonFolder, loadCourse, loadLesson, staleProse } from './loader.ts';
import { LessonError } from './problem.ts';

const root = resolve(import.meta.dirname, '../../lessons');

const yaml = `id: one
minutes: 5
images: []
steps:
  - id: first
    checks:
      - request: { method: GET, path: /version }
`;
const prose = (body: string) => `---\nrevision: 1\nmatches: 1\n---\nHello.\n\n${body}`;
const good = { 'lesson.yaml': yaml, 'en.md': prose('## A\n'), 'ko.md': prose('## 가\n') };

function mistakes(files: Record<string, string>): string {
  try {
    loadLesson({ ...good, ...files });
  } catch (error) {
    if (error instanceof LessonError) return error.message;
    throw error;
  }
  return '';
}

describe('every lesson of the course', async () => {
  const course = await readCourse(root);
  const ready = lessonsOf(course).filter(({ state }) => state === 'ready');

  it.each(ready)(
    '$id is read without a mistake, under the id that course.yaml names',
    async (entry) => {
      const lesson = await readLesson(root, entry);
      expect(lesson.id).toBe(entry.id);
    },
  );

  it.each(ready)('$id says the same in both languages', async ({ number, id }) => {
    expect(staleProse(await readFolder(`${root}/${lessonFolder(number, id)}`))).toEqual([]);
  });

  it.each(ready)('$id has prose without raw HTML and without exclamation marks', async (entry) => {
    const lesson = await readLesson(root, entry);
    // A file is a program's text, not ours to the reader.
    const prose = (_: string, value: unknown): unknown =>
      value instanceof Object && 'path' in value ? null : value;
    const text = JSON.stringify([lesson.intro, lesson.steps.map((step) => step.prose)], prose);
    expect(text).not.toMatch(/<\/?[a-z]+[ >]/);
    expect(text).not.toMatch(/!(?!\[)/);
    expect(text).not.toMatch(/\bsimply\b/i);
  });
});

describe('a mistake in lesson.yaml names file, line, field and what is allowed', () => {
  it.each([
    [
      'an unknown key',
      yaml.replace('minutes', 'minuts'),
      'lesson/lesson.yaml:2: minuts: unknown: "minuts"; allowed: id, minutes, images, machine, steps',
    ],
    [
      'a wrong value',
      yaml.replace('GET', 'FETCH'),
      'lesson/lesson.yaml:7: steps[0].checks[0].request.method: Invalid option: expected one of "GET"|"HEAD"|"POST"|"PUT"|"DELETE" (got "FETCH")',
    ],
    [
      'an unknown kind of check',
      yaml.replace('request:', 'requests:'),
      'lesson/lesson.yaml:7: steps[0].checks[0]: unknown: "requests"; allowed: container, image, request, exec, signal, event, file, log, answer, order, all, any, not',
    ],
    [
      'an unknown key of a check',
      yaml.replace('path:', 'url:'),
      'lesson/lesson.yaml:7: steps[0].checks[0].request.url: unknown: "url"; allowed: method, path, query, since',
    ],
    ['a missing key', yaml.replace('minutes: 5\n', ''), 'lesson/lesson.yaml:1: minutes: '],
    ['broken YAML', yaml.replace('[]', '['), 'lesson/lesson.yaml:'],
    [
      'the same key twice',
      `${yaml}minutes: 6\n`,
      'lesson/lesson.yaml:8: not YAML: Map keys must be unique',
    ],
  ])('%s', (_what, text, message) => {
    expect(mistakes({ 'lesson.yaml': text })).toContain(message);
  });
});

describe('a mistake in the prose names file and line', () => {
  const question = (body: string) => prose(`## A\n\n\`\`\`question q\n${body}\n\`\`\`\n`);

  it.each([
    ['no front matter', '## A\n', 'lesson/en.md:1: must begin with front matter'],
    ['a missing step', prose(''), 'lesson/en.md:1: has 0 "## " headings; lesson.yaml has 1 steps'],
    [
      'an open fence',
      prose('## A\n\n```sh run\nls\n'),
      'lesson/en.md:9: the fence "```sh run" is never closed',
    ],
    [
      'an unknown fence',
      prose('## A\n\n```sh rnu\nls\n```\n'),
      'lesson/en.md:9: unknown fence "sh rnu"; allowed: sh run',
    ],
    ['a title', prose('# T\n\n## A\n'), 'lesson/en.md:7: a "# " heading'],
    [
      'two right answers',
      question('Q\n\n- [x] a\n- [x] b\n\nE'),
      'lesson/en.md:9: question q: has 2 choices marked [x]',
    ],
    [
      'no explanation',
      question('Q\n\n- [x] a\n- [ ] b'),
      'lesson/en.md:9: question q: has no explanation',
    ],
    [
      'hints that are no list',
      prose('## A\n\n```hints\nls\n```\n'),
      'lesson/en.md:10: hints: must be a list',
    ],
    [
      'a view that does not exist',
      prose('## A\n\n```xray layer store\nLook.\n```\n'),
      'lesson/en.md:9: xray: "xray layer store" is no view; allowed: processes, namespaces',
    ],
    [
      'a view of a container without one',
      prose('## A\n\n```xray layers\nLook.\n```\n'),
      'lesson/en.md:9: xray: "xray layers" is no view',
    ],
    [
      'a view of which nothing is said',
      prose('## A\n\n```xray layers store\n```\n'),
      'lesson/en.md:9: xray: does not say what there is to see',
    ],
    [
      'another command than in the other language',
      prose('## A\n\n```sh run\nls\n```\n'),
      'lesson/ko.md:7: ## 가: has nothing more where en.md has the command "ls"',
    ],
  ])('%s', (_what, text, message) => {
    expect(mistakes({ 'en.md': text })).toContain(message);
  });

  it('a check of a question that is not asked', () => {
    const asked = yaml.replace(
      'request: { method: GET, path: /version }',
      'answer: { question: q }',
    );
    expect(mistakes({ 'lesson.yaml': asked })).toContain(
      'step first: asks for question "q"; the prose of the step has: none',
    );
  });

  it('leaves ordinary fences, deeper headings and lists to Markdown', () => {
    const body = '## A\n\nText.\n\n```text\n## not a step\n```\n\n### Deeper\n\n- a\n- b\n';
    const lesson = loadLesson({ ...good, 'en.md': prose(body) });
    expect(lesson.steps[0]?.prose.en.blocks).toEqual([
      { type: 'markdown', text: body.replace('## A\n', '').trim() },
    ]);
    expect(lesson.intro.en).toEqual([{ type: 'markdown', text: 'Hello.' }]);
  });
});

describe('the other language', () => {
  it('is named when it has fallen behind', () => {
    const en = good['en.md'].replace('revision: 1', 'revision: 2');
    expect(staleProse({ ...good, 'en.md': en })).toEqual([
      'ko.md matches revision 1 of en.md, which is at revision 2',
    ]);
  });
});

describe('course.yaml', () => {
  it('numbers its lessons through all parts', () => {
    const entry = (id: string) =>
      `{ id: ${id}, state: planned, title: { en: a, ko: b }, summary: { en: a, ko: b } }`;
    const part = (id: string) => `  - { title: { en: a, ko: b }, lessons: [${entry(id)}] }\n`;
    const course = loadCourse(`title: { en: a, ko: b }\nparts:\n${part('one')}${part('two')}`);
    expect(lessonsOf(course).map(({ number }) => number)).toEqual([1, 2]);
    expect(() =>
      loadCourse(`title: { en: a, ko: b }\nparts:\n${part('one')}${part('one')}`),
    ).toThrow('two lessons have the id "one"');
  });
});
