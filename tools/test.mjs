/**
 * `npm test`: whatever is missing is made, then every check and every suite runs.
 *
 * Of what would take too long a third runs, another one each day (`tests/part.ts`); PART=all runs everything.
 * Ends with the names of what failed and of what was skipped, and a line `N passed, N failed`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies, ensureSnapshot, root, run } from './ensure.mjs';

ensureDependencies();
ensureSnapshot();
run('npx', ['vite', 'build', '--logLevel', 'warn']);

const part = process.env.PART ?? String(Math.floor(Date.now() / 86_400_000) % 3);
const folder = mkdtempSync(join(tmpdir(), 'bottle-test-'));
let passed = 0;
const failures = [];
const skipped = [];

/** Runs a command and shows what it printed once it has ended; its exit status. */
async function command(name, program, args) {
  const began = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PART: part },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => printed.push(bytes));
  }
  const [status] = await once(child, 'close');
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`\n=== ${name}, ${String(seconds)} s\n`);
  process.stdout.write(Buffer.concat(printed));
  return status;
}

/** A check that passes or fails as one. */
function check(name, ...script) {
  return async () => {
    if ((await command(name, 'npm', ['run', '--silent', ...script])) === 0) passed++;
    else failures.push(name);
  };
}

function suite(project) {
  return async () => {
    const file = join(folder, `${project}.json`);
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    count(
      project,
      await command(project, 'npx', ['vitest', 'run', '--project', project, ...reporters]),
      file,
    );
  };
}

function count(project, status, file) {
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    failures.push(`${project}: ended without a report`);
    return;
  }
  passed += report.numPassedTests;
  // A suite can fail outside its tests: an import that throws, a hook, an unhandled error.
  if (status !== 0 && report.numFailedTests === 0) failures.push(`${project}: outside its tests`);
  for (const { assertionResults } of report.testResults) {
    for (const { status: outcome, fullName } of assertionResults) {
      const name = `${project}: ${fullName}`;
      if (outcome === 'failed') failures.push(name);
      else if (outcome !== 'passed') skipped.push(name);
    }
  }
}

// Two at a time: an emulated computer keeps one processor busy, and most computers have two. The longest first;
// whichever ends takes the next.
const jobs = [
  suite('browser'),
  suite('guest'),
  suite('peers'),
  suite('lessons'),
  suite('unit'),
  check('types', 'typecheck'),
  check('lint', 'lint'),
  check('format', 'format:check'),
  check('unused code', 'knip'),
  check('artifacts', 'kernels', '--', '--verify'),
];
const worker = async () => {
  for (let job = jobs.shift(); job; job = jobs.shift()) await job();
};
await Promise.all([worker(), worker()]);
rmSync(folder, { recursive: true });

if (part !== 'all')
  console.log(`part ${part} of the wide suites ran; PART=all npm test runs all of them`);
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of failures) console.log(`FAILED: ${name}`);
const tail = skipped.length > 0 ? `, ${String(skipped.length)} skipped` : '';
console.log(`${String(passed)} passed, ${String(failures.length)} failed${tail}`);
process.exit(failures.length === 0 ? 0 : 1);
