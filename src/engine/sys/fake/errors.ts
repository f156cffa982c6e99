import type { SysError } from '../sys.ts';

/** errno(3) numbers and sentences of Linux on i386, those that the fake can meet or be told to throw. */
const ERRORS = {
  EPERM: [1, 'operation not permitted'],
  ENOENT: [2, 'no such file or directory'],
  ESRCH: [3, 'no such process'],
  EIO: [5, 'i/o error'],
  EBADF: [9, 'bad file descriptor'],
  EAGAIN: [11, 'resource temporarily unavailable'],
  EACCES: [13, 'permission denied'],
  EBUSY: [16, 'resource busy'],
  EEXIST: [17, 'file exists'],
  ENOTDIR: [20, 'not a directory'],
  EISDIR: [21, 'is a directory'],
  EINVAL: [22, 'invalid argument'],
  ENOSPC: [28, 'no space left on device'],
  EPIPE: [32, 'broken pipe'],
  ENOSYS: [38, 'function not implemented'],
  ENOTEMPTY: [39, 'directory not empty'],
  ELOOP: [40, 'symbolic link loop'],
  EADDRINUSE: [98, 'address in use'],
  ECONNRESET: [104, 'connection reset by peer'],
  ECONNREFUSED: [111, 'connection refused'],
} as const satisfies Record<string, readonly [number, string]>;

export type ErrorName = keyof typeof ERRORS;

/** An error as the native module throws it. */
export function sysError(code: ErrorName, syscall: string, path?: string): SysError {
  const [errno, sentence] = ERRORS[code];
  const message = `${syscall}${path === undefined ? '' : ` ${path}`}: ${sentence}`;
  const fields = path === undefined ? { code, errno, syscall } : { code, errno, syscall, path };
  return Object.assign(new Error(message), fields);
}
