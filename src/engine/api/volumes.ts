import * as v from 'valibot';
import { volumeUsers } from '../container/mounts.ts';
import { EngineError } from '../errors.ts';
import { ANONYMOUS, volumeBody, type Volume } from '../volume/index.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import { textMap } from './maps.ts';
import { truthy, type Call, type Routes } from './router.ts';
import { parseBody } from './schema.ts';

const createSchema = v.looseObject({
  Name: v.nullish(v.string()),
  Driver: v.nullish(v.string()),
  DriverOpts: textMap,
  Labels: textMap,
});

const LIST_FILTERS = ['dangling', 'driver', 'label', 'name'];

async function list({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), LIST_FILTERS);
  const dangling = filters.get('dangling') ?? [];
  for (const value of dangling) {
    if (!/^(0|1|true|false|t|f)$/i.test(value)) {
      throw new EngineError(400, `invalid filter 'dangling=[${value}]'`);
    }
  }
  const users = volumeUsers(context);
  const Volumes = context.volumes
    .list()
    .filter(
      ({ name, labels }) =>
        fits(filters, 'name', (wanted) => name.includes(wanted)) &&
        fits(filters, 'driver', (wanted) => wanted === 'local') &&
        fits(filters, 'dangling', (wanted) => /^(1|t|true)$/i.test(wanted) !== users.has(name)) &&
        fitsLabels(filters, labels ?? {}),
    )
    .map(volumeBody);
  await response.json(200, { Volumes, Warnings: null });
}

async function create({ context, request, response }: Call): Promise<void> {
  const asked = parseBody(createSchema, await request.text());
  const Name = asked.Name ?? '';
  const volume = context.volumes.create({
    name: Name,
    driver: asked.Driver ?? '',
    labels: { ...asked.Labels, ...(Name === '' ? { [ANONYMOUS]: '' } : {}) },
    options: asked.DriverOpts ?? {},
  });
  await response.json(201, volumeBody(volume));
}

async function inspect({ context, response, parameters }: Call): Promise<void> {
  await response.json(200, volumeBody(context.volumes.get(parameters['name'] ?? '')));
}

async function remove({ context, request, response, parameters }: Call): Promise<void> {
  const name = parameters['name'] ?? '';
  const force = truthy(request.query.get('force'));
  if (!force || context.volumes.find(name)) {
    const volume = context.volumes.get(name);
    const users = volumeUsers(context).get(volume.name) ?? [];
    if (users.length > 0) {
      throw new EngineError(409, `remove ${name}: volume is in use - [${users.join(', ')}]`);
    }
    context.volumes.remove(volume.name);
  }
  await response.empty(204);
}

const PRUNE_FILTERS = ['all', 'label', 'label!'];

async function prune({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), PRUNE_FILTERS);
  const all = (filters.get('all') ?? []).some(truthy);
  const users = volumeUsers(context);
  const unused = context.volumes
    .list()
    .filter((volume) => !users.has(volume.name) && prunable(volume, all, filters));
  let SpaceReclaimed = 0;
  for (const { name } of unused) {
    SpaceReclaimed += context.volumes.size(name);
    context.volumes.remove(name);
  }
  context.events.emit('volume', 'prune', '', { reclaimed: String(SpaceReclaimed) });
  const VolumesDeleted = unused.map(({ name }) => name);
  await response.json(200, { VolumesDeleted, SpaceReclaimed });
}

function prunable({ labels }: Volume, all: boolean, filters: Filters): boolean {
  const own = labels ?? {};
  const unwanted = new Map([['label', filters.get('label!') ?? []]]);
  return (
    (all || ANONYMOUS in own) &&
    fitsLabels(filters, own) &&
    (unwanted.get('label')?.length === 0 || !fitsLabels(unwanted, own))
  );
}

export const volumeRoutes: Routes = [
  ['GET', '/volumes', list],
  ['POST', '/volumes/create', create],
  ['POST', '/volumes/prune', prune],
  ['GET', '/volumes/:name', inspect],
  ['DELETE', '/volumes/:name', remove],
];
