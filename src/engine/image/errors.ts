/**
 * An error that reaches a client of the Engine API: `status` is the HTTP status that Docker answers
 * with in the same case, the message its sentence.
 */
export class ImageError extends Error {
  readonly status: 400 | 404 | 409 | 500;

  constructor(status: 400 | 404 | 409 | 500, message: string) {
    super(message);
    this.name = 'ImageError';
    this.status = status;
  }
}

/** 404: `name` as the user wrote it, completed with its default tag when it is a name. */
export function noSuchImage(name: string): ImageError {
  return new ImageError(404, `No such image: ${name}`);
}
