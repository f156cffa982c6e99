/** Files → Lesson. Pure: whoever calls it has read the files, from a disk or from a build. */
import { courseSchema, lessonSchema } from './schema.ts';
import type { Check } from './schema-checks.ts';
import type { Block, Course, Lesson, QuestionBlock, Step } from './lesson.ts';
import { parseProse } from './markdown.ts';
import type { Prose, ProseStep } from './markdown.ts';
import { LessonError, problem } from './problem.ts';
import type { Problem } from './problem.ts';
import { parseYaml } from './yaml.ts';

/** MiB, when lesson.yaml does not say. */
export const defaultMemory = 128;

/**
 * @param files Paths inside the lesson's folder → content: `lesson.yaml`, `en.md`, `ko.md`, `files/…`; others are ignored.
 * @param folder Begins the file names in errors.
 * @throws LessonError
 */
export function loadLesson(files: Readonly<Record<string, string>>, folder = 'lesson'): Lesson {
  const read = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw problem(`${folder}/${path}`, 1, '', 'the file is missing');
    return text;
  };
  const yamlFile = `${folder}/lesson.yaml`;
  const yaml = parseYaml(lessonSchema, read('lesson.yaml'), yamlFile);
  const en = parseProse(read('en.md'), `${folder}/en.md`);
  const ko = parseProse(read('ko.md'), `${folder}/ko.md`);

  const problems: Problem[] = [
    ...headings(yaml.steps.length, en, `${folder}/en.md`),
    ...headings(yaml.steps.length, ko, `${folder}/ko.md`),
    ...duplicates(yaml.steps.map(({ id }) => id)).map((id) => {
      return { file: yamlFile, line: 1, field: 'steps', message: `two steps have the id "${id}"` };
    }),
  ];
  const steps = yaml.steps.flatMap(({ id, checks }, i): Step[] => {
    const english = en.steps[i];
    const korean = ko.steps[i];
    if (english === undefined || korean === undefined) return [];
    problems.push(...differences(english, korean, `${folder}/ko.md`));
    problems.push(...unknownQuestions(id, checks, english, yamlFile));
    return [
      {
        id,
        checks,
        prose: {
          en: { title: english.title, blocks: english.blocks },
          ko: { title: korean.title, blocks: korean.blocks },
        },
      },
    ];
  });
  if (problems.length > 0) throw new LessonError(problems);
  return {
    id: yaml.id,
    minutes: yaml.minutes,
    images: yaml.images,
    machine: { memory: yaml.machine?.memory ?? defaultMemory },
    intro: { en: en.intro, ko: ko.intro },
    steps,
    files: Object.fromEntries(
      Object.entries(files)
        .filter(([path]) => path.startsWith('files/'))
        .map(([path, text]) => [path.slice('files/'.length), text]),
    ),
  };
}

/** @throws LessonError */
export function loadCourse(text: string, file = 'course.yaml'): Course {
  const yaml = parseYaml(courseSchema, text, file);
  const ids = yaml.parts.flatMap((part) => part.lessons.map(({ id }) => id));
  const [twice] = duplicates(ids);
  if (twice !== undefined) throw problem(file, 1, 'parts', `two lessons have the id "${twice}"`);
  return {
    title: yaml.title,
    parts: yaml.parts.map((part) => ({
      title: part.title,
      lessons: part.lessons.map((lesson) => ({ ...lesson, number: ids.indexOf(lesson.id) + 1 })),
    })),
  };
}

/** The folder of a lesson: its number in two digits, and its id. */
export function lessonFolder(number: number, id: string): string {
  return `${String(number).padStart(2, '0')}-${id}`;
}

/** Which languages have fallen behind the other, by the revisions in their front matter; `[]` when both are true. */
export function staleProse(files: Readonly<Record<string, string>>): readonly string[] {
  const en = parseProse(files['en.md'] ?? '', 'en.md');
  const ko = parseProse(files['ko.md'] ?? '', 'ko.md');
  const stale = (name: string, own: Prose, other: Prose, otherName: string): string[] => {
    return own.matches === other.revision
      ? []
      : [
          `${name} matches revision ${String(own.matches)} of ${otherName}, which is at revision ${String(other.revision)}`,
        ];
  };
  return [...stale('en.md', en, ko, 'ko.md'), ...stale('ko.md', ko, en, 'en.md')];
}

function headings(wanted: number, prose: Prose, file: string): Problem[] {
  if (prose.steps.length === wanted) return [];
  const line = prose.steps.at(-1)?.line ?? 1;
  const message = `has ${String(prose.steps.length)} "## " headings; lesson.yaml has ${String(wanted)} steps`;
  return [{ file, line, field: '', message }];
}

/** What must be the same in both languages: commands, questions and their right answers, the number of hints. */
function differences(en: ProseStep, ko: ProseStep, file: string): Problem[] {
  const english = en.blocks.flatMap(bones);
  const korean = ko.blocks.flatMap(bones);
  const length = Math.max(english.length, korean.length);
  for (let i = 0; i < length; i++) {
    if (english[i] === korean[i]) continue;
    const message = `has ${korean[i] ?? 'nothing more'} where en.md has ${english[i] ?? 'nothing more'}`;
    return [{ file, line: ko.line, field: `## ${ko.title}`, message }];
  }
  if (ko.blocks.filter(({ type }) => type === 'hints').length > 1) {
    const message = 'has two hint ladders, as has en.md; a step has one';
    return [{ file, line: ko.line, field: `## ${ko.title}`, message }];
  }
  return [];
}

function bones(block: Block): string[] {
  switch (block.type) {
    case 'markdown':
      return [];
    case 'run':
      return [`the command "${block.command}"`];
    case 'hints':
      return [`${String(block.hints.length)} hints`];
    case 'question':
      return [
        `question "${block.id}" with ${String(block.choices.length)} choices, number ${String(block.correct + 1)} right`,
      ];
    case 'file':
      return [`the file "${block.path}"${block.text === null ? '' : ` with ${block.text}`}`];
    case 'xray':
      return [`the view "${[block.view, block.container ?? ''].join(' ').trim()}"`];
  }
}

function unknownQuestions(
  stepId: string,
  checks: readonly Check[],
  step: ProseStep,
  file: string,
): Problem[] {
  const known = step.blocks.filter((block): block is QuestionBlock => block.type === 'question');
  const asked = (check: Check): string[] => {
    if ('answer' in check) return [check.answer.question];
    if ('all' in check) return check.all.flatMap(asked);
    if ('any' in check) return check.any.flatMap(asked);
    return 'not' in check ? asked(check.not) : [];
  };
  return checks
    .flatMap(asked)
    .filter((id) => !known.some((question) => question.id === id))
    .map((id) => {
      const message = `asks for question "${id}"; the prose of the step has: ${known.map((q) => q.id).join(', ') || 'none'}`;
      return { file, line: 1, field: `step ${stepId}`, message };
    });
}

function duplicates(ids: readonly string[]): string[] {
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}
