import { eventLine, type EngineEvent } from '../daemon/events.ts';
import { fromNanoseconds, parseTime, unixNanoseconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import { Queue } from './queue.ts';
import type { Call } from './router.ts';

const FILTERS = [
  'container',
  'daemon',
  'event',
  'image',
  'label',
  'network',
  'scope',
  'type',
  'volume',
];

/** Whether an event is wanted, by the rules of `docker events --filter`. */
export function passes(event: EngineEvent, filters: Filters): boolean {
  const { type, action, id, attributes: about } = event;
  // `exec_create: ls` is found by `event=exec_create`.
  const verb = action.split(':')[0];
  const subject = (wanted: string): boolean =>
    id.startsWith(wanted) || about['name'] === wanted.replace(/^\//, '');
  const of = (kind: EngineEvent['type']): boolean =>
    fits(filters, kind, (wanted) => type === kind && subject(wanted));
  const images = imageNames(event);
  return (
    fits(filters, 'event', (wanted) => wanted === action || wanted === verb) &&
    fits(filters, 'type', (wanted) => wanted === type) &&
    fits(filters, 'scope', (wanted) => wanted === 'local') &&
    of('container') &&
    of('daemon') &&
    of('network') &&
    of('volume') &&
    fits(filters, 'image', (wanted) => images.includes(wanted)) &&
    fitsLabels(filters, about)
  );
}

/** What an image may be called by: its ID and its name (of a container: its image's), with the tag and without. */
function imageNames({ type, id, attributes }: EngineEvent): string[] {
  if (type !== 'image' && type !== 'container') return [];
  const names = [attributes[type === 'image' ? 'name' : 'image'] ?? '', type === 'image' ? id : ''];
  return names
    .flatMap((name) => [name, name.replace(/:[^:/]+$/, '')])
    .filter((name) => name !== '');
}

/** A bound of `since` or `until` as comparable text. */
function bound(text: string | undefined, name: string): string | null {
  if (text === undefined || text === '') return null;
  const time = parseTime(text);
  if (time === null) throw new EngineError(400, `invalid value for ${name}: ${text}`);
  return fromNanoseconds(time);
}

/** `GET /events`: the kept ones since a time, then each new one until a time or the client's end. */
export async function events({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), FILTERS);
  const since = bound(request.query.get('since'), 'since');
  const until = bound(request.query.get('until'), 'until');
  const { sys } = context;
  const queue = new Queue<EngineEvent>();
  for (const event of since === null ? [] : context.events.recent()) {
    if (since !== null && event.time >= since && passes(event, filters)) queue.push(event);
  }
  const unsubscribe = context.events.subscribe((event) => {
    if (passes(event, filters)) queue.push(event);
  });
  let timer: number | undefined;
  if (until !== null) {
    const left = Number(BigInt(unixNanoseconds(until)) - BigInt(unixNanoseconds(sys.timestamp())));
    timer = sys.setTimer(Math.max(0, left / 1e6), () => {
      queue.close();
    });
  }
  void request.gone.then(() => {
    queue.close();
  });
  try {
    await response.stream('application/json');
    for await (const event of queue) {
      if (until !== null && event.time > until) break;
      await response.write(eventLine(event));
    }
    await response.end();
  } finally {
    unsubscribe();
    if (timer !== undefined) sys.clearTimer(timer);
  }
}
