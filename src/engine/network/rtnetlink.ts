import type { Sys } from '../sys/sys.ts';
import {
  ACK,
  address as addressBytes,
  answers,
  attribute,
  CREATE,
  EXCLUSIVE,
  hardware,
  message,
  nested,
  NetlinkError,
  REPLACE,
  text,
  u32,
  type Bytes,
} from './netlink.ts';

/**
 * Devices, addresses and routes at run time (rtnetlink(7)): what the daemon does itself, outside a
 * container's start. `pid` names the process in whose network namespace it is done, 0 the machine's.
 */
type Kernel = Pick<Sys, 'netlink'>;

const NETLINK_ROUTE = 0;
const RTM = {
  newLink: 16,
  deleteLink: 17,
  getLink: 18,
  newAddress: 20,
  newRoute: 24,
  deleteRoute: 25,
};
const IFF_UP = 1;
const ENODEV = 19;
const ESRCH = 3;

const IFLA = { hardware: 1, name: 3, mtu: 4, master: 10, info: 18, pid: 19 };
const INFO = { kind: 1, data: 2 };
const VETH_PEER = 1;

function ask(kernel: Kernel, pid: number, about: string, bytes: number[]): DataView | undefined {
  return answers(kernel.netlink(NETLINK_ROUTE, Uint8Array.from(bytes), pid), about)[0]?.body;
}

/** `struct ifinfomsg` */
const linkHeader = (index: number, up: boolean): number[] => [
  0,
  0,
  0,
  0,
  ...u32(index),
  ...u32(up ? IFF_UP : 0),
  ...u32(up ? IFF_UP : 0),
];

/** The number of a device. @throws NetlinkError ENODEV */
export function indexOf(kernel: Kernel, name: string, pid = 0): number {
  const found = ask(
    kernel,
    pid,
    `looking for device ${name}`,
    message(RTM.getLink, 0, 1, linkHeader(0, false), attribute(IFLA.name, text(name))),
  );
  return found?.getInt32(4, true) ?? 0;
}

export function makeBridge(kernel: Kernel, name: string, mac: string, mtu: number | null): void {
  ask(
    kernel,
    0,
    `making bridge ${name}`,
    message(
      RTM.newLink,
      CREATE | EXCLUSIVE | ACK,
      1,
      linkHeader(0, true),
      attribute(IFLA.name, text(name)),
      attribute(IFLA.hardware, hardware(mac)),
      ...(mtu === null ? [] : [attribute(IFLA.mtu, u32(mtu))]),
      nested(IFLA.info, attribute(INFO.kind, text('bridge'))),
    ),
  );
}

/** A device that is not there is success. A pair goes as a whole. */
export function deleteLink(kernel: Kernel, name: string): void {
  try {
    ask(
      kernel,
      0,
      `removing device ${name}`,
      message(RTM.deleteLink, ACK, 1, linkHeader(0, false), attribute(IFLA.name, text(name))),
    );
  } catch (error) {
    if (!(error instanceof NetlinkError && error.errno === ENODEV)) throw error;
  }
}

/** A pair of devices: `outer` up on the bridge `master`, `inner` where process `pid` is. */
export function makePair(
  kernel: Kernel,
  outer: string,
  master: string,
  inner: { readonly name: string; readonly mac: string; readonly pid: number },
): void {
  const peer = [
    linkHeader(0, false),
    attribute(IFLA.name, text(inner.name)),
    attribute(IFLA.hardware, hardware(inner.mac)),
    attribute(IFLA.pid, u32(inner.pid)),
  ];
  ask(
    kernel,
    0,
    `making the pair ${outer}`,
    message(
      RTM.newLink,
      CREATE | EXCLUSIVE | ACK,
      1,
      linkHeader(0, true),
      attribute(IFLA.name, text(outer)),
      attribute(IFLA.master, u32(indexOf(kernel, master))),
      nested(
        IFLA.info,
        attribute(INFO.kind, text('veth')),
        nested(INFO.data, nested(VETH_PEER, ...peer)),
      ),
    ),
  );
}

export function setUp(kernel: Kernel, name: string, pid = 0): void {
  ask(
    kernel,
    pid,
    `bringing up ${name}`,
    message(RTM.newLink, ACK, 1, linkHeader(indexOf(kernel, name, pid), true)),
  );
}

export function addAddress(
  kernel: Kernel,
  name: string,
  address: string,
  prefix: number,
  pid = 0,
): void {
  const AF_INET = 2;
  const bytes = addressBytes(address);
  const host = prefix === 0 ? 0xffffffff : 2 ** (32 - prefix) - 1;
  const broadcast = bytes.map((byte, i) => byte | ((host >>> (24 - 8 * i)) & 0xff));
  ask(
    kernel,
    pid,
    `giving ${name} the address ${address}`,
    message(
      RTM.newAddress,
      CREATE | EXCLUSIVE | ACK,
      1,
      [AF_INET, prefix, 0, 0, ...u32(indexOf(kernel, name, pid))],
      attribute(2, bytes),
      attribute(1, bytes),
      ...(prefix < 31 ? [attribute(4, broadcast)] : []),
    ),
  );
}

/** `struct rtmsg` of the default route in the main table. */
const defaultRoute = (type: number, flags: number, ...attributes: readonly Bytes[]): number[] => {
  const [AF_INET, MAIN, BOOT, UNICAST] = [2, 254, 3, 1];
  return message(
    type,
    flags | ACK,
    1,
    [AF_INET, 0, 0, 0, MAIN, BOOT, 0, UNICAST, 0, 0, 0, 0],
    ...attributes,
  );
};

/** The default route leads to `gateway`, wherever it led; null takes it away. */
export function setDefaultRoute(kernel: Kernel, gateway: string | null, pid: number): void {
  const about = 'setting the default route';
  if (gateway !== null) {
    const bytes = defaultRoute(RTM.newRoute, CREATE | REPLACE, attribute(5, addressBytes(gateway)));
    ask(kernel, pid, about, bytes);
    return;
  }
  try {
    ask(kernel, pid, about, defaultRoute(RTM.deleteRoute, 0));
  } catch (error) {
    if (!(error instanceof NetlinkError && error.errno === ESRCH)) throw error;
  }
}
