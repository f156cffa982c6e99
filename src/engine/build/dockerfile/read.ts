import { atLine, suggestion } from './errors.ts';
import { readFlags, type FlagKind } from './flags.ts';
import { readHealthcheck } from './health.ts';
import { chomped, heredocStart } from './heredoc.ts';
import type {
  CommandLine,
  Instruction,
  InstructionName,
  Of,
  Pair,
  Transfer,
} from './instruction.ts';
import { INSTRUCTIONS, type Node } from './node.ts';

/** Understands one instruction. Throws {@link DockerfileError} with its line. */
export function readInstruction(node: Node): Instruction {
  return atLine(node.start, () => {
    const name = node.word.toUpperCase();
    if (!isName(name)) {
      throw new Error(`unknown instruction: ${node.word}${suggestion(node.word, INSTRUCTIONS)}`);
    }
    const read: (node: Node) => Body = READERS[name];
    // Each reader gives the body of its own instruction.
    return { name, code: node.original.trim(), line: node.start, ...read(node) } as Instruction;
  });
}

function isName(word: string): word is InstructionName {
  return INSTRUCTIONS.includes(word);
}

type BodyOf<I> = I extends unknown ? Omit<I, 'name' | 'code' | 'line'> : never;
type Body = BodyOf<Instruction>;
type Readers = {
  readonly [Name in InstructionName]: (node: Node) => Omit<Of<Name>, 'name' | 'code' | 'line'>;
};

const READERS: Readers = {
  ADD: (node) => {
    needTwo(node, 'ADD');
    const flags = readFlags(node.flags, {
      ...OWNERSHIP,
      'keep-git-dir': 'switch',
      checksum: 'text',
    });
    return { ...transfer(node, 'ADD', flags), checksum: flags.get('checksum') ?? '' };
  },
  ARG: (node) => {
    needSome(node, 'ARG');
    const args = node.args.map((word) => {
      const equals = word.indexOf('=');
      if (equals === 0) throw new Error('ARG names can not be blank');
      return equals < 0
        ? { key: word, value: null }
        : { key: word.slice(0, equals), value: word.slice(equals + 1) };
    });
    return { args };
  },
  CMD: (node) => ({ command: commandLine(node) }),
  COPY: (node) => {
    needTwo(node, 'COPY');
    const flags = readFlags(node.flags, { ...OWNERSHIP, from: 'text' });
    return { ...transfer(node, 'COPY', flags), from: flags.get('from') ?? '' };
  },
  ENTRYPOINT: (node) => ({ command: commandLine(node) }),
  ENV: (node) => ({ pairs: pairs(node, 'ENV') }),
  EXPOSE: (node) => {
    needSome(node, 'EXPOSE');
    readFlags(node.flags);
    return { ports: [...node.args].sort() };
  },
  FROM: (node) => {
    const stage = stageName(node.args);
    const flags = readFlags(node.flags, { platform: 'text' });
    return { base: node.args[0] ?? '', stage, platform: flags.get('platform') ?? '' };
  },
  HEALTHCHECK: (node) => ({ health: readHealthcheck(node) }),
  LABEL: (node) => ({ pairs: pairs(node, 'LABEL'), literal: false }),
  MAINTAINER: (node) => ({ maintainer: only(node, 'MAINTAINER') }),
  ONBUILD: (node) => ({ trigger: trigger(node) }),
  RUN: (node) => {
    const flags = readFlags(node.flags, {
      mount: 'texts',
      network: 'text',
      security: 'text',
      device: 'texts',
    });
    const words = node.json ? node.args : node.args.slice(0, 1);
    return {
      command: { words, shell: !node.json },
      heredocs: node.heredocs,
      flags: [...flags.keys()],
    };
  },
  SHELL: (node) => {
    readFlags(node.flags);
    needSome(node, 'SHELL');
    if (!node.json) throw new Error('SHELL requires the arguments to be in JSON form');
    return { shell: node.args };
  },
  STOPSIGNAL: (node) => ({ signal: only(node, 'STOPSIGNAL') }),
  USER: (node) => ({ user: only(node, 'USER') }),
  VOLUME: (node) => {
    needSome(node, 'VOLUME');
    readFlags(node.flags);
    const volumes = node.args.map((path) => path.trim());
    if (volumes.includes('')) throw new Error('VOLUME specified can not be an empty string');
    return { volumes };
  },
  WORKDIR: (node) => ({ path: only(node, 'WORKDIR') }),
};

const OWNERSHIP: Readonly<Record<string, FlagKind>> = {
  chown: 'text',
  chmod: 'text',
  link: 'switch',
};

function needSome(node: Node, name: string): void {
  if (node.args.length === 0) throw new Error(`${name} requires at least one argument`);
}

function needTwo(node: Node, name: string): void {
  if (node.args.length >= 2) return;
  throw new Error(
    `${name} requires at least two arguments, but only one was provided. Destination could not be determined`,
  );
}

function only(node: Node, name: string): string {
  const [word, ...more] = node.args;
  if (word === undefined || more.length > 0) {
    throw new Error(`${name} requires exactly one argument`);
  }
  readFlags(node.flags);
  return word;
}

function pairs(node: Node, name: string): Pair[] {
  readFlags(node.flags);
  needSome(node, name);
  const found: Pair[] = [];
  for (let at = 0; at < node.args.length; at += 2) {
    const key = node.args[at] ?? '';
    if (key === '') throw new Error(`${name} names can not be blank`);
    found.push({ key, value: node.args[at + 1] ?? '' });
  }
  return found;
}

function commandLine(node: Node): CommandLine {
  readFlags(node.flags);
  return { words: node.args, shell: !node.json };
}

function transfer(node: Node, name: string, flags: ReadonlyMap<string, string>): Transfer {
  const destination = node.args.at(-1) ?? '';
  const starts = (word: string): ReturnType<typeof heredocStart> =>
    node.json ? null : heredocStart(word);
  if (starts(destination) !== null) {
    throw new Error(`${name} cannot accept a heredoc as a destination`);
  }
  const words = node.args.slice(0, -1);
  return {
    sources: words.filter((word) => starts(word) === null),
    files: node.heredocs.map(({ name: file, content, chomp, expand }) => ({
      name: file,
      content: chomp ? chomped(content) : content,
      expand,
    })),
    destination,
    chown: flags.get('chown') ?? '',
    chmod: flags.get('chmod') ?? '',
  };
}

function stageName(args: readonly string[]): string {
  if (args.length === 3 && args[1]?.toLowerCase() === 'as') {
    const name = (args[2] ?? '').toLowerCase();
    if (/^[a-z][a-z0-9-_.]*$/.test(name)) return name;
    throw new Error(
      `invalid name for build stage: ${JSON.stringify(args[2])}, name can't start with a number or contain symbols`,
    );
  }
  if (args.length === 1) return '';
  throw new Error('FROM requires either one or three arguments');
}

function trigger(node: Node): string {
  needSome(node, 'ONBUILD');
  readFlags(node.flags);
  const word = (node.args[0] ?? '').toUpperCase();
  if (word === 'ONBUILD') throw new Error("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (word === 'MAINTAINER' || word === 'FROM') {
    throw new Error(`${word} isn't allowed as an ONBUILD trigger`);
  }
  const written = node.original.trim().replace(/^ONBUILD\s*/i, '');
  return [written, ...node.heredocs.map(({ name, content }) => content + name)].join('\n');
}
