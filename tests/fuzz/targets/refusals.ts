import { EngineError } from '../../../src/engine/errors.ts';

const decoder = new TextDecoder();

/** The input as text, as the daemon reads bodies. */
export function text(data: Uint8Array): string {
  return decoder.decode(data);
}

/** Runs what may refuse its input with a status of the 400s or 501, or 500 in a sentence of Docker's own. */
export function expected(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (error instanceof EngineError && error.message !== '') return;
    throw error;
  }
}
