import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's folder; every command runs in it. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command in the project, its output shown; ends this process with its status when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) {
    console.error(`${command} could not be started: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

/** Installs the dependencies when they are missing or older than the lock file. */
export function ensureDependencies() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(
      `Ship in a Bottle needs Node.js 20.19 or newer; this is ${process.versions.node}.`,
    );
    process.exit(1);
  }
  const mark = resolve(root, 'node_modules/.package-lock.json');
  const lock = resolve(root, 'package-lock.json');
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs) return;
  console.log('Installing the dependencies…');
  run('npm', ['ci', '--no-audit', '--no-fund']);
}

/** Makes the snapshot of the machine when it is missing or stale. */
export function ensureSnapshot() {
  run('npx', ['tsx', 'guest/snapshot.ts']);
}
