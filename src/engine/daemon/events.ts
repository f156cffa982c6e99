import type { Sys } from '../sys/sys.ts';
import { unixNanoseconds, unixSeconds } from './clock.ts';

/** What happened to whom: one line of `GET /events`. */
export interface EngineEvent {
  readonly type: 'container' | 'image' | 'network' | 'volume' | 'daemon';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
}

/** How many a late reader can still ask for with `since`; the number is Docker's. */
const KEPT = 256;

/** The daemon's events: the last ones, and whoever listens. */
export class Events {
  readonly #sys: Pick<Sys, 'timestamp'>;
  readonly #kept: EngineEvent[] = [];
  readonly #listeners = new Set<(event: EngineEvent) => void>();

  constructor(sys: Pick<Sys, 'timestamp'>) {
    this.#sys = sys;
  }

  emit(
    type: EngineEvent['type'],
    action: string,
    id: string,
    attributes: Readonly<Record<string, string>>,
  ): void {
    const event = { type, action, id, attributes, time: this.#sys.timestamp() };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const listener of this.#listeners) listener(event);
  }

  /** The kept events, oldest first. */
  recent(): readonly EngineEvent[] {
    return this.#kept;
  }

  /** Calls `listener` for each event from now on, until the returned function is called. */
  subscribe(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The event as a line of JSON. Written by hand for `timeNano`, which no double can hold. */
export function eventLine(event: EngineEvent): string {
  const { type, action, id, attributes, time } = event;
  const old =
    type === 'container' || type === 'image'
      ? { status: action, id, ...(type === 'container' ? { from: attributes['image'] } : {}) }
      : {};
  const body = {
    ...old,
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: unixSeconds(time),
  };
  return `${JSON.stringify(body).slice(0, -1)},"timeNano":${unixNanoseconds(time)}}\n`;
}
