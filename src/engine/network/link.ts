import type { Call } from '../sys/step.ts';
import type { Link } from './endpoint.ts';

/**
 * A container's way to its networks: for each a pair of virtual Ethernet devices (veth(4)), one end
 * on the network's bridge, the other moved into the container's network namespace and named `eth0`,
 * `eth1`, … there.
 *
 * See it: `ip link show master docker0`; inside, `docker run --rm busybox ip addr`.
 */

/** Where a container whose networks have names asks for them. */
export const RESOLVER = '127.0.0.11';

/** Device names hold 15 characters; the container's id keeps them apart. */
const suffix = (number: number): string => (number === 0 ? '' : String(number));
export const outer = (id: string, number: number): string =>
  `veth${id.slice(0, 7)}${suffix(number)}`;
const inner = (id: string, number: number): string => `vpeer${id.slice(0, 7)}${suffix(number)}`;

/**
 * The host's part: before the clone the pairs, after it one end each goes to the new namespace; in
 * the end the pairs go at once, where the kernel's own clearing of the namespace would take a moment.
 */
export function hostLink(
  id: string,
  links: readonly Link[],
): { readonly before: Call[]; readonly after: Call[]; readonly gone: Call[] } {
  return {
    before: links.flatMap(({ number, mac, bridge }): Call[] => [
      { op: 'veth', name: outer(id, number), peer: inner(id, number), mac },
      { op: 'link_master', name: outer(id, number), bridge },
      { op: 'link_up', name: outer(id, number) },
    ]),
    after: links.map(({ number }) => ({ op: 'link_netns', name: inner(id, number) })),
    gone: links.map(({ number }) => ({ op: 'link_delete', name: outer(id, number) })),
  };
}

/** The container's part: loopback always, and its end of each pair. */
export function containerLink(id: string, links: readonly Link[], gateway: Link | null): Call[] {
  return [
    { op: 'link_up', name: 'lo' },
    ...links.flatMap(({ number, address, prefix }): Call[] => {
      const name = `eth${String(number)}`;
      return [
        { op: 'link_name', from: inner(id, number), to: name },
        { op: 'addr', name, address: `${address}/${String(prefix)}` },
        { op: 'link_up', name },
      ];
    }),
    ...(gateway
      ? [{ op: 'route', destination: 'default', gateway: gateway.gateway } as const]
      : []),
  ];
}
