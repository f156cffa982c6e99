/**
 * Clients and servers of others that the peers suite needs: found, or installed from Debian's
 * packages where this machine may do that; else their tests are skipped, by name, with the reason.
 *
 *     const skopeo = await findTool({ command: 'skopeo', debian: 'skopeo' });
 *     describe.skipIf(skopeo.missing)(skopeo.title, () => { … run(skopeo, ['inspect', …]) … });
 */
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

export interface Wanted {
  readonly command: string;
  /** A module of Python that is wanted, when the command is its interpreter. */
  readonly module?: string;
  /** Debian's package that has it; without one it is only looked for. */
  readonly debian?: string;
}

export interface Tool {
  readonly command: string;
  /** For the name of the tests: `skopeo 1.9.3`, or `skopeo (not installed: …)`. */
  readonly title: string;
  readonly missing: boolean;
}

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Milliseconds that an installation may take. */
const PATIENCE = 180_000;

/** Looks for a command in PATH, and installs its package when that is possible. */
export async function findTool(wanted: Wanted): Promise<Tool> {
  const { command } = wanted;
  const reason = (await isThere(wanted)) ? null : await install(wanted);
  if (reason !== null) {
    return { command, title: `${command} (not installed: ${reason})`, missing: true };
  }
  return { command, title: command, missing: false };
}

/** Runs a tool to its end; a status other than 0 is an outcome and no error. */
export async function run(
  tool: Tool,
  args: readonly string[],
  options: { readonly timeout?: number; readonly cwd?: string } = {},
): Promise<Outcome> {
  try {
    const limits = { timeout: options.timeout ?? 60_000, maxBuffer: 64 * 1024 * 1024 };
    const where = options.cwd === undefined ? {} : { cwd: options.cwd };
    const done = await execute(tool.command, [...args], { ...limits, ...where });
    return { status: 0, ...done };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'number')
      throw error;
    // Errors of execFile carry what was printed.
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { status: error.code, stdout, stderr };
  }
}

/** Null when the command is there now, else why it is not. */
async function install(wanted: Wanted): Promise<string | null> {
  const { command, debian } = wanted;
  if (debian === undefined) return 'Debian has no package of it';
  if (process.getuid?.() !== 0) return `installing Debian's ${debian} needs root`;
  if (!(await isInPath('apt-get'))) return 'this is no Debian';
  const options = ['-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await execute('apt-get', ['install', ...options, debian], { timeout: PATIENCE, env });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    return `apt-get install ${debian} failed: ${said.trim().split('\n').at(-1) ?? ''}`;
  }
  return (await isThere(wanted)) ? null : `${debian} was installed but brought no ${command}`;
}

async function isThere({ command, module }: Wanted): Promise<boolean> {
  if (!(await isInPath(command))) return false;
  if (module === undefined) return true;
  return execute(command, ['-c', `import ${module}`]).then(
    () => true,
    () => false,
  );
}

async function isInPath(command: string): Promise<boolean> {
  if (command.startsWith('/')) return isExecutable(command);
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (await isExecutable(join(folder, command))) return true;
  }
  return false;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
