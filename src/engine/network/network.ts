import type { Block } from './addresses.ts';
import { parseAddress, parseCidr } from './addresses.ts';

/** What makes a network of the kernel's devices. */
export type Driver = 'bridge' | 'host' | 'null';

/** `IPAMConfig` of the API. */
export interface IpamConfig {
  readonly Subnet: string;
  readonly Gateway: string;
  readonly IPRange?: string;
  readonly AuxiliaryAddresses?: Readonly<Record<string, string>>;
}

/** A network as it is kept on disk (`/var/lib/docker/network/<id>.json`). */
export interface Network {
  /** 64 hexadecimal digits. */
  readonly id: string;
  readonly name: string;
  /** RFC 3339 with nanoseconds. */
  readonly created: string;
  readonly driver: Driver;
  /** No way out of it, and none in. */
  readonly internal: boolean;
  readonly attachable: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  readonly ipam: {
    readonly Driver: string;
    readonly Options: Readonly<Record<string, string>> | null;
    readonly Config: readonly IpamConfig[];
  };
  /** Whether the user named the subnet: only then an address of it may be asked for. */
  readonly configured: boolean;
  /** The bridge's device; '' for `host` and `none`. */
  readonly bridge: string;
  /** The bridge's hardware address, which would else change with its ports. */
  readonly mac: string;
}

/** Names that are always there and cannot be made or removed. */
export const PREDEFINED: readonly string[] = ['bridge', 'host', 'none'];

/** A network in which containers find each other by name: every bridge but the first. */
export const hasNames = ({ driver, name }: Network): boolean =>
  driver === 'bridge' && name !== 'bridge';

export const DEFAULT_SUBNET = '172.17.0.0/16';
export const DEFAULT_GATEWAY = '172.17.0.1';
export const DEFAULT_BRIDGE = 'docker0';

/** Options of the bridge driver that are acted on. */
const MASQUERADE = 'com.docker.network.bridge.enable_ip_masquerade';
const HOST_BINDING = 'com.docker.network.bridge.host_binding_ipv4';
export const BRIDGE_NAME = 'com.docker.network.bridge.name';
export const MTU = 'com.docker.network.driver.mtu';

/** Whether what leaves it takes the machine's own address. */
export function masquerades({ driver, internal, options }: Network): boolean {
  return driver === 'bridge' && !internal && options[MASQUERADE] !== 'false';
}

/** Where ports are published when nobody says. */
export function hostBinding({ options }: Network): string {
  return options[HOST_BINDING] ?? '0.0.0.0';
}

/** The addresses of a bridge network as numbers. */
export interface Space {
  readonly subnet: Block;
  readonly range: Block;
  readonly gateway: number;
  /** Addresses that no container gets. */
  readonly reserved: readonly number[];
}

/** What its first IPAM configuration says; null for networks without addresses. */
export function spaceOf({ ipam }: Network): Space | null {
  const [config] = ipam.Config;
  const subnet = config ? parseCidr(config.Subnet) : null;
  if (!config || !subnet) return null;
  const gateway = parseAddress(config.Gateway) ?? subnet.base + 1;
  const range = config.IPRange === undefined ? null : parseCidr(config.IPRange);
  const others = Object.values(config.AuxiliaryAddresses ?? {}).map(parseAddress);
  return {
    subnet,
    range: range ?? subnet,
    gateway,
    reserved: [gateway, ...others.filter((other) => other !== null)],
  };
}
