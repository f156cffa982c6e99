import { replace, trimPrefix, trimSuffix } from './glob.ts';
import { isSpace } from './words.ts';

/**
 * Variables and quotes in the words of an instruction, as in a POSIX shell
 * (Dockerfile reference, "Environment replacement").
 */
export interface ExpandOptions {
  /** `\`, or what the `escape` directive says. */
  readonly escape: string;
  /** Quotes stay in the result. */
  readonly rawQuotes?: boolean;
  /** Escape characters stay in the result. */
  readonly rawEscapes?: boolean;
  /** Quotes are letters like any other: the content of a heredoc. */
  readonly plainQuotes?: boolean;
  /** Variables that nobody set stay as they are written. */
  readonly keepUnset?: boolean;
}

export type Variables = ReadonlyMap<string, string>;

/** The word with its variables replaced and its quotes taken away. Throws Docker's sentence. */
export function expandWord(word: string, variables: Variables, options: ExpandOptions): string {
  return expand(word, variables, options).text;
}

/** The same, split at blanks that are not quoted: what a variable brings is split too. */
export function expandWords(word: string, variables: Variables, options: ExpandOptions): string[] {
  return expand(word, variables, options).words;
}

function expand(word: string, variables: Variables, options: ExpandOptions): Expanded {
  try {
    return new Expansion(word, variables, options).until('');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`failed to process ${JSON.stringify(word)}: ${reason}`, { cause: error });
  }
}

interface Expanded {
  readonly text: string;
  readonly words: string[];
}

const NAME_CHARACTER = /^[\p{L}\p{N}_]$/u;
const DIGIT = /^\p{Nd}$/u;
/** Special parameters of the shell: names of one character. */
const SPECIAL = '@*#?-$!0';

/** One reading of a word, from its beginning to its end. */
class Expansion {
  readonly #chars: readonly string[];
  readonly #variables: Variables;
  readonly #options: ExpandOptions;
  #at = 0;
  #rawEscapes: boolean;

  constructor(word: string, variables: Variables, options: ExpandOptions) {
    this.#chars = Array.from(word);
    this.#variables = variables;
    this.#options = options;
    this.#rawEscapes = options.rawEscapes ?? false;
  }

  /** The next character, '' at the end. */
  #peek(): string {
    return this.#chars[this.#at] ?? '';
  }

  #next(): string {
    return this.#chars[this.#at++] ?? '';
  }

  /** Reads to `stop` (taken, not kept), or to the end when it is ''. */
  until(stop: string): Expanded {
    const { escape, plainQuotes } = this.#options;
    let text = '';
    const words = new Words();
    for (let char = this.#peek(); char !== ''; char = this.#peek()) {
      if (char === stop) {
        this.#at++;
        return { text, words: words.end() };
      }
      if (char === '$') {
        const value = this.#dollar();
        text += value;
        words.split(value);
      } else if (char === "'" && plainQuotes !== true) {
        const value = this.#single();
        text += value;
        words.whole(value);
      } else if (char === '"' && plainQuotes !== true) {
        const value = this.#double();
        text += value;
        words.whole(value);
      } else if (char === escape) {
        this.#at++;
        const kept = (this.#rawEscapes ? char : '') + this.#next();
        text += kept;
        words.whole(kept);
      } else {
        this.#at++;
        text += char;
        words.split(char);
      }
    }
    if (stop !== '') {
      throw new Error(`unexpected end of statement while looking for matching ${stop}`);
    }
    return { text, words: words.end() };
  }

  #with(rawEscapes: boolean, stop: string, missing: string): string {
    const before = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    try {
      return this.until(stop).text;
    } catch (error) {
      if (this.#peek() === '') throw new Error(`syntax error: ${missing}`, { cause: error });
      throw error;
    } finally {
      this.#rawEscapes = before;
    }
  }

  /** Between single quotes everything is itself. */
  #single(): string {
    const quote = this.#options.rawQuotes === true ? "'" : '';
    this.#at++;
    let text = quote;
    for (let char = this.#next(); char !== "'"; char = this.#next()) {
      if (char === '') {
        throw new Error('unexpected end of statement while looking for matching single-quote');
      }
      text += char;
    }
    return text + quote;
  }

  /** Between double quotes variables count, and `"`, `$` and the escape character can be escaped. */
  #double(): string {
    const { escape, rawQuotes } = this.#options;
    const quote = rawQuotes === true ? '"' : '';
    this.#at++;
    let text = quote;
    for (;;) {
      const char = this.#peek();
      if (char === '') {
        throw new Error('unexpected end of statement while looking for matching double-quote');
      }
      if (char === '$') {
        text += this.#dollar();
        continue;
      }
      this.#at++;
      if (char === '"') return text + quote;
      if (char !== escape) {
        text += char;
        continue;
      }
      if (this.#rawEscapes) text += char;
      const after = this.#peek();
      if (after === '') continue;
      text += ['"', '$', escape].includes(after) ? this.#next() : char;
    }
  }

  #dollar(): string {
    const start = this.#at;
    this.#at++;
    if (this.#peek() !== '{') {
      const name = this.#name();
      if (name === '') return '$';
      return this.#variables.get(name) ?? (this.#options.keepUnset === true ? `$${name}` : '');
    }
    this.#at++;
    if (this.#peek() === '') throw new Error("syntax error: missing '}'");
    if (['{', '}', ':'].includes(this.#peek())) throw new Error('syntax error: bad substitution');
    const name = this.#name();
    const value = this.#variables.get(name);
    const result = this.#modified(name, value);
    return value === undefined && this.#options.keepUnset === true
      ? this.#chars.slice(start, this.#at).join('')
      : result;
  }

  /** Behind the name in `${name…}`. */
  #modified(name: string, value: string | undefined): string {
    let operator = this.#next();
    let written = operator;
    if (operator === '}') return value ?? '';
    if (operator === '/') return this.#replaced(value ?? '');
    const colon = operator === ':';
    if (colon) {
      operator = this.#next();
      written += operator;
    } else if (!'+-?#%'.includes(operator) || operator === '') {
      throw new Error(`unsupported modifier (${written}) in substitution`);
    }
    const trims = operator === '#' || operator === '%';
    const word = this.#with(trims, '}', "missing '}'");
    const absent = value === undefined || (colon && value === '');
    if (operator === '-') return absent ? word : value;
    if (operator === '+') return absent ? '' : word;
    if (operator === '?') {
      if (!absent) return value;
      const state = value === undefined ? 'unset' : 'empty';
      throw new Error(`${name}: ${word === '' ? `is not allowed to be ${state}` : word}`);
    }
    if (!trims) throw new Error(`unsupported modifier (${written}) in substitution`);
    const longest = word.startsWith(operator);
    const pattern = longest ? word.slice(1) : word;
    return (operator === '#' ? trimPrefix : trimSuffix)(value ?? '', pattern, longest);
  }

  #replaced(value: string): string {
    const all = this.#peek() === '/';
    if (all) this.#at++;
    const pattern = this.#with(true, '/', "missing '/' in ${}");
    const by = this.#with(true, '}', "missing '}'");
    return replace(value, pattern, by, all);
  }

  #name(): string {
    const first = this.#peek();
    let name = '';
    if (DIGIT.test(first)) {
      while (DIGIT.test(this.#peek())) name += this.#next();
      return name;
    }
    if (first !== '' && SPECIAL.includes(first)) return this.#next();
    while (NAME_CHARACTER.test(this.#peek())) name += this.#next();
    return name;
  }
}

/** Collects words while their characters arrive. */
class Words {
  readonly #words: string[] = [];
  #word: string | null = null;

  /** Text whose blanks end a word. */
  split(text: string): void {
    for (const char of text) {
      if (!isSpace(char)) this.whole(char);
      else this.#finish();
    }
  }

  /** Text that belongs to one word. */
  whole(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  end(): string[] {
    this.#finish();
    return this.#words;
  }

  #finish(): void {
    if (this.#word !== null && this.#word !== '') this.#words.push(this.#word);
    this.#word = null;
  }
}
