/**
 * A lesson for the page: every piece of Markdown is HTML. Done when the page is built, so that no visitor carries a
 * Markdown parser; the page still sanitizes what it shows.
 */
import { Marked } from 'marked';
import type { Block, Lesson, PerLanguage, Step } from './lesson.ts';

const marked = new Marked({
  gfm: true,
  renderer: {
    codespan: ({ text }) =>
      `<code>${escaped(text).replaceAll(OPTION, '<span data-whole>$&</span>')}</code>`,
  },
});

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A word with a hyphen that nobody would look for on two lines; longer ones may have to be broken. */
const OPTION = /(?<=^| )[^ &<>]{0,20}-[^ &<>]{1,20}(?= |$)/g;

/** Where a particle follows a bracket or code, which Korean lines may not be broken after (UAX #14 has it otherwise). */
const PARTICLE = /(?<=[)\]”’'"%]|<\/code>|<\/strong>)(?=[가-힣])/g;
const WORD_JOINER = '\u2060';

function html(markdown: string): string {
  return marked.parse(markdown, { async: false }).replaceAll(PARTICLE, WORD_JOINER);
}

export function rendered(lesson: Lesson): Lesson {
  return {
    ...lesson,
    intro: each(lesson.intro, (blocks) => blocks.map(block)),
    steps: lesson.steps.map((step): Step => ({
      ...step,
      prose: each(step.prose, ({ title, blocks }) => ({ title, blocks: blocks.map(block) })),
    })),
  };
}

function block(piece: Block): Block {
  switch (piece.type) {
    case 'markdown':
    case 'xray':
      return { ...piece, text: html(piece.text) };
    case 'hints':
      return { ...piece, hints: piece.hints.map(html) };
    case 'question':
      return {
        ...piece,
        text: html(piece.text),
        choices: piece.choices.map(html),
        explanation: html(piece.explanation),
      };
    default:
      return piece;
  }
}

function each<T>({ en, ko }: PerLanguage<T>, make: (one: T) => T): PerLanguage<T> {
  return { en: make(en), ko: make(ko) };
}
