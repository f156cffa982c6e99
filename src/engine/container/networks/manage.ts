import { EngineError } from '../../errors.ts';
import { makeNetwork, unmakeNetwork } from '../../network/bridge.ts';
import { draftNetwork, type NetworkRequest } from '../../network/create.ts';
import { PREDEFINED, type Network } from '../../network/network.ts';
import type { Container } from '../container.ts';
import type { Context } from '../context.ts';
import { emitNetwork } from './events.ts';

/** Makes and removes networks: the device and its rules in the kernel, the record on disk. */

export function createNetwork(context: Context, request: NetworkRequest): Network {
  const { sys, networks } = context;
  const network = draftNetwork(networks, request);
  // The record first: a device without one would be nobody's.
  networks.add(network);
  try {
    makeNetwork(sys, network);
  } catch (error) {
    networks.delete(network);
    throw error;
  }
  emitNetwork(context, network, 'create');
  return network;
}

/** Containers that run in it. */
export function usersOf({ containers }: Context, { id }: Network): Container[] {
  return containers
    .list()
    .filter(
      ({ state, endpoints }) => state.Running && endpoints.some(({ network }) => network === id),
    );
}

/** @throws EngineError 403 for one that is always there, or that containers run in */
export function removeNetwork(context: Context, network: Network): void {
  const { sys, networks } = context;
  const { id, name } = network;
  if (PREDEFINED.includes(name)) {
    throw new EngineError(403, `${name} is a pre-defined network and cannot be removed`);
  }
  if (usersOf(context, network).length > 0) {
    throw new EngineError(
      403,
      `error while removing network: network ${name} id ${id} has active endpoints`,
    );
  }
  unmakeNetwork(sys, network);
  networks.delete(network);
  emitNetwork(context, network, 'destroy');
}
