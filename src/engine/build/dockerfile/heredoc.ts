import { expandWords } from './expand.ts';

/** A document that follows its instruction: `<<EOF`, `<<-EOF`, `<<"EOF"`. */
export interface Heredoc {
  /** The word that ends it; also the file's name for COPY and ADD. */
  readonly name: string;
  /** Its variables are replaced: no part of the word was quoted. */
  readonly expand: boolean;
  /** Tabs at the beginning of its lines are taken away (`<<-`). */
  readonly chomp: boolean;
  readonly content: string;
}

/** What begins one, without its content. */
export type HeredocStart = Omit<Heredoc, 'content'>;

const START = /^(?:\d*)<<(-?)([^<]+)$/;

/** The heredoc that a word begins, or null when it is another word. */
export function heredocStart(word: string): HeredocStart | null {
  const match = START.exec(word);
  if (match === null) return null;
  const rest = match[2] ?? '';
  const [name, ...more] = expandWords(rest, new Map(), { escape: '\\', keepUnset: true });
  if (name === undefined || more.length > 0) return null;
  const [raw = ''] = expandWords(rest, new Map(), {
    escape: '\\',
    keepUnset: true,
    rawQuotes: true,
  });
  return { name, expand: quotes(name) === quotes(raw), chomp: match[1] === '-' };
}

function quotes(text: string): number {
  return text.split(/['"]/).length;
}

/** All that a line begins, in order. */
export function heredocStarts(line: string): HeredocStart[] {
  let words: string[];
  try {
    words = expandWords(line, new Map(), {
      escape: '\\',
      rawQuotes: true,
      rawEscapes: true,
      keepUnset: true,
    });
  } catch {
    return []; // an open quote: for the shell to complain about
  }
  return words.map(heredocStart).filter((found) => found !== null);
}

/** Without the tabs that begin its lines. */
export function chomped(content: string): string {
  return content.replace(/^\t+/gm, '');
}
