import type { Sys } from '../sys/sys.ts';
import type { Published } from './endpoint.ts';
import { address, answers } from './netlink.ts';
import { masquerades, type Network } from './network.ts';
import {
  batch,
  compare,
  CONNECTION,
  connectionHas,
  destinationIsLocal,
  destinationNat,
  deviceKey,
  load,
  lookup,
  masquerade,
  META,
  meta,
  NETLINK_NETFILTER,
  payload,
  portKey,
  protocolKey,
  REGISTER,
  reset,
  Table,
  verdict,
  type Element,
} from './nftables.ts';

/**
 * What the kernel does with packets of containers: who reaches whom, and where published ports lead.
 *
 * One table, `bottle`, whose rules never change: networks and ports are elements of its sets and
 * maps, so that a container's start and end cost one element each, and a packet one lookup. A
 * daemon that starts makes the whole table anew, in one transaction: whatever an earlier one left is
 * gone, and no packet meets half of it.
 */
type Kernel = Pick<Sys, 'netlink' | 'writeFile'>;

const table = new Table('bottle');

/** The way to the page; nothing else comes in there. */
const PAGE_DEVICE = 'eth0';
/** The Engine API and init's control port: the page's alone. */
const PAGE_PORTS = [2375, 86];

const IPPROTO = { tcp: 6, udp: 17 } as const;
const ANY = '0.0.0.0';

/** Sets of devices, the map of ports: names, and sizes of keys in bytes. */
const BRIDGES = 'bridges';
const INTERNAL = 'internal';
const MASQUERADED = 'masqueraded';
const SAME = 'same';
const PORTS = 'ports';
const DEVICE_KEY = 16;
const PORT_KEY = 12;
const PORT_DATA = 8;

const ESTABLISHED_OR_RELATED = 2 | 4;
const DESTINATION_CHANGED = 32;

/** Offsets in the headers of IPv4, TCP and UDP (RFC 791, 9293, 768). */
const SOURCE = 12;
const DESTINATION = 16;
const DESTINATION_PORT = 2;

const [R0, R1, R2, R3, R4] = REGISTER;

const from = (set: string): number[] => [...meta(META.inputDevice, R0), ...lookup(set, R0)];
const to = (set: string): number[] => [...meta(META.outputDevice, R0), ...lookup(set, R0)];
const comesFrom = (device: string, operator: 'is' | 'isNot'): number[] => [
  ...meta(META.inputDevice, R0),
  ...compare(R0, operator, deviceKey(device)),
];
const isLoopback = (offset: number): number[] => [
  ...payload('network', offset, 1, R0),
  ...compare(R0, 'is', [127]),
];
/** Protocol and port behind the address that is in the first register, then the container's. */
const findPort = (): number[] => [
  ...meta(META.protocol, R1),
  ...payload('transport', DESTINATION_PORT, 2, R2),
  ...lookup(PORTS, R0, R3),
  ...destinationNat(R3, R4),
];

function chains(): ReturnType<Table['rule']>[] {
  return [
    // Loopback's addresses are routed to bridges for `localhost:8080`; from elsewhere they are lies.
    table.chain('guard', { type: 'filter', at: 'prerouting', priority: -300 }),
    table.rule('guard', comesFrom('lo', 'isNot'), isLoopback(DESTINATION), verdict('drop')),
    table.rule('guard', comesFrom('lo', 'isNot'), isLoopback(SOURCE), verdict('drop')),

    table.chain('doors', { type: 'filter', at: 'input', priority: 0 }),
    ...PAGE_PORTS.map((port) =>
      table.rule(
        'doors',
        comesFrom(PAGE_DEVICE, 'isNot'),
        meta(META.protocol, R0),
        compare(R0, 'is', [IPPROTO.tcp]),
        payload('transport', DESTINATION_PORT, 2, R0),
        compare(R0, 'is', portKey(port).slice(0, 2)),
        reset(),
      ),
    ),

    table.chain('published'),
    table.rule('published', payload('network', DESTINATION, 4, R0), findPort()),
    table.rule('published', load(R0, address(ANY)), findPort()),
    table.chain('arriving', { type: 'nat', at: 'prerouting', priority: -100 }),
    table.rule('arriving', destinationIsLocal(), verdict('jump', 'published')),
    table.chain('own', { type: 'nat', at: 'output', priority: -100 }),
    table.rule('own', destinationIsLocal(), verdict('jump', 'published')),

    table.chain('leaving', { type: 'nat', at: 'postrouting', priority: 100 }),
    table.rule('leaving', from(MASQUERADED), masquerade()),
    table.rule('leaving', isLoopback(SOURCE), to(BRIDGES), masquerade()),

    table.chain('between', { type: 'filter', at: 'forward', priority: 0 }),
    table.rule(
      'between',
      connectionHas(CONNECTION.state, ESTABLISHED_OR_RELATED),
      verdict('accept'),
    ),
    // A container that reaches its neighbour, or itself, by a published port.
    table.rule(
      'between',
      meta(META.inputDevice, R0),
      meta(META.outputDevice, R4),
      lookup(SAME, R0),
      verdict('accept'),
    ),
    table.rule('between', from(BRIDGES), to(BRIDGES), verdict('drop')),
    table.rule('between', from(INTERNAL), verdict('drop')),
    table.rule('between', to(INTERNAL), verdict('drop')),
    table.rule(
      'between',
      to(BRIDGES),
      connectionHas(CONNECTION.status, DESTINATION_CHANGED),
      verdict('accept'),
    ),
    table.rule('between', to(BRIDGES), verdict('drop')),
  ];
}

/** In which sets a network is, and as what. */
function memberships(network: Network): [set: string, element: Element][] {
  const device = deviceKey(network.bridge);
  return [
    [BRIDGES, { key: device }],
    [SAME, { key: [...device, ...device] }],
    ...(network.internal ? [[INTERNAL, { key: device }] as [string, Element]] : []),
    ...(masquerades(network) ? [[MASQUERADED, { key: device }] as [string, Element]] : []),
  ];
}

function portElement({ protocol, hostIp, hostPort, address: inside, port }: Published): Element {
  return {
    key: [...address(hostIp), ...protocolKey(IPPROTO[protocol]), ...portKey(hostPort)],
    data: [...address(inside), ...portKey(port)],
  };
}

function commit(kernel: Kernel, drafts: Parameters<typeof batch>[0], about: string): void {
  answers(kernel.netlink(NETLINK_NETFILTER, batch(drafts)), about);
}

/** The table as it ought to be, in place of whatever there is. */
export function installFirewall(
  kernel: Kernel,
  networks: readonly Network[],
  ports: readonly Published[],
): void {
  const members = networks.filter(({ bridge }) => bridge !== '').flatMap(memberships);
  const sets = [BRIDGES, INTERNAL, MASQUERADED, SAME];
  commit(
    kernel,
    [
      table.destroy(),
      table.create(),
      ...sets.map((set, i) => table.set(set, i + 1, set === SAME ? 2 * DEVICE_KEY : DEVICE_KEY)),
      table.set(PORTS, sets.length + 1, PORT_KEY, PORT_DATA),
      ...chains(),
      ...sets.flatMap((set) => {
        const elements = members.filter(([name]) => name === set).map(([, element]) => element);
        return elements.length > 0 ? [table.add(set, elements)] : [];
      }),
      ...(ports.length > 0 ? [table.add(PORTS, ports.map(portElement))] : []),
    ],
    'making the table of packet rules',
  );
}

export function admitNetwork(kernel: Kernel, network: Network): void {
  commit(
    kernel,
    memberships(network).map(([set, element]) => table.add(set, [element])),
    `rules of network ${network.name}`,
  );
}

export function dismissNetwork(kernel: Kernel, network: Network): void {
  commit(
    kernel,
    memberships(network).map(([set, { key }]) => table.remove(set, [key])),
    `rules of network ${network.name}`,
  );
}

export function openPorts(kernel: Kernel, ports: readonly Published[]): void {
  if (ports.length === 0) return;
  commit(kernel, [table.add(PORTS, ports.map(portElement))], 'publishing ports');
}

export function closePorts(kernel: Kernel, ports: readonly Published[]): void {
  if (ports.length === 0) return;
  const keys = ports.map((port) => portElement(port).key);
  commit(kernel, [table.remove(PORTS, keys)], 'taking back published ports');
}
