/**
 * How the parts of an instruction are told apart: words with quotes (ENV, LABEL, ARG), words
 * without (FROM, COPY, EXPOSE), a JSON array, the flags in front.
 */

/** What separates words; a line feed never does, it only comes out of a heredoc. */
const SPACES = /[\t\v\f\r ]+/;

export const isSpace = (char: string): boolean => /^\s$/u.test(char);

/** Splits at every run of blanks. The text must be trimmed and not empty. */
export function splitPlain(text: string): string[] {
  return text.split(SPACES);
}

/** The first word and the rest; null when there is only one word. */
export function splitFirst(text: string): readonly [string, string] | null {
  const match = SPACES.exec(text);
  return match === null
    ? null
    : [text.slice(0, match.index), text.slice(match.index + match[0].length)];
}

/**
 * Words in which quotes keep blanks together and the escape character keeps the next one from
 * meaning anything. Quotes and escapes stay: the expansion takes them away.
 */
export function splitQuoted(text: string, escape: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote === '' && isSpace(char)) {
      if (word !== null && word !== '') words.push(word);
      word = null;
      continue;
    }
    if (char === escape && quote !== "'") {
      // At the very end it means nothing.
      if (at + 1 === text.length) break;
      word = (word ?? '') + char + text.charAt(++at);
      continue;
    }
    if (quote === char) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    word = (word ?? '') + char;
  }
  if (word !== null && word !== '') words.push(word);
  return words;
}

/** An array of strings; null when the text is no JSON array and so means the shell form. */
export function parseJsonArray(text: string): string[] | null {
  if (!text.startsWith('[')) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed)) return null;
  const strings = parsed.filter((item) => typeof item === 'string');
  if (strings.length !== parsed.length) {
    throw new Error('when using JSON array syntax, arrays must be comprised of strings only');
  }
  return strings;
}

/** The flags (`--name=value`) that stand before the arguments, without their quotes, and the rest. */
export function splitFlags(text: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let at = 0;
  for (;;) {
    while (at < text.length && isSpace(text.charAt(at))) at++;
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) };
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const char = text.charAt(at);
      if (quote === '' && isSpace(char)) break;
      if (char === '\\') word += text.charAt(++at);
      else if (char === quote) quote = '';
      else if (quote === '' && (char === '"' || char === "'")) quote = char;
      else word += char;
    }
    if (word === '--') return { flags, rest: text.slice(at) };
    flags.push(word);
  }
}
