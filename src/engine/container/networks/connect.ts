import type { EndpointSettings } from '../../../protocol/network.ts';
import { EngineError } from '../../errors.ts';
import { gatewayOf, type Endpoint, type Link } from '../../network/endpoint.ts';
import { outer } from '../../network/link.ts';
import type { Network } from '../../network/network.ts';
import {
  addAddress,
  deleteLink,
  makePair,
  setDefaultRoute,
  setUp,
} from '../../network/rtnetlink.ts';
import type { Container } from '../container.ts';
import type { Context } from '../context.ts';
import { askedOf, checkAsked, endpoint as newEndpoint } from './endpoints.ts';
import { addToFiles, removeFromFiles } from './files.ts';
import { publish, takeLink, unpublish } from './join.ts';
import { serveNames } from './names.ts';
import { emitNetwork } from './events.ts';

/** Puts a container into a network, and takes it out again, whether it runs or not. */

/** @throws EngineError in Docker's words for what does not go together */
export async function connect(
  context: Context,
  network: Network,
  container: Container,
  settings: EndpointSettings,
): Promise<void> {
  checkPair(network, container, 'connect');
  const asked = askedOf(settings);
  checkAsked(network, asked);
  if (placeIn(container, network)) {
    throw new EngineError(
      403,
      `endpoint with name ${container.name} already exists in network ${network.name}`,
    );
  }
  const endpoint: Endpoint = { ...newEndpoint(network.name, asked), network: network.id };
  if (container.state.Pid > 0) await plug(context, network, container, endpoint);
  else container.endpoints.push(endpoint);
  context.containers.save(container);
  emitNetwork(context, network, 'connect', container);
}

async function plug(
  context: Context,
  network: Network,
  container: Container,
  endpoint: Endpoint,
): Promise<void> {
  const { sys } = context;
  const { id, state, endpoints } = container;
  const link = takeLink(context, network, endpoint, freeNumber(endpoints));
  if (!link) throw new EngineError(400, `network ${network.name} has no addresses`);
  const name = `eth${String(link.number)}`;
  const device = outer(id, link.number);
  try {
    makePair(sys, device, link.bridge, { name, mac: link.mac, pid: state.Pid });
    addAddress(sys, name, link.address, link.prefix, state.Pid);
    setUp(sys, name, state.Pid);
    endpoint.link = link;
    endpoints.push(endpoint);
    setDefaultRoute(sys, gatewayOf(endpoints)?.gateway ?? null, state.Pid);
    addToFiles(context, container, link);
    if (container.published.length === 0) container.published = publish(context, container);
  } catch (error) {
    deleteLink(sys, device);
    const at = endpoints.indexOf(endpoint);
    if (at >= 0) endpoints.splice(at, 1);
    throw error;
  }
  await serveNames(context, container);
}

function freeNumber(endpoints: readonly Endpoint[]): number {
  const used = new Set(endpoints.map(({ link }) => link?.number));
  let number = 0;
  while (used.has(number)) number++;
  return number;
}

export function disconnect(
  context: Context,
  network: Network,
  container: Container,
  force: boolean,
): void {
  if (!force) checkPair(network, container, 'disconnect');
  const endpoint = placeIn(container, network);
  if (!endpoint) {
    throw new EngineError(
      403,
      `container ${container.id} is not connected to network ${network.name}`,
    );
  }
  const { link } = endpoint;
  container.endpoints.splice(container.endpoints.indexOf(endpoint), 1);
  endpoint.link = null;
  if (link) unplug(context, container, link);
  context.containers.save(container);
  emitNetwork(context, network, 'disconnect', container);
}

function unplug(context: Context, container: Container, link: Link): void {
  const { sys } = context;
  const { id, state, endpoints, published } = container;
  if (published.some(({ address }) => address === link.address)) unpublish(context, container);
  deleteLink(sys, outer(id, link.number));
  // Another network carries the ports on, as it carries what leaves.
  if (container.published.length === 0) container.published = publish(context, container);
  setDefaultRoute(sys, gatewayOf(endpoints)?.gateway ?? null, state.Pid);
  removeFromFiles(context, container, link);
}

function placeIn({ endpoints }: Container, { id, name }: Network): Endpoint | undefined {
  // Before a container's first start its networks are known by what the user called them.
  return endpoints.find((each) =>
    each.network === '' ? each.name === name || id.startsWith(each.name) : each.network === id,
  );
}

function checkPair(
  network: Network,
  { state, host, id, endpoints }: Container,
  verb: 'connect' | 'disconnect',
): void {
  if (state.Status === 'removing' || state.Dead) {
    throw new EngineError(
      403,
      `container ${id} is marked for removal and cannot be connected or disconnected to the network ${network.name}`,
    );
  }
  if (host.NetworkMode.startsWith('container:')) {
    throw new EngineError(
      400,
      'container sharing network namespace with another container or host cannot be connected to any other network',
    );
  }
  if (host.NetworkMode === 'host' || network.driver === 'host') {
    throw new EngineError(
      400,
      'container cannot be disconnected from host network or connected to host network',
    );
  }
  const alone = endpoints.some(({ name }) => name === 'none');
  if (verb === 'connect' && (network.driver === 'null' || alone)) {
    throw new EngineError(
      400,
      'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
}
