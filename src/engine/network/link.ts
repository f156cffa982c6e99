import type { Call } from '../sys/step.ts';

/**
 * A container's way to the network: a pair of virtual Ethernet devices (veth(4)), one end on the
 * bridge `docker0`, the other moved into the container's network namespace and named `eth0` there.
 *
 * See it: `ip link show master docker0`; inside, `docker run --rm busybox ip addr`.
 */
export interface LinkAddress {
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
}

/** The bridge of the default network and its addresses. */
export const DEFAULT_BRIDGE = {
  name: 'docker0',
  gateway: '172.17.0.1',
  prefix: 16,
  subnet: '172.17.0.0/16',
} as const;

/** Device names hold 15 characters; the container's id keeps them apart. */
const outer = (id: string): string => `veth${id.slice(0, 7)}`;
const inner = (id: string): string => `vpeer${id.slice(0, 7)}`;

/**
 * The host's part: before the clone the pair, after it one end goes to the new namespace; in the end
 * the pair goes at once, where the kernel's own clearing of the namespace would take a moment.
 */
export function hostLink(
  id: string,
  address: LinkAddress | null,
): { readonly before: Call[]; readonly after: Call[]; readonly gone: Call[] } {
  if (!address) return { before: [], after: [], gone: [] };
  return {
    before: [
      { op: 'veth', name: outer(id), peer: inner(id) },
      { op: 'link_master', name: outer(id), bridge: DEFAULT_BRIDGE.name },
      { op: 'link_up', name: outer(id) },
    ],
    after: [{ op: 'link_netns', name: inner(id) }],
    gone: [{ op: 'link_delete', name: outer(id) }],
  };
}

/** The container's part: loopback always, and its end of the pair when it has one. */
export function containerLink(id: string, address: LinkAddress | null): Call[] {
  const loopback: Call = { op: 'link_up', name: 'lo' };
  if (!address) return [loopback];
  return [
    loopback,
    { op: 'link_name', from: inner(id), to: 'eth0' },
    { op: 'addr', name: 'eth0', address: `${address.address}/${String(address.prefix)}` },
    { op: 'link_up', name: 'eth0' },
    { op: 'route', destination: 'default', gateway: address.gateway },
  ];
}

/** Makes the default bridge; done once, by the daemon's first start. */
export function makeBridge(): Call[] {
  const { name, gateway, prefix } = DEFAULT_BRIDGE;
  return [
    { op: 'bridge', name },
    { op: 'addr', name, address: `${gateway}/${String(prefix)}` },
    { op: 'link_up', name },
  ];
}
