import { type TemplateFunction, functions, headingFunctions } from './functions.ts';
import { type Node, type Pipe, type Term, parseTemplate } from './parse.ts';
import { isRecord, show, truth } from './values.ts';

/** What a field of dot is; throws {@link TemplateError} when there is none of that name. */
export type Lookup = (value: unknown, field: string) => unknown;

/** Execution failed; the message is Go's, from `template:` on. */
export class TemplateError extends Error {}

/** A parsed template. */
export class Template {
  readonly #nodes: readonly Node[];
  readonly #name: string;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;

  /**
   * @param name what Go's messages call it; Docker's formats have none
   * @throws TemplateError with Go's sentence when the source is no template
   */
  constructor(source: string, name = '', heading = false) {
    this.#name = name;
    this.#functions = heading ? headingFunctions : functions;
    try {
      this.#nodes = parseTemplate(source, (word) => Object.hasOwn(functions, word));
    } catch (error) {
      throw new TemplateError(
        `template: ${name}:1: ${error instanceof Error ? error.message : ''}`,
      );
    }
  }

  /** The text for `dot`; fields are found with `lookup`. */
  execute(dot: unknown, lookup: Lookup = field): string {
    const run = new Run(this.#name, this.#functions, lookup);
    run.define('$', dot);
    run.nodes(this.#nodes, dot);
    return run.text;
  }
}

/** A key of a JSON object, or an error when it is not there. */
export function field(value: unknown, name: string): unknown {
  if (isRecord(value)) {
    if (Object.hasOwn(value, name)) return value[name];
    throw new TemplateError(`map has no entry for key "${name}"`);
  }
  if (value === null || value === undefined) {
    throw new TemplateError(`nil pointer evaluating interface {}.${name}`);
  }
  throw new TemplateError(`can't evaluate field ${name} in type interface {}`);
}

type Flow = 'break' | 'continue' | undefined;

class Run {
  text = '';
  readonly #name: string;
  readonly #functions: Readonly<Record<string, TemplateFunction>>;
  readonly #lookup: Lookup;
  readonly #variables: { name: string; value: unknown }[] = [];

  constructor(name: string, known: Readonly<Record<string, TemplateFunction>>, lookup: Lookup) {
    this.#name = name;
    this.#functions = known;
    this.#lookup = lookup;
  }

  define(name: string, value: unknown): void {
    this.#variables.push({ name, value });
  }

  nodes(nodes: readonly Node[], dot: unknown): Flow {
    const scope = this.#variables.length;
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow) {
        this.#variables.length = scope;
        return flow;
      }
    }
    this.#variables.length = scope;
    return undefined;
  }

  #node(node: Node, dot: unknown): Flow {
    switch (node.kind) {
      case 'text':
        this.text += node.text;
        return undefined;
      case 'action': {
        const value = this.#pipe(node.pipe, dot);
        if (node.pipe.names.length === 0) this.text += show(value);
        return undefined;
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'range':
        return this.#range(node, dot);
      default: {
        const scope = this.#variables.length;
        const value = this.#pipe(node.pipe, dot);
        const flow = truth(value)
          ? this.nodes(node.body, node.kind === 'with' ? value : dot)
          : this.nodes(node.otherwise, dot);
        this.#variables.length = scope;
        return flow;
      }
    }
  }

  #range(node: Extract<Node, { kind: 'if' | 'with' | 'range' }>, dot: unknown): Flow {
    const scope = this.#variables.length;
    const { names } = node.pipe;
    const value = this.#pipe({ ...node.pipe, names: [] }, dot);
    const entries = pairs(value);
    if (!entries) throw new TemplateError(`range can't iterate over ${show(value)}`);
    for (const [key, element] of entries) {
      const [first, second] = names;
      if (second !== undefined) this.define(first ?? '', key);
      const last = second ?? first;
      if (last !== undefined) this.define(last, element);
      const flow = this.nodes(node.body, element);
      this.#variables.length = scope;
      if (flow === 'break') break;
    }
    return entries.length === 0 ? this.nodes(node.otherwise, dot) : undefined;
  }

  #pipe(pipe: Pipe, dot: unknown): unknown {
    let value: unknown;
    pipe.stages.forEach((stage, at) => {
      value = this.#stage(stage, dot, at === 0 ? [] : [value]);
    });
    const [name] = pipe.names;
    if (name !== undefined) {
      const known = this.#variables.findLast((variable) => variable.name === name);
      if (!pipe.declares && known) known.value = value;
      else this.define(name, value);
    }
    return value;
  }

  #stage(stage: readonly Term[], dot: unknown, piped: readonly unknown[]): unknown {
    const [head, ...rest] = stage;
    if (!head) return undefined;
    const args = [...rest.map((term) => this.#term(term, dot, [])), ...piped];
    return this.#term(head, dot, args);
  }

  #term(term: Term, dot: unknown, args: readonly unknown[]): unknown {
    const { operand, fields } = term;
    let value: unknown;
    try {
      switch (operand.kind) {
        case 'literal':
          value = operand.value;
          break;
        case 'dot':
          value = dot;
          break;
        case 'pipe':
          value = this.#pipe(operand.pipe, dot);
          break;
        case 'variable':
          value = this.#variable(operand.name);
          break;
        case 'function':
          return this.#call(operand.name, args);
      }
      for (const name of fields) value = this.#lookup(value, name);
      if (typeof value === 'function') return value(...args);
      if (args.length > 0)
        throw new TemplateError(`can't give argument to non-function ${term.source}`);
      return value;
    } catch (error) {
      if (!(error instanceof TemplateError) || error.message.startsWith('template: ')) throw error;
      throw new TemplateError(
        `template: ${this.#name}:1:${term.at}: executing "${this.#name}" at <${term.source}>: ${error.message}`,
      );
    }
  }

  #variable(name: string): unknown {
    const known = this.#variables.findLast((variable) => variable.name === name);
    if (!known) throw new TemplateError(`undefined variable "${name}"`);
    return known.value;
  }

  #call(name: string, args: readonly unknown[]): unknown {
    try {
      return this.#functions[name]?.(...args);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new TemplateError(`error calling ${name}: ${message}`);
    }
  }
}

/** What `range` goes over: keys and values, maps by key; null when it cannot. */
function pairs(value: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (Array.isArray(value)) return value.map((element, at) => [at, element] as const);
  if (isRecord(value)) {
    return Object.keys(value)
      .toSorted()
      .map((key) => [key, value[key]] as const);
  }
  if (typeof value === 'number') return Array.from({ length: value }, (_, at) => [at, at] as const);
  return value === null || value === undefined ? [] : null;
}
