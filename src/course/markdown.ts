/**
 * A lesson's prose: front matter, then one `## ` heading a step. Markdown stays text; the fences that do something
 * become typed blocks:
 *
 *     ```sh run          a command that a click types into the terminal
 *     ```hints           a list; each item is one rung of the ladder
 *     ```question ID     text, choices as a task list with one [x], then the explanation
 *     ```file PATH       a file below the learner's home directory, to open in the editor; what it should become
 *     ```xray VIEW NAME  something to look at in the x-ray, and what there is to see
 *
 * Any other fence (one word, a language) is prose.
 */
import { containerViews, machineViews } from './lesson.ts';
import type { Block, QuestionBlock, XrayBlock } from './lesson.ts';
import { problem } from './problem.ts';

export interface Prose {
  /** Counts up with each change of meaning in this language. */
  readonly revision: number;
  /** The revision of the other language that this one says the same as. */
  readonly matches: number;
  readonly intro: readonly Block[];
  readonly steps: readonly ProseStep[];
}
export interface ProseStep {
  readonly title: string;
  readonly line: number;
  readonly blocks: readonly Block[];
}

const fenceKinds =
  'sh run, hints, question ID, file PATH, xray VIEW CONTAINER, or a single word (a language)';

/** Throws a LessonError at the first mistake. */
export function parseProse(text: string, file: string): Prose {
  const lines = text.split(/\r?\n/);
  const { revision, matches, end } = frontMatter(lines, file);
  const sections: { title: string; line: number; blocks: Block[] }[] = [
    { title: '', line: end + 1, blocks: [] },
  ];
  let markdown: string[] = [];
  const flush = (): void => {
    const joined = markdown.join('\n').trim();
    markdown = [];
    if (joined !== '') sections.at(-1)?.blocks.push({ type: 'markdown', text: joined });
  };

  for (let i = end; i < lines.length; i++) {
    const line = lines[i] ?? '';
    const fence = /^(`{3,})\s*(.*?)\s*$/.exec(line);
    if (fence !== null) {
      const [, marks = '', info = ''] = fence;
      const close = lines.findIndex((other, j) => j > i && other.trim() === marks);
      if (close === -1) throw problem(file, i + 1, '', `the fence "${line}" is never closed`);
      const body = lines.slice(i + 1, close);
      const block = fenceBlock(info, body, file, i + 1);
      if (block === null) markdown.push(...lines.slice(i, close + 1));
      else {
        flush();
        sections.at(-1)?.blocks.push(block);
      }
      i = close;
    } else if (/^## /.test(line)) {
      flush();
      sections.push({ title: line.slice(3).trim(), line: i + 1, blocks: [] });
    } else if (/^# /.test(line)) {
      throw problem(
        file,
        i + 1,
        '',
        'a "# " heading; the title stands in course.yaml, steps begin with "## "',
      );
    } else markdown.push(line);
  }
  flush();
  const [intro, ...steps] = sections;
  return { revision, matches, intro: intro?.blocks ?? [], steps };
}

function frontMatter(
  lines: readonly string[],
  file: string,
): { revision: number; matches: number; end: number } {
  const close = lines.indexOf('---', 1);
  if (lines[0] !== '---' || close === -1) {
    throw problem(
      file,
      1,
      '',
      'must begin with front matter: "---", "revision: N", "matches: N", "---"',
    );
  }
  const found = new Map<string, number>();
  for (const [i, line] of lines.slice(1, close).entries()) {
    const entry = /^(revision|matches): ([1-9]\d*)$/.exec(line);
    if (entry?.[1] === undefined) {
      throw problem(
        file,
        i + 2,
        '',
        `front matter has "${line}"; allowed: "revision: N" and "matches: N"`,
      );
    }
    found.set(entry[1], Number(entry[2]));
  }
  const need = (key: string): number => {
    const value = found.get(key);
    if (value === undefined) throw problem(file, 1, key, 'missing from the front matter');
    return value;
  };
  return { revision: need('revision'), matches: need('matches'), end: close + 1 };
}

/** null: the fence is prose. */
function fenceBlock(
  info: string,
  body: readonly string[],
  file: string,
  line: number,
): Block | null {
  const [kind = '', argument, ...more] = info.split(/\s+/);
  const text = body.join('\n').trim();
  if (kind === 'xray') return xray(info, text, file, line);
  if (more.length === 0 && kind === 'sh' && argument === 'run') {
    if (text === '') throw problem(file, line, 'sh run', 'has no command');
    return { type: 'run', command: text, lang: 'sh' };
  }
  if (more.length === 0 && kind === 'question' && argument !== undefined) {
    return question(argument, body, file, line);
  }
  if (more.length === 0 && kind === 'file' && argument !== undefined) {
    if (/^\/|(^|\/)\.{1,2}(\/|$)|\/$/.test(argument)) {
      throw problem(file, line, 'file', `"${argument}" is no path below the home directory`);
    }
    return { type: 'file', path: argument, text: text === '' ? null : `${body.join('\n')}\n` };
  }
  if (argument === undefined) {
    if (kind === 'hints') return { type: 'hints', hints: listItems(body, file, line) };
    if (kind !== 'question' && kind !== 'file') return null;
  }
  throw problem(file, line, '', `unknown fence "${info}"; allowed: ${fenceKinds}`);
}

/** Of a container with its name, of the machine without. */
function xray(info: string, text: string, file: string, line: number): XrayBlock {
  const [, view = '', container, ...more] = info.split(/\s+/);
  const ofContainer = containerViews.find((name) => name === view);
  const ofMachine = machineViews.find((name) => name === view);
  if (text === '') throw problem(file, line, 'xray', 'does not say what there is to see');
  if (more.length === 0 && ofContainer !== undefined && container !== undefined) {
    return { type: 'xray', view: ofContainer, container, text };
  }
  if (ofMachine !== undefined && container === undefined) {
    return { type: 'xray', view: ofMachine, container: null, text };
  }
  throw problem(
    file,
    line,
    'xray',
    `"${info}" is no view; allowed: ${containerViews.join(', ')}, each with the name of a container, or ${machineViews.join(', ')}`,
  );
}

function listItems(body: readonly string[], file: string, line: number): string[] {
  const items: string[] = [];
  for (const [i, text] of body.entries()) {
    if (text.startsWith('- ')) items.push(text.slice(2));
    else if (text.trim() !== '') {
      const last = items.pop();
      if (last === undefined) {
        throw problem(file, line + 1 + i, 'hints', 'must be a list: each hint begins with "- "');
      }
      items.push(`${last}\n${text.trim()}`);
    }
  }
  if (items.length === 0) throw problem(file, line, 'hints', 'has no hint');
  return items;
}

function question(id: string, body: readonly string[], file: string, line: number): QuestionBlock {
  const choice = /^- \[([ x])\] (.+)$/;
  const first = body.findIndex((text) => choice.test(text));
  const last = body.findLastIndex((text) => choice.test(text));
  const choices = body.slice(first, last + 1).map((text) => choice.exec(text));
  const correct = choices.flatMap((match, i) => (match?.[1] === 'x' ? [i] : []));
  const field = `question ${id}`;
  if (first === -1 || choices.length < 2 || choices.includes(null)) {
    throw problem(
      file,
      line,
      field,
      'needs two choices or more, "- [ ] …", one line each, with nothing between',
    );
  }
  if (correct.length !== 1) {
    throw problem(
      file,
      line,
      field,
      `has ${String(correct.length)} choices marked [x]; exactly one is right`,
    );
  }
  const text = body.slice(0, first).join('\n').trim();
  const explanation = body
    .slice(last + 1)
    .join('\n')
    .trim();
  if (text === '') throw problem(file, line, field, 'has no text before its choices');
  if (explanation === '') throw problem(file, line, field, 'has no explanation after its choices');
  return {
    type: 'question',
    id,
    text,
    choices: choices.map((match) => match?.[2] ?? ''),
    correct: correct[0] ?? 0,
    explanation,
  };
}
