import type { ContainerPicture, PictureView } from '../../protocol/bottle.ts';
import type { EngineEvent } from '../../course/index.ts';

/**
 * When the machine should be looked at after an event, in ms: a start is what a reader waits for, a creation is
 * most often followed by one, and a look in between would only delay it. null: the event tells all.
 */
export function lookAfter({ type, action }: EngineEvent): number | null {
  if (type !== 'container') return null;
  const verb = action.split(':')[0] ?? '';
  return delays.get(verb) ?? null;
}

const delays = new Map([
  ['start', 0],
  ['oom', 0],
  ['update', 0],
  ['pause', 0],
  ['unpause', 0],
  ['rename', 0],
  ['health_status', 0],
  ['exec_start', 40],
  ['exec_die', 40],
  ['die', 40],
  ['create', 500],
]);

/** The picture with what an event says by itself, so that it is seen before the machine is looked at again. */
export function after(picture: PictureView, event: EngineEvent): PictureView {
  if (event.type !== 'container') return picture;
  const { id, action, attributes, time } = event;
  if (action === 'destroy') {
    return { ...picture, containers: picture.containers.filter((each) => each.id !== id) };
  }
  const known = picture.containers.find((each) => each.id === id);
  if (known === undefined) {
    if (action !== 'create') return picture;
    return { ...picture, containers: [...picture.containers, newborn(event)] };
  }
  const changed = changedBy(action, attributes, new Date(time).toISOString());
  if (changed === null) return picture;
  return {
    ...picture,
    containers: picture.containers.map((each) => (each === known ? { ...each, ...changed } : each)),
    processes:
      changed.live === null
        ? picture.processes.filter(({ container }) => container !== id)
        : picture.processes,
  };
}

function changedBy(
  action: string,
  attributes: EngineEvent['attributes'],
  time: string,
): Partial<ContainerPicture> | null {
  switch (action) {
    case 'start':
      return { status: 'running', started: time, oomKilled: false };
    case 'die':
      return {
        status: 'exited',
        exitCode: Number(attributes['exitCode'] ?? 0),
        finished: time,
        live: null,
      };
    case 'pause':
      return { status: 'paused' };
    case 'unpause':
      return { status: 'running' };
    default:
      return null;
  }
}

const NEVER = '0001-01-01T00:00:00Z';

const newborn = ({ id, attributes }: EngineEvent): ContainerPicture => ({
  id,
  name: attributes['name'] ?? '',
  image: attributes['image'] ?? '',
  imageId: '',
  status: 'created',
  exitCode: 0,
  oomKilled: false,
  health: null,
  started: NEVER,
  finished: NEVER,
  lower: [],
  live: null,
});
