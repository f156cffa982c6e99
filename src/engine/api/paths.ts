/**
 * Finds what belongs to a path, segment by segment. A pattern's segment is a word, `:name` for any one
 * segment, or `:name{.+}` for one or more (a name of an image), behind which only words may follow. A word
 * goes before a parameter, one segment before several, and of several the one with more behind it.
 */
export class Paths<T> {
  readonly #root = node<T>();

  /** Throws for a pattern that is there already, and for another name of the same segment. */
  add(pattern: string, value: T): void {
    const segments = pattern.split('/');
    let at = this.#root;
    for (const [index, segment] of segments.entries()) {
      if (segment.endsWith('{.+}')) {
        const tail = segments.slice(index + 1).map((word) => `/${word}`);
        at.rest.push({ name: segment.slice(1, -4), tail: tail.join(''), value });
        at.rest.sort((a, b) => b.tail.length - a.tail.length);
        return;
      }
      if (segment.startsWith(':')) {
        const name = segment.slice(1);
        at.one ??= { name, node: node<T>() };
        if (at.one.name !== name) {
          throw new Error(`${pattern}: :${name} is :${at.one.name} in another pattern`);
        }
        at = at.one.node;
      } else {
        let next = at.words.get(segment);
        if (!next) at.words.set(segment, (next = node<T>()));
        at = next;
      }
    }
    if (at.value !== undefined) throw new Error(`the path ${pattern} is there twice`);
    at.value = value;
  }

  /** What belongs to the path, and the parameters as they stand in it; null when nothing does. */
  find(path: string): Found<T> | null {
    return find(this.#root, path.split('/'), 0);
  }
}

export interface Found<T> {
  readonly value: T;
  readonly parameters: Record<string, string>;
}

interface Node<T> {
  readonly words: Map<string, Node<T>>;
  one: { readonly name: string; readonly node: Node<T> } | null;
  readonly rest: { readonly name: string; readonly tail: string; readonly value: T }[];
  value: T | undefined;
}

const node = <T>(): Node<T> => ({ words: new Map(), one: null, rest: [], value: undefined });

function find<T>(at: Node<T>, segments: readonly string[], index: number): Found<T> | null {
  const segment = segments[index];
  if (segment === undefined) {
    return at.value === undefined ? null : { value: at.value, parameters: {} };
  }
  const word = at.words.get(segment);
  const exact = word && find(word, segments, index + 1);
  if (exact) return exact;
  if (at.one && segment !== '') {
    const found = find(at.one.node, segments, index + 1);
    if (found) {
      found.parameters[at.one.name] = segment;
      return found;
    }
  }
  if (at.rest.length === 0) return null;
  const remainder = segments.slice(index).join('/');
  for (const { name, tail, value } of at.rest) {
    if (remainder.length > tail.length && remainder.endsWith(tail)) {
      const text = remainder.slice(0, remainder.length - tail.length);
      return { value, parameters: { [name]: text } };
    }
  }
  return null;
}
