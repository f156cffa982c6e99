import type { CommandLine, Of } from './dockerfile/index.ts';
import { chomped, heredocStart } from './dockerfile/heredoc.ts';

/**
 * The words of a RUN with its heredocs: a document alone is the script itself (with `#!` for the
 * interpreter that it names), any other goes to the shell behind the line that begins it.
 */
export function runWords({ command, heredocs }: Of<'RUN'>): CommandLine {
  const [first] = heredocs;
  const [line = ''] = command.words;
  if (first === undefined || !command.shell) return command;
  if (heredocStart(line) === null) {
    const documents = heredocs.map(({ content, name }) => `\n${content}${name}`);
    return { words: [line + documents.join('')], shell: true };
  }
  const script = first.chomp ? chomped(first.content) : first.content;
  const interpreter = /^#!\s*([^\n]*)\n/.exec(script)?.[1]?.trim() ?? '';
  if (interpreter === '') return { words: [script], shell: true };
  // The interpreter reads the document from a descriptor: nothing is written into the image.
  return {
    words: [`exec ${interpreter} /dev/fd/3 3<<'${first.name}'\n${script}${first.name}`],
    shell: true,
  };
}
