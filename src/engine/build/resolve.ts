import {
  expandWord,
  expandWords,
  type ExpandOptions,
  type Instruction,
  type Pair,
  type Transfer,
  type Variables,
} from './dockerfile/index.ts';

/**
 * The instruction with its variables replaced, for those in which they count (Dockerfile reference,
 * "Environment replacement"). RUN, CMD, ENTRYPOINT and HEALTHCHECK leave them to the shell.
 */
export function resolve(
  instruction: Instruction,
  variables: Variables,
  escape: string,
): Instruction {
  const options: ExpandOptions = { escape };
  const word = (text: string): string => expandWord(text, variables, options);
  const pairs = (list: readonly Pair[]): Pair[] =>
    list.map(({ key, value }) => ({ key: word(key), value: word(value) }));
  switch (instruction.name) {
    case 'ADD':
      return {
        ...instruction,
        ...transfer(instruction, word, variables),
        checksum: word(instruction.checksum),
      };
    case 'COPY':
      return { ...instruction, ...transfer(instruction, word, variables) };
    case 'ARG':
      return {
        ...instruction,
        args: instruction.args.map(({ key, value }) => ({
          key: word(key),
          value: value === null ? null : word(value),
        })),
      };
    case 'ENV':
      return { ...instruction, pairs: pairs(instruction.pairs) };
    case 'LABEL':
      return instruction.literal
        ? instruction
        : { ...instruction, pairs: pairs(instruction.pairs) };
    case 'EXPOSE':
      return {
        ...instruction,
        ports: instruction.ports.flatMap((port) => expandWords(port, variables, options)),
      };
    case 'STOPSIGNAL':
      return { ...instruction, signal: word(instruction.signal) };
    case 'USER':
      return { ...instruction, user: word(instruction.user) };
    case 'VOLUME':
      return { ...instruction, volumes: instruction.volumes.map(word) };
    case 'WORKDIR':
      return { ...instruction, path: word(instruction.path) };
    default:
      return instruction;
  }
}

function transfer(
  { sources, files, destination, chown, chmod }: Transfer,
  word: (text: string) => string,
  variables: Variables,
): Transfer {
  return {
    sources: sources.map(word),
    files: files.map((file) =>
      file.expand
        ? {
            ...file,
            content: expandWord(file.content, variables, { escape: '\\', plainQuotes: true }),
          }
        : file,
    ),
    destination: word(destination),
    chown: word(chown),
    chmod: word(chmod),
  };
}
