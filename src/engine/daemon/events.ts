import { Recent } from '../recent.ts';
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
export class Events extends Recent<EngineEvent> {
  readonly #sys: Pick<Sys, 'timestamp'>;

  constructor(sys: Pick<Sys, 'timestamp'>) {
    super(KEPT);
    this.#sys = sys;
  }

  emit(
    type: EngineEvent['type'],
    action: string,
    id: string,
    attributes: Readonly<Record<string, string>>,
  ): void {
    this.add({ type, action, id, attributes, time: this.#sys.timestamp() });
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
