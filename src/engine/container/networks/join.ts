import { EngineError } from '../../errors.ts';
import { freeAddress, hardwareAddress, parseAddress, toAddress } from '../../network/addresses.ts';
import type { Endpoint, Link } from '../../network/endpoint.ts';
import { closePorts, openPorts } from '../../network/firewall.ts';
import { hostBinding, spaceOf, type Network } from '../../network/network.ts';
import type { PortBindings } from '../../network/ports.ts';
import type { Container } from '../container.ts';
import type { Context } from '../context.ts';
import { checkAsked } from './endpoints.ts';
import { endpointId } from './identity.ts';

/**
 * A container that starts takes its places: an address in each of its networks, and ports of the
 * machine. Devices are made by the start's plan.
 *
 * @throws EngineError, having taken nothing
 */
export function joinNetworks(context: Context, container: Container): void {
  try {
    container.endpoints.forEach((endpoint, number) => {
      const network = find(context, endpoint);
      checkAsked(network, endpoint.asked);
      endpoint.link = takeLink(context, network, endpoint, number);
    });
    container.published = publish(context, container);
  } catch (error) {
    leaveNetworks(context, container);
    throw error;
  }
  // Which ports it has nobody can find out after a daemon's sudden end but from here.
  if (container.published.length > 0) context.containers.save(container);
}

/** By its id, once it was found by its name; names may change hands. */
function find({ networks }: Context, endpoint: Endpoint): Network {
  const network = networks.get(endpoint.network === '' ? endpoint.name : endpoint.network);
  endpoint.network = network.id;
  endpoint.name = network.name;
  return network;
}

/** An address of the network, and what goes with it; null where there are none. */
export function takeLink(
  context: Context,
  network: Network,
  { asked }: Endpoint,
  number: number,
): Link | null {
  const space = spaceOf(network);
  if (!space) return null;
  const taken = new Set(space.reserved);
  for (const { state, endpoints } of context.containers.list()) {
    for (const { network: id, link, asked: theirs } of endpoints) {
      if (id !== network.id) continue;
      if (link) taken.add(parseAddress(link.address) ?? 0);
      // An address that somebody asked for stays theirs while they are down, unless it is asked for.
      else if (!state.Running && theirs.address !== '' && asked.address === '') {
        taken.add(parseAddress(theirs.address) ?? 0);
      }
    }
  }
  const wanted = parseAddress(asked.address);
  if (wanted !== null && taken.has(wanted)) throw new EngineError(403, 'Address already in use');
  const address = wanted ?? freeAddress(space.subnet, space.range, taken);
  if (address === null) {
    throw new EngineError(
      500,
      `no available IPv4 addresses on this network's address pools: ${network.name} (${network.id})`,
    );
  }
  return {
    address: toAddress(address),
    prefix: space.subnet.prefix,
    gateway: toAddress(space.gateway),
    mac: asked.mac === '' ? hardwareAddress(address) : asked.mac,
    bridge: network.bridge,
    number,
    internal: network.internal,
  };
}

/** The ports that are to be published, those of `-P` included. */
function bindingsOf({ config, host }: Container): PortBindings {
  if (!host.PublishAllPorts) return host.PortBindings;
  const all: Record<string, PortBindings[string]> = { ...host.PortBindings };
  for (const port of Object.keys(config.ExposedPorts ?? {})) {
    const name = port.includes('/') ? port : `${port}/tcp`;
    all[name] ??= [{ HostIp: '', HostPort: '' }];
  }
  return all;
}

/** Publishes what is to be published and is not, through the network that leads out. */
export function publish(context: Context, container: Container): Container['published'] {
  const bindings = bindingsOf(container);
  if (Object.keys(bindings).length === 0) return [];
  // The first network with a way out carries them, as it carries what leaves.
  const endpoint = container.endpoints.find(({ link }) => link && !link.internal);
  if (!endpoint?.link) return [];
  const network = context.networks.get(endpoint.network);
  try {
    const published = context.ports.publish(bindings, hostBinding(network), endpoint.link.address);
    try {
      openPorts(context.sys, published);
    } catch (error) {
      context.ports.release(published);
      throw error;
    }
    return published;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 500) throw error;
    const id = endpointId(context.sys, container.id, network.id);
    throw new EngineError(
      500,
      `driver failed programming external connectivity on endpoint ${container.name} (${id}): ${error.message}`,
    );
  }
}

/** Gives back what {@link joinNetworks} took. What went with its processes is gone by itself. */
export function leaveNetworks(context: Context, container: Container): void {
  context.resolvers.get(container.id)?.close();
  context.resolvers.delete(container.id);
  for (const endpoint of container.endpoints) endpoint.link = null;
  unpublish(context, container);
}

export function unpublish(context: Context, container: Container): void {
  const { published } = container;
  if (published.length === 0) return;
  container.published = [];
  closePorts(context.sys, published);
  context.ports.release(published);
}
