import type { Heredoc } from './heredoc.ts';
import { parseJsonArray, splitFirst, splitFlags, splitPlain, splitQuoted } from './words.ts';

/** An instruction as it stands in the file: its words told apart, nothing of it understood. */
export interface Node {
  /** As written: `RUN`, `run`. */
  readonly word: string;
  /** `--name=value`, in order. */
  readonly flags: readonly string[];
  /** ENV and LABEL: name, value, name, value… */
  readonly args: readonly string[];
  /** The arguments were a JSON array. */
  readonly json: boolean;
  readonly heredocs: readonly Heredoc[];
  /** The whole instruction, its lines joined. */
  readonly original: string;
  /** First and last line in the file, from 1. */
  readonly start: number;
  readonly end: number;
}

type Arguments = Pick<Node, 'args' | 'json'>;

const plain = (...args: string[]): Arguments => ({ args, json: false });

const one = (text: string): Arguments => (text === '' ? plain() : plain(text));

const words = (text: string): Arguments => (text === '' ? plain() : plain(...splitPlain(text)));

const jsonOr =
  (other: (text: string) => Arguments) =>
  (text: string): Arguments => {
    const array = parseJsonArray(text);
    return array === null ? other(text) : { args: array, json: true };
  };

/** `name=value name="a b"`, or the old form `name the rest of the line`. */
const pairs =
  (instruction: string) =>
  (text: string, escape: string): Arguments => {
    const found = splitQuoted(text, escape);
    const [first] = found;
    if (first === undefined) return plain();
    if (!first.includes('=')) {
      const parts = splitFirst(text);
      if (parts === null) throw new Error(`${instruction} must have two arguments`);
      return plain(...parts);
    }
    return plain(
      ...found.flatMap((word) => {
        const equals = word.indexOf('=');
        if (equals < 0) {
          throw new Error(
            `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
          );
        }
        return [word.slice(0, equals), word.slice(equals + 1)];
      }),
    );
  };

/** `NONE`, or `CMD` and a command. */
function health(text: string): Arguments {
  const parts = /^(\S+)\s*([^]*)$/.exec(text);
  if (parts === null) return plain();
  const { args, json } = jsonOr(one)(parts[2] ?? '');
  return { args: [parts[1] ?? '', ...args], json };
}

/** The word of the trigger, and its own words. */
function trigger(text: string, escape: string): Arguments {
  if (text === '') return plain();
  const inner = nodeOf(text, escape);
  return { args: [inner.word, ...inner.args], json: inner.json };
}

const READERS: Readonly<Record<string, (text: string, escape: string) => Arguments>> = {
  ADD: jsonOr(words),
  ARG: (text, escape) => plain(...splitQuoted(text, escape)),
  CMD: jsonOr(one),
  COPY: jsonOr(words),
  ENTRYPOINT: jsonOr(one),
  ENV: pairs('ENV'),
  EXPOSE: words,
  FROM: words,
  HEALTHCHECK: health,
  LABEL: pairs('LABEL'),
  MAINTAINER: one,
  ONBUILD: trigger,
  RUN: jsonOr(one),
  SHELL: jsonOr(one),
  STOPSIGNAL: one,
  USER: one,
  VOLUME: jsonOr(words),
  WORKDIR: one,
};

/** Every instruction there is. */
export const INSTRUCTIONS: readonly string[] = Object.keys(READERS);

/** Tells the words of one instruction apart. */
export function nodeOf(
  line: string,
  escape: string,
): Pick<Node, 'word' | 'flags' | 'args' | 'json'> {
  const [word, rest] = splitFirst(line.trim()) ?? [line.trim(), ''];
  const { flags, rest: text } = splitFlags(rest);
  // What nobody knows is complained about when its turn comes.
  const reader = READERS[word.toUpperCase()] ?? (() => plain());
  return { word, flags, ...reader(text.trim(), escape) };
}

/** Whether `<<` in this instruction begins a document. */
export function takesHeredocs(node: Pick<Node, 'word' | 'args' | 'json'>): boolean {
  const word = node.word.toUpperCase();
  const about = word === 'ONBUILD' ? (node.args[0] ?? '').toUpperCase() : word;
  return ['ADD', 'COPY', 'RUN'].includes(about) && !node.json;
}
