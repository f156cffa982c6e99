/**
 * `npm run fuzz -- [--minutes N] [--target NAME]`: libFuzzer over the parsers in C, fast-check over those in
 * TypeScript. Each target gets its share of the minutes. What crashes or hangs it goes into its committed
 * corpus, where `npm test` runs it from then on.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { Outcome, Task } from './script.ts';
import { BUILD, compile, corpus, corpusFiles, NATIVE, ROOT, SCRIPTS } from './targets.ts';

/** Seconds after which one input is a hang; a busy machine holds threads up for many. */
const PATIENCE = 60;
/** Larger inputs are slower, and reach nothing more. */
const LONGEST = 4096;
/** Room for the input that a thread is at. */
const SHOWN = 64 * 1024;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '9' }, target: { type: 'string' } },
});
const all: readonly string[] = [...NATIVE, ...SCRIPTS];
const chosen = all.filter((name) => values.target === undefined || name === values.target);
const minutes = Number(values.minutes);
if (!(minutes > 0) || chosen.length === 0) {
  console.error(`usage: npm run fuzz -- [--minutes N] [--target ${all.join('|')}]`);
  process.exit(2);
}

/** The newest clang that is installed, for its libFuzzer. */
function clang(): string {
  const names = ['clang', ...[20, 19, 18, 17, 16, 15, 14].map((version) => `clang-${version}`)];
  const found = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found !== undefined) return found;
  console.error(
    'fuzz: the parsers in C need clang with libFuzzer: apt-get install clang-14 libclang-rt-14-dev\n' +
      `fuzz: or fuzz one of the others: --target ${SCRIPTS.join('|')}`,
  );
  process.exit(1);
}

/** Fuzzes a target in C; resolves to whether it went well. */
function fuzzNative(target: string, seconds: number): boolean {
  const program = join(BUILD, target);
  const working = join(BUILD, 'corpus', target);
  mkdirSync(working, { recursive: true });
  compile(clang(), target, program, ['-fsanitize=fuzzer,address,undefined']);
  const { status, stderr } = spawnSync(
    program,
    [
      ...[working, corpus(target), `-max_total_time=${seconds}`, `-timeout=${PATIENCE}`],
      ...[`-max_len=${LONGEST}`, `-artifact_prefix=${corpus(target)}/`, '-print_final_stats=1'],
    ],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  if (status !== 0) console.error(stderr.slice(-8000));
  const runs = /number_of_executed_units: (\d+)/.exec(stderr)?.[1] ?? '?';
  console.log(`fuzz: ${target}: ${runs} inputs in ${seconds} s`);
  return status === 0;
}

function keep(target: string, kind: 'crash' | 'hang', input: Uint8Array): void {
  const name = `${kind}-${createHash('sha256').update(input).digest('hex').slice(0, 16)}`;
  writeFileSync(join(corpus(target), name), input);
  console.error(`fuzz: ${target}: ${kind}: kept as tests/fuzz/corpus/${target}/${name}`);
}

/** All targets in TypeScript as one program that a thread can run. */
async function scriptProgram(): Promise<string> {
  const outfile = join(BUILD, 'script.mjs');
  const entryPoints = [join(ROOT, 'tests/fuzz/script.ts')];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node' });
  return outfile;
}

/** Fuzzes a target in TypeScript; resolves to whether it went well. */
async function fuzzScript(target: string, seconds: number): Promise<boolean> {
  const progress = new SharedArrayBuffer(8 + SHOWN);
  const counts = new Int32Array(progress, 0, 2);
  const seed = (Date.now() % 0x7fffffff) | 0;
  const seeds = corpusFiles(target).map((path) => readFileSync(path, 'utf8'));
  const task: Task = { target, seeds, milliseconds: seconds * 1000, seed, progress };
  const worker = new Worker(await scriptProgram(), { workerData: task });
  let seen = { count: 0, since: performance.now() };
  const watch = setInterval(() => {
    const count = Atomics.load(counts, 0);
    if (count !== seen.count) seen = { count, since: performance.now() };
    else if (count > 0 && performance.now() - seen.since > PATIENCE * 1000) {
      keep(target, 'hang', new Uint8Array(progress, 8).slice(0, counts[1]));
      void worker.terminate();
    }
  }, 1000);
  const outcome = await new Promise<Outcome | null>((resolve, reject) => {
    worker
      .on('message', resolve)
      .on('error', reject)
      .on('exit', () => {
        resolve(null);
      });
  });
  clearInterval(watch);
  if (outcome === null) return false;
  console.log(`fuzz: ${target}: ${outcome.runs} inputs in ${seconds} s, seed ${seed}`);
  if (outcome.found === null) return true;
  keep(target, 'crash', new TextEncoder().encode(outcome.found));
  console.error(outcome.error);
  return false;
}

let failed = 0;
const seconds = Math.max(1, Math.round((minutes * 60) / chosen.length));
for (const target of chosen) {
  const native = (NATIVE as readonly string[]).includes(target);
  const well = native ? fuzzNative(target, seconds) : await fuzzScript(target, seconds);
  if (!well) failed++;
}
console.log(`fuzz: ${chosen.length - failed} of ${chosen.length} targets went well`);
process.exit(failed === 0 ? 0 : 1);
