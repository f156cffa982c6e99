import { NetworkError } from './watch.ts';

/** The page answers itself: nothing came from where a request was to go. */
export class UnreachedError extends NetworkError {
  /** The page's own sentence on what can be done; null when it only says what the network did. */
  readonly advice: string | null;

  /** @param verb `Get "http://…"`; `reason` in the page's words, or in those of Go's dialler */
  constructor(verb: string, reason: string) {
    super(`${verb}: ${reason}`);
    this.advice = reason.startsWith('dial ') ? null : reason;
  }
}
