import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import evaluateText from './cases/evaluate.yaml?raw';
import expandText from './cases/expand.yaml?raw';
import ignoreText from './cases/ignore.yaml?raw';
import parseText from './cases/parse.yaml?raw';
import { environmentOf, firstConfig, type RunConfig } from './config.ts';
import {
  BuildArgs,
  expandWord,
  expandWords,
  parseDockerfile,
  type CommandLine,
  type Instruction,
} from './dockerfile/index.ts';
import { ignoreList, readIgnoreFile } from '../patterns/ignore.ts';
import { change, workingDirectory } from './metadata.ts';
import { resolve } from './resolve.ts';

/** A data file's groups of cases; its first lines say what they mean. */
function cases<T>(text: string): (readonly [string, T[]])[] {
  return Object.entries(parse(text) as Record<string, T[]>);
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
}

const quoted = (text: string): string => (/^[^\s"\\]+$/.test(text) ? text : JSON.stringify(text));
const command = ({ words, shell }: CommandLine): string =>
  shell ? `$ ${words.map(quoted).join(' ')}` : `[${words.map(quoted).join(', ')}]`;

/** One line for each instruction. */
function show(instruction: Instruction): string {
  const { name } = instruction;
  const body = (): string => {
    switch (instruction.name) {
      case 'FROM':
        return `${instruction.base}${instruction.stage && ` AS ${instruction.stage}`}${instruction.platform && ` ON ${instruction.platform}`}`;
      case 'RUN': {
        const { heredocs, flags } = instruction;
        const documents = heredocs.map(
          ({ name: end, expand, chomp, content }) =>
            ` <<${chomp ? '-' : ''}${expand ? end : `'${end}'`} ${JSON.stringify(content)}`,
        );
        const given = flags.length > 0 ? ` flags ${flags.join(' ')}` : '';
        return command(instruction.command) + documents.join('') + given;
      }
      case 'CMD':
      case 'ENTRYPOINT':
        return command(instruction.command);
      case 'COPY':
      case 'ADD': {
        const { sources, files, destination, chown, chmod } = instruction;
        const flags = Object.entries({
          chown,
          chmod,
          from: 'from' in instruction ? instruction.from : '',
          checksum: 'checksum' in instruction ? instruction.checksum : '',
        }).filter(([, value]) => value !== '');
        const inline = files.map(
          ({ name: file, content, expand }) =>
            `<<${expand ? file : `'${file}'`} ${JSON.stringify(content)}`,
        );
        return [
          ...sources.map(quoted),
          ...inline,
          '->',
          quoted(destination),
          ...flags.map(([flag, value]) => `${flag}=${quoted(value)}`),
        ].join(' ');
      }
      case 'ENV':
      case 'LABEL':
        return instruction.pairs
          .map(({ key, value }) => `${quoted(key)}=${quoted(value)}`)
          .join(' ');
      case 'ARG':
        return instruction.args
          .map(({ key, value }) => (value === null ? key : `${key}=${quoted(value)}`))
          .join(' ');
      case 'EXPOSE':
        return instruction.ports.join(' ');
      case 'HEALTHCHECK':
        return JSON.stringify(instruction.health);
      case 'MAINTAINER':
        return quoted(instruction.maintainer);
      case 'ONBUILD':
        return quoted(instruction.trigger);
      case 'SHELL':
        return instruction.shell.map(quoted).join(' ');
      case 'STOPSIGNAL':
        return instruction.signal;
      case 'USER':
        return instruction.user;
      case 'VOLUME':
        return instruction.volumes.map(quoted).join(' ');
      case 'WORKDIR':
        return quoted(instruction.path);
    }
  };
  return `${name} ${body()}`;
}

interface ParseCase {
  readonly file: string;
  readonly tree?: readonly string[];
  readonly warns?: number;
  readonly error?: string;
}

describe.each(cases<ParseCase>(parseText))('a Dockerfile’s %s', (_, list) => {
  it.each(list)('$file', ({ file, tree, warns = 0, error }) => {
    if (error !== undefined) {
      const whole = error
        .replace(
          /^parse (\d+): /,
          'failed to parse Dockerfile: dockerfile parse error on line $1: ',
        )
        .replace(/^(\d+): /, 'dockerfile parse error on line $1: ');
      expect(messageOf(() => parseDockerfile(file))).toBe(whole);
      return;
    }
    const { metaArgs, stages, warnings } = parseDockerfile(file);
    const all = [
      ...metaArgs,
      ...stages.flatMap(({ from, instructions }) => [from, ...instructions]),
    ];
    expect(all.map(show)).toEqual(tree);
    expect(warnings).toHaveLength(warns);
  });
});

interface ExpandCase {
  readonly word: string;
  readonly escape?: string;
  readonly text?: string;
  readonly words?: readonly string[];
  readonly error?: string;
}

describe.each(cases<ExpandCase>(expandText))('expansion: %s', (_, list) => {
  const variables = new Map([
    ['foo', 'bar'],
    ['empty', ''],
    ['path', '/a/b/c.tar.gz'],
    ['words', 'x  y'],
    ['HOME', '/root'],
  ]);
  it.each(list)('$word', ({ word, escape = '\\', text, words, error }) => {
    const act = (): string => expandWord(word, variables, { escape });
    if (error !== undefined) {
      expect(messageOf(act)).toBe(`failed to process ${JSON.stringify(word)}: ${error}`);
    } else if (words !== undefined) {
      expect(expandWords(word, variables, { escape })).toEqual(words);
    } else expect(act()).toBe(text);
  });
});

interface IgnoreCase {
  readonly file: string;
  readonly in?: readonly string[];
  readonly out?: readonly string[];
  readonly error?: string;
}

describe.each(cases<IgnoreCase>(ignoreText))('.dockerignore: %s', (_, list) => {
  it.each(list)('$file', ({ file, in: kept = [], out = [], error }) => {
    if (error !== undefined) {
      expect(messageOf(() => ignoreList(readIgnoreFile(file)))).toBe(error);
      return;
    }
    const { ignores } = ignoreList(readIgnoreFile(file));
    expect([...out, ...kept].filter(ignores)).toEqual(out);
  });
});

interface EvaluateCase {
  readonly file: string;
  readonly base?: RunConfig;
  readonly args?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly comments?: readonly string[];
  readonly from?: string;
  readonly unused?: readonly string[];
  readonly error?: string | null;
}

interface Evaluated {
  readonly config: RunConfig;
  readonly comments: string[];
  readonly from: string;
  readonly unused: string[];
}

/** The builder's way through a file that needs neither files nor containers. */
function evaluate({ file, base = {}, args = {} }: EvaluateCase): Evaluated {
  const { metaArgs, stages, escape } = parseDockerfile(file);
  const global = new BuildArgs(new Map(Object.entries(args)));
  for (const meta of metaArgs) {
    const resolved = resolve(meta, global.meta(), escape);
    if (resolved.name !== 'ARG') throw new Error('an ARG is an ARG');
    for (const { key, value } of resolved.args) global.declareMeta(key, value);
  }
  const done = new Map<string, RunConfig>();
  let last: Evaluated = { config: {}, comments: [], from: '', unused: [] };
  for (const { from, instructions } of stages) {
    const local = global.stage();
    const name = expandWord(from.base, global.meta(), { escape });
    let config = firstConfig(done.get(name) ?? base);
    let commandSet = false;
    const comments: string[] = [];
    for (const instruction of instructions) {
      const variables = new Map([...local.all(), ...environmentOf(config)]);
      const resolved = resolve(instruction, variables, escape);
      if (resolved.name === 'ARG') {
        for (const { key, value } of resolved.args) local.declare(key, value);
      }
      if (resolved.name === 'WORKDIR') {
        config = { ...config, WorkingDir: workingDirectory(config, resolved.path) };
        continue;
      }
      const step = change(config, resolved, commandSet);
      if (step === null) throw new Error(`${resolved.name} is no case of this table`);
      if (resolved.name === 'CMD') commandSet = true;
      config = step.config;
      comments.push(step.comment);
    }
    done.set(from.stage, config);
    last = { config, comments, from: name, unused: global.unused() };
  }
  return last;
}

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

describe.each(cases<EvaluateCase>(evaluateText))('stages: %s', (_, list) => {
  it.each(list)('$file', (given) => {
    if (typeof given.error === 'string') {
      expect(messageOf(() => evaluate(given))).toBe(given.error);
      return;
    }
    const { config, comments, from, unused } = evaluate(given);
    if (given.env) {
      expect(config.Env).toEqual(given.env.map((entry) => (entry === 'PATH' ? PATH : entry)));
    }
    for (const [field, value] of Object.entries(given.config ?? {})) {
      expect(config[field as keyof RunConfig] ?? null).toEqual(value);
    }
    if (given.comments) expect(comments).toEqual(given.comments);
    if (given.from !== undefined) expect(from).toBe(given.from);
    if (given.unused) expect(unused).toEqual(given.unused);
  });
});
