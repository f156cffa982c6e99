import { ensureBridge } from '../../network/bridge.ts';
import { installFirewall } from '../../network/firewall.ts';
import { hardwareAddress, parseAddress, parseCidr, toAddress } from '../../network/addresses.ts';
import { spaceOf } from '../../network/network.ts';
import { readRecords } from '../../sys/step.ts';
import { runDirectory, type Container } from '../container.ts';
import type { Context } from '../context.ts';
import { serveNamesSoon } from './names.ts';

/** What a daemon does about networks when it starts: after an earlier one, or after a boot. */

/** Before containers are looked at: their networks, and the devices that a boot has taken. */
export function restoreNetworks({ sys, networks }: Context): void {
  networks.load();
  for (const network of networks.list()) ensureBridge(sys, network);
}

/**
 * A container that runs, but whose places an earlier daemon had no time to note: its plan, written
 * before it started, tells them.
 */
export function restorePlaces({ sys, networks }: Context, container: Container): void {
  const { id, endpoints } = container;
  if (endpoints.every(({ link }) => link)) return;
  const path = `${runDirectory(id)}/plan`;
  if (!sys.stat(path)) return;
  const plan = readRecords(sys.readFile(path), (bytes) => sys.decode(bytes));
  const macs = plan.flatMap(([, op, , , mac]) => (op === 'veth' ? [mac ?? ''] : []));
  const addresses = plan.flatMap(([, op, , cidr]) => (op === 'addr' ? [cidr ?? ''] : []));
  endpoints.forEach((endpoint, number) => {
    if (endpoint.link) return;
    const network = networks.named(endpoint.name);
    const block = parseCidr(addresses[number] ?? '');
    const space = network ? spaceOf(network) : null;
    if (network) endpoint.network = network.id;
    if (!network || !block || !space) return;
    const address = toAddress(block.base);
    endpoint.link = {
      address,
      prefix: block.prefix,
      gateway: toAddress(space.gateway),
      mac: macs[number] ?? hardwareAddress(parseAddress(address) ?? 0),
      bridge: network.bridge,
      number,
      internal: network.internal,
    };
  });
}

/** Once it is known who runs: the rules as they ought to be, the ports held, the names answered. */
export function restoreTraffic(context: Context): void {
  const running = context.containers.list().filter(({ state }) => state.Running);
  const published = running.flatMap((container) => container.published);
  installFirewall(context.sys, context.networks.list(), published);
  context.ports.resume(published);
  for (const container of running) serveNamesSoon(context, container);
}
