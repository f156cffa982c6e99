/**
 * An error with the HTTP status that it travels under and the sentence that the user reads.
 *
 * What is thrown and is not one of these is ours, not the user's: the API answers 500 and names it
 * as internal.
 */
export class EngineError extends Error {
  readonly status: 304 | 400 | 401 | 403 | 404 | 409 | 500 | 501 | 503;

  constructor(status: EngineError['status'], message: string) {
    super(message);
    this.status = status;
  }
}
