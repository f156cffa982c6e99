/**
 * Why the guest did not do what was asked, as a word that a program can branch on. `changed`: the file is not
 * the one that was read any more. `lost`: the connection ended; whether it was done is not known.
 */
export type FilesErrorCode =
  | 'missing'
  | 'exists'
  | 'changed'
  | 'denied'
  | 'no-folder'
  | 'is-folder'
  | 'too-large'
  | 'full'
  | 'lost'
  | 'refused';

/** errno(3) of Linux on i386. */
const CODES: Readonly<Record<number, FilesErrorCode>> = {
  1: 'denied',
  2: 'missing',
  13: 'denied',
  17: 'exists',
  20: 'no-folder',
  21: 'is-folder',
  27: 'too-large',
  28: 'full',
  116: 'changed',
};

const DEEDS: Readonly<Record<string, string>> = {
  r: 'read',
  w: 'written',
  d: 'made',
  x: 'removed',
  m: 'renamed',
  c: 'given other permissions',
};

export class FilesError extends Error {
  readonly code: FilesErrorCode;

  constructor(code: FilesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FilesError';
    this.code = code;
  }

  /** What the guest said to a request of `kind` about `path`. */
  static of(kind: string, path: string, errno: number, reason: string): FilesError {
    const code = CODES[errno] ?? 'refused';
    const why = code === 'changed' ? 'It was changed in the machine meanwhile' : reason;
    return new FilesError(code, `${path} could not be ${DEEDS[kind] ?? 'reached'}: ${why}.`);
  }
}
