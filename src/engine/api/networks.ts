import { EngineError } from '../errors.ts';
import { connect, disconnect } from '../container/networks/connect.ts';
import { describeNetwork } from '../container/networks/describe.ts';
import { createNetwork, removeNetwork, usersOf } from '../container/networks/manage.ts';
import { PREDEFINED, type Network } from '../network/network.ts';
import { unixNanoseconds, parseTime } from '../daemon/clock.ts';
import { fits, fitsLabels, parseFilters, type Filters } from './filters.ts';
import {
  connectSchema,
  disconnectSchema,
  endpointSettingsOf,
  networkSchema,
} from './networking.ts';
import { truthy, type Call, type Routes } from './router.ts';
import { parseBody } from './schema.ts';

/** The network that the path names. */
function named({ context, parameters }: Call): Network {
  return context.networks.get(parameters['id'] ?? '');
}

const LIST_FILTERS = ['dangling', 'driver', 'id', 'label', 'name', 'scope', 'type'];

/** A yes or no of a filter. */
function yesOrNo(filter: string, value: string): boolean {
  if (/^(1|true)$/.test(value)) return true;
  if (/^(0|false)$/.test(value)) return false;
  throw new EngineError(400, `invalid value for "${filter}": "${value}"`);
}

function listed(call: Call, network: Network, filters: Filters): boolean {
  const { id, name, driver, labels } = network;
  const predefined = PREDEFINED.includes(name);
  return (
    fits(filters, 'id', (wanted) => id.startsWith(wanted)) &&
    fits(filters, 'name', (wanted) => name.includes(wanted)) &&
    fits(filters, 'driver', (wanted) => driver === wanted) &&
    fits(filters, 'scope', (wanted) => wanted === 'local') &&
    fits(filters, 'type', (wanted) => {
      if (wanted === 'builtin') return predefined;
      if (wanted === 'custom') return !predefined;
      throw new EngineError(400, `invalid filter: 'type'='${wanted}'`);
    }) &&
    fits(filters, 'dangling', (wanted) => {
      const dangling = !predefined && usersOf(call.context, network).length === 0;
      return dangling === yesOrNo('dangling', wanted);
    }) &&
    fitsLabels(filters, labels)
  );
}

async function list(call: Call): Promise<void> {
  const { context, request, response } = call;
  const filters = parseFilters(request.query.get('filters'), LIST_FILTERS);
  const found = context.networks.list().filter((network) => listed(call, network, filters));
  await response.json(
    200,
    found.map((network) => describeNetwork(context, network, false)),
  );
}

async function inspect(call: Call): Promise<void> {
  const scope = call.request.query.get('scope') ?? '';
  const network = named(call);
  if (scope !== '' && scope !== 'local') {
    throw new EngineError(404, `network ${call.parameters['id'] ?? ''} not found`);
  }
  await call.response.json(200, {
    ...describeNetwork(call.context, network, true),
    // What `verbose` adds is of a swarm's services.
    ...(truthy(call.request.query.get('verbose')) ? { Services: {} } : {}),
  });
}

async function create({ context, request, response }: Call): Promise<void> {
  const asked = parseBody(networkSchema, await request.text());
  const network = createNetwork(context, {
    name: asked.Name ?? '',
    driver: asked.Driver || 'bridge',
    internal: asked.Internal ?? false,
    attachable: asked.Attachable ?? false,
    ingress: asked.Ingress ?? false,
    scope: asked.Scope ?? '',
    ipv6: asked.EnableIPv6 ?? false,
    configOnly: asked.ConfigOnly ?? false,
    labels: asked.Labels ?? {},
    options: asked.Options ?? {},
    ipamDriver: asked.IPAM?.Driver ?? '',
    ipamOptions: asked.IPAM?.Options ?? null,
    ipam: (asked.IPAM?.Config ?? []).map((config) => ({
      Subnet: config.Subnet ?? '',
      IPRange: config.IPRange ?? '',
      Gateway: config.Gateway ?? '',
      ...(config.AuxiliaryAddresses ? { AuxiliaryAddresses: config.AuxiliaryAddresses } : {}),
    })),
  });
  await response.json(201, { Id: network.id, Warning: '' });
}

async function connectRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const asked = parseBody(connectSchema, await request.text());
  const network = named(call);
  const container = context.containers.get(asked.Container ?? '');
  await connect(context, network, container, endpointSettingsOf(asked.EndpointConfig));
  await response.text(200, '', 'text/plain');
}

async function disconnectRoute(call: Call): Promise<void> {
  const { context, request, response } = call;
  const asked = parseBody(disconnectSchema, await request.text());
  const network = named(call);
  const container = context.containers.get(asked.Container ?? '');
  disconnect(context, network, container, asked.Force ?? false);
  await response.text(200, '', 'text/plain');
}

async function remove(call: Call): Promise<void> {
  removeNetwork(call.context, named(call));
  await call.response.empty(204);
}

const PRUNE_FILTERS = ['label', 'label!', 'until'];

/** A time before which a thing is old, in nanoseconds since the epoch: a time, or a span before now. */
function before(text: string, now: bigint): bigint {
  const time = parseTime(text);
  if (time !== null) return time;
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 0.001 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|[hms])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new EngineError(400, `failed to parse value as time or duration: "${text}"`);
  }
  const seconds = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0);
  return now - BigInt(Math.round(seconds * 1e9));
}

async function prune(call: Call): Promise<void> {
  const { context, request, response } = call;
  const filters = parseFilters(request.query.get('filters'), PRUNE_FILTERS);
  const now = BigInt(unixNanoseconds(context.sys.timestamp()));
  const [until] = filters.get('until') ?? [];
  const limit = until === undefined ? null : before(until, now);
  const gone = context.networks.list().filter((network) => {
    const { name, labels, created } = network;
    const unwanted = filters.get('label!') ?? [];
    return (
      !PREDEFINED.includes(name) &&
      usersOf(context, network).length === 0 &&
      fitsLabels(filters, labels) &&
      !unwanted.some((label) => fitsLabels(new Map([['label', [label]]]), labels)) &&
      (limit === null || BigInt(unixNanoseconds(created)) <= limit)
    );
  });
  for (const network of gone) removeNetwork(context, network);
  await response.json(200, {
    NetworksDeleted: gone.length > 0 ? gone.map(({ name }) => name) : null,
  });
}

export const networkRoutes: Routes = [
  ['GET', '/networks', list],
  ['GET', '/networks/:id', inspect],
  ['POST', '/networks/create', create],
  ['POST', '/networks/prune', prune],
  ['POST', '/networks/:id/connect', connectRoute],
  ['POST', '/networks/:id/disconnect', disconnectRoute],
  ['DELETE', '/networks/:id', remove],
];
