import type { Network } from '../../network/network.ts';
import type { Container } from '../container.ts';
import type { Context } from '../context.ts';

/** Tells the listeners what happened to a network, or to a container's place in it. */
export function emitNetwork(
  { events }: Context,
  { id, name, driver }: Network,
  action: 'create' | 'destroy' | 'connect' | 'disconnect',
  container?: Container,
): void {
  const attributes = { name, type: driver };
  events.emit(
    'network',
    action,
    id,
    container ? { container: container.id, ...attributes } : attributes,
  );
}

/** The same for each of a container's networks: it starts, or has ended. */
export function emitPlaces(
  context: Context,
  container: Container,
  action: 'connect' | 'disconnect',
): void {
  for (const { network } of container.endpoints) {
    emitNetwork(context, context.networks.get(network), action, container);
  }
}
