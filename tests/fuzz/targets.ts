/** What is fuzzed, and how each target is built. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('./', import.meta.url));
export const ROOT = join(HERE, '../..');
/** Built targets and the corpora that grow while fuzzing: not committed. */
export const BUILD = join(ROOT, 'build/fuzz');

/** `targets/NAME.ts` exports `fuzz`; `native/NAME.c` defines LLVMFuzzerTestOneInput. */
export const SCRIPTS = ['create', 'filters', 'mount', 'reference', 'seccomp', 'template'] as const;
export const NATIVE = ['http', 'tar', 'text'] as const;

/** Inputs that are committed: seeds, and whatever was found. */
export const corpus = (target: string): string => join(HERE, 'corpus', target);

export function corpusFiles(target: string): string[] {
  return readdirSync(corpus(target))
    .sort()
    .map((name) => join(corpus(target), name));
}

const LIBRARY = ['http', 'http_head', 'tar', 'tar_header', 'base64', 'utf8'];

/** Compiles a native target; throws with the compiler's words when that fails. */
export function compile(compiler: string, target: string, output: string, more: string[]): void {
  mkdirSync(BUILD, { recursive: true });
  const library = join(ROOT, 'src/engine/native/lib');
  const { status, stderr, error } = spawnSync(
    compiler,
    [
      ...['-g', '-O1', '-std=gnu11', '-D_GNU_SOURCE', '-Wall', '-Wextra', `-I${library}`],
      ...['-o', output, join(HERE, `native/${target}.c`)],
      ...LIBRARY.map((name) => join(library, `${name}.c`)),
      ...more,
    ],
    { encoding: 'utf8' },
  );
  if (error) throw error;
  if (status !== 0) throw new Error(`${compiler}: ${stderr}`);
}

/** A program that runs a native target over files, under the sanitizers of the machine's own compiler. */
export function replayProgram(target: string): string {
  const output = join(BUILD, `replay-${target}`);
  compile('gcc', target, output, [
    join(HERE, 'native/replay.c'),
    '-fsanitize=address,undefined',
    '-fno-sanitize-recover=undefined',
  ]);
  return output;
}
