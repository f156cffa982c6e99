import { EngineError } from '../errors.ts';
import {
  contains,
  freePool,
  masked,
  overlap,
  parseAddress,
  parseCidr,
  sizeOf,
  toAddress,
  toCidr,
  type Block,
} from './addresses.ts';
import { BRIDGE_NAME, MTU, PREDEFINED, type IpamConfig, type Network } from './network.ts';
import type { NetworkStore } from './store.ts';

/** What a client asks for with `POST /networks/create`. */
export interface NetworkRequest {
  readonly name: string;
  readonly driver: string;
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly ingress: boolean;
  readonly scope: string;
  readonly ipv6: boolean;
  readonly configOnly: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly ipamDriver: string;
  readonly ipamOptions: Readonly<Record<string, string>> | null;
  readonly ipam: readonly Partial<IpamConfig>[];
}

/** The machine's own network: no subnet of containers may hide the page. */
const MACHINE: Block = { base: parseAddress('192.168.86.0') ?? 0, prefix: 24 };

/** Drivers of Docker's that are out of reach, each with its reason. */
const ABSENT: Readonly<Record<string, string>> = {
  macvlan: 'the machine’s only card belongs to the page, which knows one hardware address',
  ipvlan: 'the machine’s only card belongs to the page, which knows one address',
  overlay: 'it spans several machines of a swarm, and here is one',
};

/**
 * A network as it was asked for, not yet made.
 * @throws EngineError
 */
export function draftNetwork(store: NetworkStore, request: NetworkRequest): Network {
  check(store, request);
  const identity = store.identity();
  const config = ipamConfig(store, request.ipam);
  const bridge = request.options[BRIDGE_NAME] ?? `br-${identity.id.slice(0, 12)}`;
  if (!/^[^/\s]{1,15}$/.test(bridge)) {
    throw new EngineError(400, `invalid bridge name: "${bridge}" is no name of a device`);
  }
  const holder = store.list().find((network) => network.bridge === bridge);
  if (holder) {
    throw new EngineError(
      403,
      `cannot create network ${identity.id} (${bridge}): conflicts with network ${holder.id} ` +
        `(${bridge}): networks have same bridge name`,
    );
  }
  const mtu = request.options[MTU];
  if (mtu !== undefined && !(Number(mtu) >= 68 && Number(mtu) <= 65535)) {
    throw new EngineError(400, `invalid MTU: ${mtu}`);
  }
  return {
    ...identity,
    name: request.name,
    driver: 'bridge',
    internal: request.internal,
    attachable: request.attachable,
    labels: request.labels,
    options: request.options,
    ipam: { Driver: 'default', Options: request.ipamOptions, Config: [config] },
    configured: request.ipam.some(({ Subnet }) => (Subnet ?? '') !== ''),
    bridge,
  };
}

function check(store: NetworkStore, request: NetworkRequest): void {
  const { name, driver } = request;
  if (name.trim() === '') throw new EngineError(400, 'invalid network name: name is empty');
  if (PREDEFINED.includes(name)) {
    throw new EngineError(403, `operation is not permitted on predefined ${name} network`);
  }
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) {
    throw new EngineError(
      400,
      `Invalid network name (${name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  }
  if (store.named(name)) {
    throw new EngineError(409, `network with name ${name} already exists`);
  }
  if (driver === 'host' || driver === 'null') {
    throw new EngineError(403, `only one instance of "${driver}" network is allowed`);
  }
  const absent = ABSENT[driver];
  if (absent !== undefined) {
    throw new EngineError(
      501,
      `networks of driver ${driver} are not in this sandbox: ${absent}. Use the driver bridge.`,
    );
  }
  if (driver !== 'bridge') throw new EngineError(404, `plugin "${driver}" not found`);
  if (request.ipv6) {
    throw new EngineError(501, 'IPv6 is not in this sandbox: its kernel speaks IPv4 only (--ipv6)');
  }
  if (request.ingress || request.scope === 'swarm' || request.configOnly) {
    throw new EngineError(
      501,
      'networks of a swarm are not in this sandbox: there is one machine (--ingress, --scope, --config-only)',
    );
  }
  if (!['', 'default'].includes(request.ipamDriver)) {
    throw new EngineError(404, `plugin "${request.ipamDriver}" not found`);
  }
}

/** Checks what was said of the addresses, and adds what was not. */
function ipamConfig(store: NetworkStore, asked: readonly Partial<IpamConfig>[]): IpamConfig {
  const blocks = asked.filter((config) => Object.values(config).some((value) => value !== ''));
  if (blocks.length > 1) {
    throw new EngineError(
      501,
      'a network here has one subnet: its kernel speaks IPv4 only, so a second has no use',
    );
  }
  const [config = {}] = blocks;
  const problems = config.Subnet ? invalid(config, config.Subnet) : [];
  if (!config.Subnet && (config.IPRange || config.Gateway)) {
    problems.push('invalid subnet : invalid CIDR block notation');
  }
  if (problems.length > 0) {
    throw new EngineError(400, `invalid network config:\n${joined(problems)}`);
  }
  const taken = [MACHINE, ...store.subnets()];
  const subnet = config.Subnet ? parseCidr(config.Subnet) : freePool(taken);
  if (!subnet) {
    throw new EngineError(404, 'all predefined address pools have been fully subnetted');
  }
  if (taken.some((block) => overlap(block, subnet))) {
    throw new EngineError(
      403,
      'invalid pool request: Pool overlaps with other one on this address space',
    );
  }
  const range = config.IPRange ? parseCidr(config.IPRange) : null;
  const first = range && range.base !== subnet.base ? range.base : subnet.base + 1;
  return {
    Subnet: toCidr(subnet),
    ...(config.IPRange ? { IPRange: config.IPRange } : {}),
    Gateway: config.Gateway || toAddress(first),
    ...(config.AuxiliaryAddresses && Object.keys(config.AuxiliaryAddresses).length > 0
      ? { AuxiliaryAddresses: config.AuxiliaryAddresses }
      : {}),
  };
}

/** One problem stands alone, several are a list. */
export function joined(problems: readonly string[]): string {
  return problems.length === 1
    ? (problems[0] ?? '')
    : problems.map((problem) => `* ${problem}`).join('\n');
}

function invalid(config: Partial<IpamConfig>, text: string): string[] {
  const subnet = parseCidr(text);
  if (!subnet) return [`invalid subnet ${text}: invalid CIDR block notation`];
  const problems: string[] = [];
  if (masked(subnet).base !== subnet.base) {
    problems.push(`invalid subnet ${text}: it should be ${toCidr(masked(subnet))}`);
  }
  if (sizeOf(subnet.prefix) < 4) {
    problems.push(`invalid subnet ${text}: it has no room for a gateway and a container`);
  }
  const inside = masked(subnet);
  if (config.IPRange) problems.push(...invalidRange(config.IPRange, inside));
  const addresses: [what: string, address: string][] = [
    ...(config.Gateway ? [['gateway', config.Gateway] as [string, string]] : []),
    ...Object.values(config.AuxiliaryAddresses ?? {}).map((address): [string, string] => [
      'auxiliary address',
      address,
    ]),
  ];
  for (const [what, address] of addresses) {
    const number = parseAddress(address);
    if (number === null) problems.push(`invalid ${what} ${address}: invalid address`);
    else if (!contains(inside, number)) {
      problems.push(
        `invalid ${what} ${address}: parent subnet ${toCidr(inside)} doesn't contain this address`,
      );
    }
  }
  return problems;
}

function invalidRange(text: string, subnet: Block): string[] {
  const range = parseCidr(text);
  if (!range) return [`invalid ip-range ${text}: invalid CIDR block notation`];
  const problems: string[] = [];
  if (masked(range).base !== range.base) {
    problems.push(`invalid ip-range ${text}: it should be ${toCidr(masked(range))}`);
  }
  if (range.prefix < subnet.prefix) {
    problems.push(
      `invalid ip-range ${text}: CIDR block is bigger than its parent subnet ${toCidr(subnet)}`,
    );
  } else if (!overlap(range, subnet)) {
    problems.push(
      `invalid ip-range ${text}: parent subnet ${toCidr(subnet)} doesn't contain ip-range`,
    );
  }
  return problems;
}
