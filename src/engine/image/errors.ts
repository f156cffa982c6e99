import { EngineError } from '../errors.ts';

/** What goes wrong with images and registries; the sentences are Docker's. */
export class ImageError extends EngineError {
  constructor(status: 400 | 404 | 409 | 500, message: string) {
    super(status, message);
    this.name = 'ImageError';
  }
}

/** 404: `name` as the user wrote it, completed with its default tag when it is a name. */
export function noSuchImage(name: string): ImageError {
  return new ImageError(404, `No such image: ${name}`);
}
