import type { Sys } from '../sys/sys.ts';
import { admitNetwork, dismissNetwork } from './firewall.ts';
import { parseCidr } from './addresses.ts';
import { MTU, type Network } from './network.ts';
import { addAddress, deleteLink, makeBridge } from './rtnetlink.ts';

/** The bridge of a network as a device of the machine: `ip link show type bridge`. */
type Kernel = Pick<Sys, 'netlink' | 'writeFile' | 'stat'>;

/** Makes the device when it is missing, as after a reboot. Its rules are the firewall's. */
export function ensureBridge(kernel: Kernel, network: Network): void {
  const { bridge, mac, ipam, options } = network;
  if (bridge === '' || kernel.stat(`/sys/class/net/${bridge}`)) return;
  const mtu = options[MTU];
  try {
    makeBridge(kernel, bridge, mac, mtu === undefined ? null : Number(mtu));
    const [config] = ipam.Config;
    const subnet = config ? parseCidr(config.Subnet) : null;
    if (config && subnet) addAddress(kernel, bridge, config.Gateway, subnet.prefix);
    // So that `localhost:PORT` of the machine can lead into it.
    kernel.writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1');
  } catch (error) {
    deleteLink(kernel, bridge);
    throw error;
  }
}

export function makeNetwork(kernel: Kernel, network: Network): void {
  ensureBridge(kernel, network);
  admitNetwork(kernel, network);
}

export function unmakeNetwork(kernel: Kernel, network: Network): void {
  deleteLink(kernel, network.bridge);
  dismissNetwork(kernel, network);
}
