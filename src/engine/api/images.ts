import { pull } from '../distribution/index.ts';
import { EngineError } from '../errors.ts';
import {
  history,
  parseReference,
  removeImage,
  withDefaultTag,
  withTagOrDigest,
  type Image,
} from '../image/index.ts';
import { importRoute } from './commit.ts';
import { credentialsOf } from './credentials.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import { registries } from './registries.ts';
import { reported, whileThere } from './report.ts';
import { truthy, type Call, type Routes } from './router.ts';

const LIST_FILTERS = ['reference', 'label', 'dangling', 'before', 'since'];

/** `reference` of a filter: a name with `*`, with or without its tag. */
function matches(wanted: string, tag: string): boolean {
  const pattern = wanted.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*');
  return new RegExp(`^${pattern}([:@][^/]*)?$`).test(tag);
}

function listed(image: Image, filters: Filters): boolean {
  const dangling = image.tags.length === 0;
  return (
    fits(filters, 'reference', (wanted) => image.tags.some((tag) => matches(wanted, tag))) &&
    fits(filters, 'dangling', (wanted) => truthy(wanted) === dangling) &&
    fitsLabels(filters, image.configuration.config?.Labels ?? {})
  );
}

/** A step on the way to another image: only `docker images -a` shows it. */
export function isStep({ images }: Call['context'], { id, tags, digests }: Image): boolean {
  return tags.length + digests.length === 0 && images.children(id).length > 0;
}

/** An entry of the list of images; `SharedSize` is -1 for "not counted". */
export function summaryOf(
  { containers }: Call['context'],
  image: Image,
): Record<string, unknown> & { readonly Id: string } {
  return {
    Id: image.id,
    ParentId: image.record.parent ?? '',
    RepoTags: image.tags,
    RepoDigests: image.digests,
    Created: image.created,
    Size: image.size,
    SharedSize: -1,
    VirtualSize: image.size,
    Labels: image.configuration.config?.Labels ?? null,
    Containers: containers.list().filter(({ imageId }) => imageId === image.id).length,
  };
}

async function list({ context, request, response }: Call): Promise<void> {
  const filters = parseFilters(request.query.get('filters'), LIST_FILTERS);
  const images = context.images
    .list()
    .filter((image) => listed(image, filters))
    .filter((image) => truthy(request.query.get('all')) || !isStep(context, image))
    .sort((a, b) => b.created - a.created);
  const wanted = filters.get('reference') ?? [];
  const chosen = (tag: string): boolean =>
    wanted.length === 0 || wanted.some((pattern) => matches(pattern, tag));
  await response.json(
    200,
    images.map((image) => ({
      ...summaryOf(context, image),
      RepoTags: image.tags.filter(chosen),
      RepoDigests: image.digests.filter(chosen),
    })),
  );
}

function named({ context, parameters }: Call): Image {
  return context.images.get(parameters['name'] ?? '');
}

/** What a configuration is when an image says nothing; templates of clients count on the fields. */
const NO_CONFIG = {
  Hostname: '',
  Domainname: '',
  User: '',
  AttachStdin: false,
  AttachStdout: false,
  AttachStderr: false,
  Tty: false,
  OpenStdin: false,
  StdinOnce: false,
  Env: null,
  Cmd: null,
  Image: '',
  Volumes: null,
  WorkingDir: '',
  Entrypoint: null,
  OnBuild: null,
  Labels: null,
};

async function inspect(call: Call): Promise<void> {
  const image = named(call);
  const { configuration, layers } = image;
  const upper = layers.at(-1);
  await call.response.json(200, {
    Id: image.id,
    RepoTags: image.tags,
    RepoDigests: image.digests,
    Parent: image.record.parent ?? '',
    Comment: configuration.comment ?? '',
    Created: configuration.created ?? '0001-01-01T00:00:00Z',
    DockerVersion: configuration.docker_version ?? '',
    Author: configuration.author ?? '',
    Config: { ...NO_CONFIG, ...configuration.config },
    Architecture: configuration.architecture,
    ...(configuration.variant === undefined ? {} : { Variant: configuration.variant }),
    Os: configuration.os,
    Size: image.size,
    VirtualSize: image.size,
    GraphDriver: {
      Name: 'overlay2',
      Data: {
        ...(layers.length > 1
          ? {
              LowerDir: layers
                .slice(0, -1)
                .map(({ diff }) => diff)
                .reverse()
                .join(':'),
            }
          : {}),
        UpperDir: upper?.diff ?? '',
      },
    },
    RootFS: { Type: 'layers', Layers: configuration.rootfs.diff_ids },
    Metadata: { LastTagTime: '0001-01-01T00:00:00Z' },
  });
}

async function historyRoute(call: Call): Promise<void> {
  const image = named(call);
  const { images } = call.context;
  const steps = history(
    image,
    image.layers.map(({ size }) => size),
  );
  // Of what was built here, the image of each step is known.
  let at: Image | null = image;
  const known = steps.map((step) => {
    if (at === null) return step;
    const { id, tags, record } = at;
    at = record.parent === undefined ? null : images.byId(record.parent);
    return { ...step, Id: id, Tags: tags.length > 0 ? tags : null };
  });
  await call.response.json(200, known);
}

/**
 * `POST /images/create`: a pull. What goes wrong before the first line is an error with a status,
 * what goes wrong after it a line of its own.
 */
async function createRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const { query } = request;
  const from = query.get('fromImage') ?? '';
  if (from === '') {
    if (!query.has('fromSrc')) throw new EngineError(400, 'nothing to pull: fromImage is empty');
    await importRoute(call);
    return;
  }
  const tag = query.get('tag') ?? '';
  const bare = parseReference(from);
  const reference = tag === '' ? withDefaultTag(bare) : withTagOrDigest(bare, tag);
  const platform = query.get('platform') ?? '';
  const { sys, images } = context;
  const credentials = credentialsOf(sys, request);
  await reported(sys, `pull ${from}`, response, (send) =>
    pull({ sys, images, registries: registries(sys) }, reference, {
      ...(platform === '' ? {} : { platform }),
      ...(credentials === null ? {} : { credentials }),
      progress: send,
      signal: whileThere(request),
    }),
  );
}

async function removeRoute({ context, request, response, parameters }: Call): Promise<void> {
  const removed = removeImage(context.images, parameters['name'] ?? '', {
    force: truthy(request.query.get('force')),
    noPrune: truthy(request.query.get('noprune')),
    containersOf: (id) =>
      context.containers
        .list()
        .filter(({ imageId }) => imageId === id)
        .map(({ id: container, state }) => ({ id: container, running: state.Running })),
  });
  await response.json(200, removed);
}

async function tagRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const repository = parseReference(request.query.get('repo') ?? '');
  const tag = request.query.get('tag') ?? '';
  const name = tag === '' ? withDefaultTag(repository) : withTagOrDigest(repository, tag);
  context.images.tag(named(call), name);
  await response.text(201, '', 'text/plain');
}

export const imageRoutes: Routes = [
  ['GET', '/images/json', list],
  ['POST', '/images/create', createRoute],
  ['GET', '/images/:name{.+}/json', inspect],
  ['GET', '/images/:name{.+}/history', historyRoute],
  ['POST', '/images/:name{.+}/tag', tagRoute],
  ['DELETE', '/images/:name{.+}', removeRoute],
];
