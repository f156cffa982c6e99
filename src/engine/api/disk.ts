import { volumeUsers } from '../container/mounts.ts';
import { sizesOf } from '../container/size.ts';
import { imageNames, summary } from '../container/describe.ts';
import { unixSeconds } from '../daemon/clock.ts';
import { removeImage, type Image } from '../image/index.ts';
import { volumeBody } from '../volume/index.ts';
import { HttpClient } from '../distribution/http.ts';
import { EngineError } from '../errors.ts';
import { fitsLabels, parseFilters } from './filters.ts';
import { isStep, summaryOf } from './images.ts';
import { registries } from './registries.ts';
import { untilOf } from './lifecycle.ts';
import { integer, truthy, type Call, type Routes } from './router.ts';

/** `GET /system/df`: what takes up the disk, each thing once. */
async function diskUsage({ context, request, response }: Call): Promise<void> {
  const { sys, images, containers, volumes } = context;
  const wanted = request.values('type');
  const wants = (type: string): boolean => wanted.length === 0 || wanted.includes(type);
  const now = unixSeconds(sys.timestamp());
  const all = images.list();
  // As in the list of images: what an image shares with the steps that led to it is its own.
  const shown = all.filter((image) => !isStep(context, image));
  const users = volumeUsers(context);
  const imageName = imageNames(context);
  const shared = sharedSizes(shown);
  await response.json(200, {
    LayersSize: uniqueSize(all),
    Images: wants('image')
      ? shown.map((image) => ({ ...summaryOf(context, image), SharedSize: shared(image) }))
      : null,
    Containers: wants('container')
      ? containers.list().map((container) => ({
          ...summary(context, container, now, imageName),
          ...sizesOf(context, container),
        }))
      : null,
    Volumes: wants('volume')
      ? volumes.list().map((volume) => ({
          ...volumeBody(volume),
          UsageData: {
            Size: volumes.size(volume.name),
            RefCount: users.get(volume.name)?.length ?? 0,
          },
        }))
      : null,
    BuildCache: wants('build-cache') ? [] : null,
  });
}

/** Bytes of all layers, each counted once. */
function uniqueSize(all: readonly Image[]): number {
  const layers = new Map(
    all.flatMap(({ layers: own }) => own.map(({ chainId, size }) => [chainId, size] as const)),
  );
  return [...layers.values()].reduce((sum, size) => sum + size, 0);
}

/** Bytes of the layers that an image has in common with another. */
function sharedSizes(all: readonly Image[]): (image: Image) => number {
  const counts = new Map<string, number>();
  for (const { layers } of all) {
    for (const { chainId } of layers) counts.set(chainId, (counts.get(chainId) ?? 0) + 1);
  }
  return ({ layers }) =>
    layers
      .filter(({ chainId }) => (counts.get(chainId) ?? 0) > 1)
      .reduce((sum, { size }) => sum + size, 0);
}

/** `POST /images/prune`: images without a name, or with `dangling=false` all that no container uses. */
async function pruneImages({ context, request, response }: Call): Promise<void> {
  const { images, containers, sys } = context;
  const filters = parseFilters(request.query.get('filters'), [
    'dangling',
    'label',
    'label!',
    'until',
  ]);
  const dangling = (filters.get('dangling') ?? ['true']).every(truthy);
  const until = untilOf(filters.get('until') ?? [], sys.timestamp());
  const without = new Map([['label', filters.get('label!') ?? []]]);
  const used = new Set(containers.list().map(({ imageId }) => imageId));
  const before = uniqueSize(images.list());
  const ImagesDeleted: unknown[] = [];
  for (const image of images.list()) {
    const labels = image.configuration.config?.Labels ?? {};
    const nameless = image.tags.length === 0 && image.digests.length === 0;
    if (used.has(image.id) || (dangling && !nameless)) continue;
    if (until !== null && BigInt(image.created) * 1000000000n >= until) continue;
    if (!fitsLabels(filters, labels)) continue;
    if (filters.has('label!') && fitsLabels(without, labels)) continue;
    // Gone already as the parent of one before it.
    if (!images.byId(image.id) || images.children(image.id).length > 0) continue;
    const names = nameless ? [image.id] : [...image.tags, ...image.digests];
    for (const name of names) {
      if (!images.byId(image.id)) break;
      ImagesDeleted.push(...removeImage(images, name, { containersOf: () => [] }));
    }
  }
  const SpaceReclaimed = before - uniqueSize(images.list());
  context.events.emit('image', 'prune', '', { reclaimed: String(SpaceReclaimed) });
  await response.json(200, {
    ImagesDeleted: ImagesDeleted.length > 0 ? ImagesDeleted : null,
    SpaceReclaimed,
  });
}

/** `GET /images/search`: the repositories of the configured registry whose names hold the term. */
async function search({ context, request, response }: Call): Promise<void> {
  const { sys } = context;
  const term = request.query.get('term') ?? '';
  const limit = integer(request.query.get('limit'), 'limit') ?? 25;
  if (term === '') throw new EngineError(400, 'search term cannot be empty');
  if (limit < 1 || limit > 100) {
    throw new EngineError(400, `limit ${String(limit)} is outside the range of [1, 100]`);
  }
  const filters = parseFilters(request.query.get('filters'), [
    'is-official',
    'is-automated',
    'stars',
  ]);
  const [mirror] = registries(sys).mirrors;
  if (mirror === undefined) {
    throw new EngineError(
      500,
      'no registry is configured to search in: name one under "registry-mirrors" in /etc/docker/daemon.json',
    );
  }
  const official = filters.get('is-official');
  const stars = Math.max(0, ...(filters.get('stars') ?? []).map(Number));
  const found = (await catalog(sys, mirror))
    .map((path) => ({ path, name: path.replace(/^library\//, '') }))
    .filter(({ name }) => name.includes(term.toLowerCase()))
    .map(({ path, name }) => ({
      star_count: 0,
      is_official: path.startsWith('library/'),
      name,
      is_automated: false,
      description: '',
    }))
    .filter(
      ({ is_official }) =>
        official === undefined || official.some((text) => truthy(text) === is_official),
    )
    .filter(() => stars === 0 && !(filters.get('is-automated') ?? []).some(truthy));
  await response.json(200, found.slice(0, limit));
}

async function catalog(sys: Call['context']['sys'], mirror: string): Promise<string[]> {
  const client = new HttpClient(sys);
  const pieces: string[] = [];
  try {
    const head = await client.get(`${mirror.replace(/\/+$/, '')}/v2/_catalog`, {}, () => (data) => {
      pieces.push(sys.decode(data));
    });
    if (head.status !== 200) {
      throw new EngineError(
        500,
        `Unexpected status code ${String(head.status)}: the registry at ${mirror} has no catalog`,
      );
    }
  } finally {
    client.close();
  }
  let document: unknown;
  try {
    document = JSON.parse(pieces.join(''));
  } catch {
    throw new EngineError(500, `the catalog of the registry at ${mirror} is not JSON`);
  }
  const names =
    typeof document === 'object' && document !== null && 'repositories' in document
      ? document.repositories
      : [];
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

export const diskRoutes: Routes = [
  ['GET', '/system/df', diskUsage],
  ['POST', '/images/prune', pruneImages],
  ['GET', '/images/search', search],
];
