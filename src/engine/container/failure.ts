import type { Step } from '../sys/step.ts';

/** Why a plan could not be carried out, as Docker says it, with the exit code that goes with it. */
export interface Failure {
  readonly exitCode: 126 | 127 | 128;
  readonly message: string;
}

const ENOENT = 2;
const E2BIG = 7;
const ENOEXEC = 8;
const ENOMEM = 12;
const EACCES = 13;
const EXDEV = 18;
const ENODEV = 19;
const ENOTDIR = 20;
const EISDIR = 21;
const ENOSPC = 28;
const ELOOP = 40;

const SENTENCES: Readonly<Record<number, string>> = {
  1: 'operation not permitted',
  [ENOENT]: 'no such file or directory',
  5: 'input/output error',
  [E2BIG]: 'argument list too long',
  [ENOEXEC]: 'exec format error',
  11: 'resource temporarily unavailable',
  [ENOMEM]: 'cannot allocate memory',
  [EACCES]: 'permission denied',
  16: 'device or resource busy',
  17: 'file exists',
  [EXDEV]: 'invalid cross-device link',
  [ENODEV]: 'no such device',
  [ENOTDIR]: 'not a directory',
  [EISDIR]: 'is a directory',
  22: 'invalid argument',
  [ENOSPC]: 'no space left on device',
  30: 'read-only file system',
  [ELOOP]: 'too many levels of symbolic links',
};

/** The error's sentence as strerror(3) has it, in lower case. */
function sentence(errno: number): string {
  return SENTENCES[errno] ?? `errno ${String(errno)}`;
}

/** What failed when `step` ended with `errno`; without a step the shim itself was lost. */
export function explain(step: Step | undefined, errno: number): Failure {
  if (!step) {
    return { exitCode: 128, message: 'the container’s shim ended before the container started' };
  }
  if (step.op === 'mount_in' && errno === EXDEV) {
    return {
      exitCode: 128,
      message: `error mounting "${step.source}" to rootfs at "${step.target}": "${step.target}" cannot be mounted because it is inside /proc`,
    };
  }
  if (step.op === 'sysctl') {
    const path = `/proc/sys/${step.name.replaceAll('.', '/')}`;
    return { exitCode: 128, message: `open ${path}: ${sentence(errno)}` };
  }
  if (step.op !== 'execve') {
    const target = 'path' in step ? step.path : 'target' in step ? step.target : '';
    const about = target === '' ? step.op : `${step.op} ${target}`;
    const missingDirectory = step.op === 'chdir' && errno === ENOENT;
    return {
      exitCode: missingDirectory ? 127 : 128,
      message:
        step.op === 'chdir'
          ? `OCI runtime create failed: chdir to cwd ("${target}") set in config.json failed: ${sentence(errno)}`
          : `${about}: ${sentence(errno)}`,
    };
  }
  const inPath = !step.file.includes('/');
  const said =
    errno === ENOENT && inPath
      ? 'executable file not found in $PATH'
      : errno === ENOENT || errno === ENOTDIR
        ? `stat ${step.file}: ${sentence(errno)}`
        : sentence(errno);
  return {
    exitCode: errno === ENOENT || errno === ENOTDIR ? 127 : 126,
    message: `exec: "${step.file}": ${said}`,
  };
}

const PREFIX = 'failed to create task for container: failed to create shim task: ';

/** The sentence with which `start` fails. */
export function startMessage(failure: Failure): string {
  return `${PREFIX}OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${failure.message}: unknown`;
}

/** The sentence that an exec writes to its client. */
export function execMessage(failure: Failure): string {
  return `OCI runtime exec failed: exec failed: unable to start container process: ${failure.message}: unknown`;
}
