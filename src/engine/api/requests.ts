import type { Sys } from '../sys/sys.ts';
import type { Peer, Request } from './http.ts';

/** A request that was answered, for those who learn from watching: `GET /bottle/requests`. */
export interface AnsweredRequest {
  readonly id: number;
  readonly time: string;
  readonly method: string;
  /** Without the version, with the query. */
  readonly path: string;
  readonly status: number;
  readonly client: 'cli' | 'page';
}

/** Asked by machines, not by people. */
const QUIET = /^\/(bottle\/|_ping$|events$)/;

/** Passes on every answered request of a person or a script. */
export class RequestLog {
  readonly #sys: Pick<Sys, 'timestamp'>;
  readonly #listeners = new Set<(request: AnsweredRequest) => void>();
  #count = 0;

  constructor(sys: Pick<Sys, 'timestamp'>) {
    this.#sys = sys;
  }

  answered(request: Request, path: string, status: number, peer: Peer): void {
    if (QUIET.test(path) || this.#listeners.size === 0) return;
    const query = [...request.query].map(([name, value]) => `${name}=${value}`).join('&');
    const answered: AnsweredRequest = {
      id: ++this.#count,
      time: this.#sys.timestamp(),
      method: request.method,
      path: query === '' ? path : `${path}?${query}`,
      status,
      client: peer.address === '' ? 'cli' : 'page',
    };
    for (const listener of this.#listeners) listener(answered);
  }

  subscribe(listener: (request: AnsweredRequest) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
