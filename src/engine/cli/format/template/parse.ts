/**
 * Go's text/template (pkg.go.dev/text/template), as far as `--format` uses it: text, actions with
 * trim markers, comments, pipelines, variables, if, range, with, break and continue. `define`,
 * `template` and `block` are refused, as a format has nothing to call.
 */

import { TemplateSyntaxError, type Token, literal, tokens } from './tokens.ts';

/** What stands in an action where a value is wanted. */
type Operand =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipe'; readonly pipe: Pipe };

/** An operand with the fields behind it: `$v.State.Pid`; `at` is its column for error messages. */
export interface Term {
  readonly operand: Operand;
  readonly fields: readonly string[];
  readonly at: number;
  readonly source: string;
}

/** `$i, $v := a | b c`: each stage is a term and its arguments. */
export interface Pipe {
  readonly names: readonly string[];
  readonly declares: boolean;
  readonly stages: readonly (readonly Term[])[];
}

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipe: Pipe }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipe: Pipe;
      readonly body: readonly Node[];
      readonly otherwise: readonly Node[];
    }
  | { readonly kind: 'break' | 'continue' };

/** `{{`, a comment or an action up to its end, `}}`, with the trim markers. */
const ACTION =
  /\{\{(- )?(?:\s*\/\*[\s\S]*?\*\/\s*?|((?:"(?:\\.|[^"\\])*"|`[^`]*`|'(?:\\.|[^'\\])*'|[^"'`])*?))( -)?\}\}/y;

/**
 * @param knows tells whether a function of that name exists
 * @throws TemplateSyntaxError
 */
export function parseTemplate(source: string, knows: (name: string) => boolean): readonly Node[] {
  return new Parser(source, knows).all();
}

class Parser {
  readonly #source: string;
  readonly #knows: (name: string) => boolean;
  #at = 0;
  #trim = false;
  /** The keyword that ended a list of nodes, with what stood behind it. */
  #ended: { word: 'end' | 'else'; tokens: readonly Token[] } | null = null;
  #tokens: readonly Token[] = [];
  #next = 0;
  #loops = 0;

  constructor(source: string, knows: (name: string) => boolean) {
    this.#source = source;
    this.#knows = knows;
  }

  all(): readonly Node[] {
    const nodes = this.#list();
    if (this.#ended) throw new TemplateSyntaxError(`unexpected {{${this.#ended.word}}}`);
    return nodes;
  }

  /** Nodes up to `{{end}}`, `{{else}}` or the end of the source. */
  #list(): Node[] {
    const nodes: Node[] = [];
    this.#ended = null;
    while (this.#at < this.#source.length) {
      const open = this.#source.indexOf('{{', this.#at);
      let text = this.#source.slice(this.#at, open < 0 ? undefined : open);
      if (this.#trim) text = text.trimStart();
      this.#trim = false;
      if (open < 0) this.#at = this.#source.length;
      else {
        ACTION.lastIndex = open;
        const action = ACTION.exec(this.#source);
        if (!action) throw new TemplateSyntaxError('unclosed action');
        if (action[1]) text = text.trimEnd();
        if (text) nodes.push({ kind: 'text', text });
        this.#trim = action[3] !== undefined;
        this.#at = ACTION.lastIndex;
        const body = action[2];
        if (body === undefined) continue;
        const node = this.#action(body, open + 2 + (action[1]?.length ?? 0));
        if (node) nodes.push(node);
        if (this.#ended) return nodes;
        continue;
      }
      if (text) nodes.push({ kind: 'text', text });
    }
    return nodes;
  }

  #action(body: string, at: number): Node | null {
    this.#tokens = tokens(body, at);
    this.#next = 0;
    this.#skip();
    const word = this.#peek()?.type === 'word' ? this.#peek()?.text : undefined;
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.#next++;
        return this.#control(word);
      case 'end':
      case 'else':
        this.#next++;
        this.#ended = { word, tokens: this.#tokens.slice(this.#next) };
        return null;
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw new TemplateSyntaxError(`{{${word}}} outside {{range}}`);
        return { kind: word };
      case 'define':
      case 'template':
      case 'block':
        throw new TemplateSyntaxError(`{{${word}}} has no place in a format`);
      default:
        return { kind: 'action', pipe: this.#pipe('command') };
    }
  }

  #control(kind: 'if' | 'with' | 'range'): Node {
    const pipe = this.#pipe(kind);
    if (kind === 'range') this.#loops++;
    const body = this.#list();
    if (kind === 'range') this.#loops--;
    let otherwise: readonly Node[] = [];
    const ended = this.#end();
    if (ended.word === 'else') {
      this.#tokens = ended.tokens;
      this.#next = 0;
      this.#skip();
      const chained = this.#peek()?.text;
      if (chained === 'if' || chained === 'with') {
        this.#next++;
        // `{{else if}}` shares the outer `{{end}}`, which the inner one has taken.
        otherwise = [this.#control(chained)];
        return { kind, pipe, body, otherwise };
      }
      otherwise = this.#list();
      if (this.#end().word !== 'end') throw new TemplateSyntaxError('expected end; found {{else}}');
    }
    this.#ended = null;
    return { kind, pipe, body, otherwise };
  }

  #end(): { word: 'end' | 'else'; tokens: readonly Token[] } {
    if (!this.#ended) throw new TemplateSyntaxError('unexpected EOF');
    const ended = this.#ended;
    this.#ended = null;
    return ended;
  }

  #pipe(where: string, closing = ''): Pipe {
    const names: string[] = [];
    let declares = false;
    const start = this.#next;
    // `$x :=`, `$x =` and, in a range, `$i, $v :=`.
    for (;;) {
      this.#skip();
      const token = this.#peek();
      if (token?.type !== 'variable') break;
      this.#next++;
      this.#skip();
      const mark = this.#peek()?.text;
      if (mark !== ':=' && mark !== '=' && mark !== ',') break;
      names.push(token.text);
      this.#next++;
      if (mark === ',') continue;
      declares = mark === ':=';
      break;
    }
    if (names.length === 0) this.#next = start;
    const stages: Term[][] = [[]];
    for (;;) {
      const spaced = this.#skip();
      const token = this.#peek();
      if (!token || token.text === closing) break;
      const stage = stages.at(-1) ?? [];
      if (token.text === '|' && token.type === 'mark') {
        if (stage.length === 0) throw new TemplateSyntaxError(`missing value for ${where}`);
        this.#next++;
        stages.push([]);
        continue;
      }
      if (!spaced && stage.length > 0) throw unexpected(token);
      stage.push(this.#term());
    }
    if (stages.at(-1)?.length === 0) throw new TemplateSyntaxError(`missing value for ${where}`);
    return { names, declares, stages };
  }

  #term(): Term {
    const token = this.#peek();
    if (!token) throw new TemplateSyntaxError('unexpected end of action');
    this.#next++;
    const fields: string[] = [];
    let operand: Operand;
    if (token.type === 'field') {
      operand = { kind: 'dot' };
      fields.push(token.text.slice(1));
    } else if (token.type === 'literal') operand = { kind: 'literal', value: literal(token.text) };
    else if (token.type === 'variable') operand = { kind: 'variable', name: token.text };
    else if (token.type === 'word') operand = this.#word(token.text);
    else if (token.text === '.') operand = { kind: 'dot' };
    else if (token.text === '(') {
      operand = { kind: 'pipe', pipe: this.#pipe('parenthesized pipeline', ')') };
      if (this.#peek()?.text !== ')') throw new TemplateSyntaxError('unclosed left paren');
      this.#next++;
    } else throw unexpected(token);
    let source = token.text;
    let { at } = token;
    for (let more = this.#peek(); more?.type === 'field'; more = this.#peek()) {
      fields.push(more.text.slice(1));
      source += more.text;
      // Go blames the second field of a chain, whichever was missing.
      if (fields.length === 2) at = more.at;
      this.#next++;
    }
    return { operand, fields, at, source };
  }

  #word(word: string): Operand {
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    if (word === 'nil') return { kind: 'literal', value: null };
    if (this.#knows(word)) return { kind: 'function', name: word };
    throw new TemplateSyntaxError(`function "${word}" not defined`);
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #skip(): boolean {
    const from = this.#next;
    while (this.#peek()?.type === 'space') this.#next++;
    return this.#next > from;
  }
}

function unexpected(token: Token): TemplateSyntaxError {
  return new TemplateSyntaxError(`unexpected "${token.text}" in operand`);
}
