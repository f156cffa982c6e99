import { atLine, DockerfileError } from './errors.ts';
import type { Instruction, Of } from './instruction.ts';
import { readInstruction } from './read.ts';
import { readSource } from './source.ts';

/** What one FROM begins. */
export interface Stage {
  readonly from: Of<'FROM'>;
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile, understood. */
export interface Dockerfile {
  readonly escape: string;
  /** ARGs before the first FROM. */
  readonly metaArgs: readonly Of<'ARG'>[];
  readonly stages: readonly Stage[];
  readonly warnings: readonly string[];
}

/** Reads a whole Dockerfile. Throws {@link DockerfileError}, with a line whenever it is about one. */
export function parseDockerfile(text: string): Dockerfile {
  const source = cut(text);
  const metaArgs: Of<'ARG'>[] = [];
  const stages: { from: Of<'FROM'>; instructions: Instruction[] }[] = [];
  for (const node of source.nodes) {
    const instruction = readInstruction(node);
    const stage = stages.at(-1);
    if (instruction.name === 'FROM') stages.push({ from: instruction, instructions: [] });
    else if (stage !== undefined) stage.instructions.push(instruction);
    else if (instruction.name === 'ARG') metaArgs.push(instruction);
    else throw new DockerfileError('no build stage in current context', node.start);
  }
  return { escape: source.escape, metaArgs, stages, warnings: source.warnings };
}

function cut(text: string): ReturnType<typeof readSource> {
  try {
    return readSource(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DockerfileError(`failed to parse Dockerfile: ${message}`, 0);
  }
}

/** One instruction by itself: a trigger of ONBUILD, a `--change` of commit and import. */
export function parseInstruction(text: string): { instruction: Instruction; escape: string } {
  const { nodes, escape } = readSource(text);
  const [node, ...more] = nodes;
  if (node === undefined || more.length > 0) {
    throw new DockerfileError('onbuild trigger should be a single expression', 0);
  }
  return { instruction: atLine(0, () => readInstruction(node)), escape };
}

/**
 * The stages up to the one that `--target` names, by its name or its number.
 * Throws when there is none.
 */
export function stagesUpTo(stages: readonly Stage[], target: string): readonly Stage[] {
  if (target === '') return stages;
  const wanted = target.toLowerCase();
  let at = stages.findIndex(({ from }) => from.stage === wanted);
  if (at < 0 && /^\d+$/.test(target)) at = Number(target);
  if (at < 0 || at >= stages.length) {
    throw new DockerfileError(`failed to reach build target ${target} in Dockerfile`, 0);
  }
  return stages.slice(0, at + 1);
}
