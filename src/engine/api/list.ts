import type { Status } from '../../protocol/container.ts';
import type { Container } from '../container/container.ts';
import { imageNames, summary } from '../container/describe.ts';
import { sizesOf } from '../container/size.ts';
import { unixSeconds } from '../daemon/clock.ts';
import { EngineError } from '../errors.ts';
import { familiar, parseReference, withDefaultTag } from '../image/index.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import { integer, truthy, type Call } from './router.ts';

const FILTERS = [
  'ancestor',
  'before',
  'exited',
  'expose',
  'health',
  'id',
  'is-task',
  'isolation',
  'label',
  'name',
  'network',
  'publish',
  'since',
  'status',
  'volume',
];

const STATES: readonly Status[] = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
];

/** `GET /containers/json` */
export async function list({ context, request, response }: Call): Promise<void> {
  const { query } = request;
  const filters = parseFilters(query.get('filters'), FILTERS);
  check(filters);
  const limit = integer(query.get('limit'), 'limit') ?? 0;
  // Who names a state wants to see it, also when it is not that of a container that runs.
  const all = truthy(query.get('all')) || limit > 0 || filters.has('status');
  const now = unixSeconds(context.sys.timestamp());
  const between = window(context.containers.list(), filters, (name) =>
    context.containers.get(name),
  );
  const imageName = imageNames(context);
  const size = truthy(query.get('size'));
  const filtered = filters.size > 0;
  const found: Record<string, unknown>[] = [];
  for (const container of between) {
    if (!all && !container.state.Running) continue;
    if (filtered && !fitsContainer(container, filters)) continue;
    const shown = summary(context, container, now, imageName);
    if (filtered && !fitsSummary(shown, container, filters)) continue;
    found.push(size ? { ...shown, ...sizesOf(context, container) } : shown);
    if (limit > 0 && found.length === limit) break;
  }
  await response.json(200, found);
}

/** @throws EngineError 400 for values that no container can have. */
function check(filters: Filters): void {
  for (const value of filters.get('status') ?? []) {
    if (!STATES.some((state) => state === value)) {
      throw new EngineError(400, `invalid filter 'status=${value}'`);
    }
  }
  for (const value of filters.get('health') ?? []) {
    if (!['none', 'starting', 'healthy', 'unhealthy'].includes(value)) {
      throw new EngineError(400, `invalid filter 'health=${value}'`);
    }
  }
  for (const value of filters.get('exited') ?? []) {
    if (!/^[+-]?\d+$/.test(value)) {
      throw new EngineError(400, `strconv.Atoi: parsing ${JSON.stringify(value)}: invalid syntax`);
    }
  }
}

/** The part of the list (newest first) that was made before and since the containers named. */
function window(
  containers: readonly Container[],
  filters: Filters,
  get: (name: string) => Container,
): readonly Container[] {
  let part = containers;
  for (const name of filters.get('before') ?? []) part = part.slice(part.indexOf(get(name)) + 1);
  for (const name of filters.get('since') ?? []) {
    const at = part.indexOf(get(name));
    if (at >= 0) part = part.slice(0, at);
  }
  return part;
}

function fitsContainer(container: Container, filters: Filters): boolean {
  const { id, name, config, state, image, imageId } = container;
  return (
    fits(filters, 'id', (wanted) => id.startsWith(wanted)) &&
    fits(filters, 'name', (wanted) => matchesName(name, wanted)) &&
    fits(filters, 'status', (wanted) => state.Status === wanted) &&
    fits(
      filters,
      'exited',
      (wanted) =>
        !state.Running && !state.StartedAt.startsWith('0001') && state.ExitCode === Number(wanted),
    ) &&
    fits(filters, 'health', (wanted) => (state.Health?.Status ?? 'none') === wanted) &&
    fits(filters, 'ancestor', (wanted) => ancestor(wanted, image, imageId)) &&
    // Tasks are a swarm's.
    fits(filters, 'is-task', (wanted) => !truthy(wanted)) &&
    fitsLabels(filters, config.Labels)
  );
}

/** A name, with or without its slash, or a regular expression that it holds. */
function matchesName(name: string, wanted: string): boolean {
  if (wanted === name || wanted === `/${name}`) return true;
  try {
    const pattern = new RegExp(wanted);
    return pattern.test(`/${name}`) || pattern.test(name);
  } catch {
    throw new EngineError(400, `invalid filter 'name=${wanted}': it is not a regular expression`);
  }
}

/** The filters that look at what other parts of the engine say of a container. */
function fitsSummary(
  shown: ReturnType<typeof summary>,
  { config }: Container,
  filters: Filters,
): boolean {
  const ports = shown['Ports'] as readonly {
    readonly PrivatePort: number;
    readonly PublicPort?: number;
    readonly Type: string;
  }[];
  const mounts = shown['Mounts'] as readonly {
    readonly Name?: string;
    readonly Source?: string;
    readonly Destination?: string;
  }[];
  const { Networks: networks } = shown['NetworkSettings'] as {
    readonly Networks: Readonly<Record<string, { readonly NetworkID: string }>>;
  };
  return (
    fits(filters, 'network', (wanted) =>
      Object.entries(networks).some(
        ([name, { NetworkID }]) =>
          name === wanted || (NetworkID !== '' && NetworkID.startsWith(wanted)),
      ),
    ) &&
    fits(filters, 'volume', (wanted) =>
      mounts.some(
        ({ Name, Source, Destination }) =>
          Name === wanted || Source === wanted || Destination === wanted,
      ),
    ) &&
    fits(filters, 'publish', (wanted) => {
      const fitting = portRange(wanted);
      return ports.some(
        (port) => port.PublicPort !== undefined && fitting(port.PrivatePort, port.Type),
      );
    }) &&
    fits(filters, 'expose', (wanted) => {
      const fitting = portRange(wanted);
      return Object.keys(config.ExposedPorts ?? {}).some((port) => {
        const [number, type = 'tcp'] = port.split('/');
        return fitting(Number(number), type);
      });
    })
  );
}

/** `80`, `80/udp`, `8000-8080/tcp`. */
function portRange(text: string): (port: number, type: string) => boolean {
  const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
  if (!match) throw new EngineError(400, `invalid port '${text}' in filter`);
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  const wanted = (match[3] ?? 'tcp').toLowerCase();
  return (port, type) => port >= first && port <= last && type === wanted;
}

function ancestor(wanted: string, image: string, imageId: string): boolean {
  if (imageId.startsWith(wanted) || imageId.startsWith(`sha256:${wanted}`)) return true;
  try {
    const name = (text: string): string => familiar(withDefaultTag(parseReference(text)));
    return name(wanted) === name(image);
  } catch {
    return false; // not a reference: no ancestor of anything
  }
}
