import { build, buildOptions, pruneCache } from '../build/index.ts';
import { parseFilters } from './filters.ts';
import { parseQueries } from './query.ts';
import { untilOf } from './lifecycle.ts';
import { registries } from './registries.ts';
import { truthy, type Call, type Routes } from './router.ts';
import { parseCreate } from './schema.ts';

/** `POST /build`: the context is the body, or what `remote` names. */
async function buildRoute({ context, request, response }: Call): Promise<void> {
  await build(
    { context, registries: () => registries(context.sys), parseCreate },
    {
      options: buildOptions(parseQueries(request.search)),
      take: () => request.read(),
      gone: () => request.gone,
      sink: {
        write: async (text) => {
          if (response.status === 0) await response.stream('application/json');
          await response.write(text);
        },
      },
    },
  );
  await response.end();
}

const PRUNE_FILTERS = ['until', 'label', 'label!'];

/** `POST /build/prune` */
async function pruneRoute({ context, request, response }: Call): Promise<void> {
  const { query } = request;
  const filters = parseFilters(query.get('filters'), PRUNE_FILTERS);
  const until = untilOf(filters.get('until') ?? [], context.sys.timestamp());
  // Steps of builds have no labels: none fits `label=…`, and all fit `label!=…`.
  const limit = filters.has('label')
    ? 0
    : until === null
      ? Infinity
      : Number(until / 1_000_000_000n);
  await response.json(200, pruneCache(context, truthy(query.get('all')), limit));
}

export const buildRoutes: Routes = [
  ['POST', '/build', buildRoute],
  ['POST', '/build/prune', pruneRoute],
];
