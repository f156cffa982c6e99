/**
 * What can go wrong with the machine, as a word that a program can branch on; the message is a sentence
 * for a person: what was tried, on what, what happened and what to do next.
 */
export type MachineErrorCode =
  | 'no-webassembly'
  | 'download-failed'
  | 'asset-damaged'
  | 'snapshot-truncated'
  | 'snapshot-rejected'
  | 'start-failed'
  | 'guest-silent'
  | 'connection-refused'
  | 'connection-reset'
  | 'connection-timeout'
  | 'bad-http'
  | 'crashed'
  | 'destroyed'
  | 'aborted';

export class MachineError extends Error {
  readonly code: MachineErrorCode;

  constructor(code: MachineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MachineError';
    this.code = code;
  }
}

/** The text of whatever was thrown: v86 throws objects that are no errors. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message;
  if (typeof thrown === 'object' && thrown !== null && 'message' in thrown)
    return String(thrown.message);
  return String(thrown);
}
