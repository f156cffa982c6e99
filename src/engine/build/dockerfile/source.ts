import { atLine, DockerfileError } from './errors.ts';
import { heredocStarts, type Heredoc } from './heredoc.ts';
import { nodeOf, takesHeredocs, type Node } from './node.ts';

/** A Dockerfile cut into its instructions. */
export interface Source {
  readonly nodes: readonly Node[];
  /** `\`, or what the `escape` directive says. */
  readonly escape: string;
  /** Remarks for the one who builds. */
  readonly warnings: readonly string[];
}

/** Longest line, in characters. */
const LONGEST = 65535;

const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const DIRECTIVES = ['escape', 'syntax', 'check'];

const isComment = (line: string): boolean => line.trimStart().startsWith('#');

/**
 * Cuts a Dockerfile into instructions: parser directives, comments, continued lines, heredocs.
 * @throws DockerfileError with the line
 */
export function readSource(text: string): Source {
  const reader = new Reader(text);
  return reader.read();
}

class Reader {
  readonly #lines: readonly string[];
  /** Lines read: the number of the last one. */
  #at = 0;
  #escape = '\\';
  readonly #seen = new Set<string>();
  readonly #warnings: string[] = [];

  constructor(text: string) {
    const body = text.startsWith('\ufeff') ? text.slice(1) : text;
    // Line feeds stay with their lines: a heredoc keeps them.
    this.#lines = body.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  }

  read(): Source {
    this.#directives();
    const nodes: Node[] = [];
    for (let line = this.#next(); line !== null; line = this.#next()) {
      const begin = isComment(line) ? '' : line.trimStart();
      if (begin === '') continue;
      nodes.push(this.#instruction(begin));
    }
    if (nodes.length === 0) throw new DockerfileError('file with no instructions', 0);
    if (this.#warnings.length > 0) {
      this.#warnings.push(
        '[WARNING]: Empty continuation lines will become errors in a future release.',
      );
    }
    return { nodes, escape: this.#escape, warnings: this.#warnings };
  }

  /** The next line with its line feed; null at the end. */
  #nextRaw(): string | null {
    const line = this.#lines[this.#at];
    if (line === undefined) return null;
    this.#at++;
    if (line.length > LONGEST) {
      throw new DockerfileError(
        `dockerfile line greater than max allowed size of ${LONGEST}`,
        this.#at,
      );
    }
    return line;
  }

  #next(): string | null {
    const line = this.#nextRaw();
    return line === null ? null : line.replace(/[\r\n]+$/, '');
  }

  /** `# escape=…` and `# syntax=…`: only before everything else, each once. */
  #directives(): void {
    for (let line = this.#next(); line !== null; line = this.#next()) {
      const match = DIRECTIVE.exec(line.trimStart());
      const name = match?.[1]?.toLowerCase() ?? '';
      if (!DIRECTIVES.includes(name)) break;
      if (this.#seen.has(name)) {
        throw new DockerfileError(`only one ${name} parser directive can be used`, this.#at);
      }
      this.#seen.add(name);
      if (name === 'escape') this.#setEscape(match?.[2] ?? '');
    }
    this.#at = this.#seen.size;
  }

  #setEscape(value: string): void {
    if (value !== '`' && value !== '\\') {
      throw new DockerfileError(
        `invalid escape token '${value}' does not match \` or \\`,
        this.#at,
      );
    }
    this.#escape = value;
  }

  /** The line without the escape character that continues it, or null when it ends here. */
  #continued(line: string): string | null {
    const bare = line.replace(/[ \t]+$/, '');
    if (!bare.endsWith(this.#escape)) return null;
    const kept = bare.slice(0, -1);
    return kept.endsWith(this.#escape) ? null : kept;
  }

  #instruction(begin: string): Node {
    const start = this.#at;
    let original = '';
    let empty = false;
    let rest = this.#continued(begin);
    original = rest ?? begin;
    while (rest !== null) {
      const line = this.#next();
      if (line === null) break;
      if (isComment(line)) continue;
      if (line.trim() === '') {
        empty = true;
        continue;
      }
      rest = this.#continued(line);
      original += rest ?? line;
    }
    if (empty) {
      this.#warnings.push(`[WARNING]: Empty continuation line found in:\n    ${original}`);
    }
    return atLine(start, () => {
      const node = nodeOf(original, this.#escape);
      const heredocs = takesHeredocs(node) ? this.#heredocs(original) : [];
      return { ...node, heredocs, original, start, end: this.#at };
    });
  }

  #heredocs(line: string): Heredoc[] {
    return heredocStarts(line).map((begun) => {
      let content = '';
      for (;;) {
        const raw = this.#nextRaw();
        if (raw === null) throw new Error('unterminated heredoc');
        const bare = raw.replace(/[\r\n]+$/, '');
        if ((begun.chomp ? bare.replace(/^\t+/, '') : bare) === begun.name) {
          return { ...begun, content };
        }
        content += raw;
      }
    });
  }
}
