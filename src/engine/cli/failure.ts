/**
 * A command's end with an error: the sentence for standard error (may be empty) and the exit
 * status, as sysexits and docker-run(1) number them.
 */
export class Failure extends Error {
  readonly status: number;

  constructor(message: string, status = 1) {
    super(message);
    this.status = status;
  }
}

/** What the daemon answered instead of doing what was asked; `message` has Docker's prefix. */
export class ApiError extends Failure {
  /** The HTTP status of the answer. */
  readonly code: number;

  constructor(code: number, message: string) {
    super(`Error response from daemon: ${message}`);
    this.code = code;
  }
}

/** The sentence of whatever was thrown. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The errno name (`ENOENT`) when a system call threw, else ''. */
export function errnoName(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}
