/**
 * `npm test`: whatever is missing is made, then every check and every suite runs.
 *
 * Ends with a line `N passed, N failed` (and how many were skipped, each of them by name).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies, ensureSnapshot, root, run } from './ensure.mjs';

ensureDependencies();
ensureSnapshot();
run('npx', ['vite', 'build', '--logLevel', 'warn']);

let passed = 0;
let failed = 0;
const skipped = [];

/** A check that passes or fails as one. */
function check(name, command, args) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed++;
  else {
    failed++;
    console.error(`FAILED: ${name}`);
  }
}

check('types', 'npm', ['run', '--silent', 'typecheck']);
check('lint', 'npm', ['run', '--silent', 'lint']);
check('format', 'npm', ['run', '--silent', 'format:check']);
check('unused code', 'npm', ['run', '--silent', 'knip']);
check('artifacts', 'npm', ['run', '--silent', 'kernels', '--', '--verify']);

const folder = mkdtempSync(join(tmpdir(), 'bottle-test-'));
for (const project of ['unit', 'guest', 'lessons', 'peers', 'browser']) {
  const file = join(folder, `${project}.json`);
  const { status } = spawnSync(
    'npx',
    [
      'vitest',
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
    ],
    { cwd: root, stdio: 'inherit' },
  );
  let report;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    failed++;
    console.error(`FAILED: the suite '${project}' ended without a report`);
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  // A suite can fail outside its tests: an import that throws, a hook, an unhandled error.
  if (status !== 0 && report.numFailedTests === 0) {
    failed++;
    console.error(`FAILED: the suite '${project}' failed outside its tests`);
  }
  for (const { assertionResults } of report.testResults) {
    for (const { status: outcome, fullName } of assertionResults) {
      if (outcome === 'skipped' || outcome === 'pending' || outcome === 'todo') {
        skipped.push(`${project}: ${fullName}`);
      }
    }
  }
}
rmSync(folder, { recursive: true });

for (const name of skipped) console.log(`skipped: ${name}`);
const tail = skipped.length > 0 ? `, ${String(skipped.length)} skipped` : '';
console.log(`${String(passed)} passed, ${String(failed)} failed${tail}`);
process.exit(failed === 0 ? 0 : 1);
