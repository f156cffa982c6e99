import { EngineError } from '../errors.ts';
import type { Sys } from '../sys/sys.ts';
import { masked, parseCidr, type Block } from './addresses.ts';
import {
  DEFAULT_BRIDGE,
  DEFAULT_GATEWAY,
  DEFAULT_SUBNET,
  PREDEFINED,
  type Driver,
  type Network,
} from './network.ts';

/** Every network that exists, in memory and on disk. */
export class NetworkStore {
  readonly #sys: Sys;
  readonly #directory: string;
  readonly #byId = new Map<string, Network>();

  constructor(sys: Sys, directory: string) {
    this.#sys = sys;
    this.#directory = directory;
    sys.mkdir(directory, 0o711, true);
  }

  /** Reads what an earlier daemon left; what is always there is made when it is missing. */
  load(): void {
    for (const { name } of this.#sys.readdir(this.#directory)) {
      if (!name.endsWith('.json')) continue;
      // Written by `add` and nobody else, atomically: trusted as it is.
      const network = JSON.parse(this.#sys.readText(`${this.#directory}/${name}`)) as Network;
      this.#byId.set(network.id, network);
    }
    for (const name of PREDEFINED) if (!this.named(name)) this.add(this.#predefined(name));
  }

  #predefined(name: string): Network {
    const drivers: Readonly<Record<string, Driver>> = { bridge: 'bridge', host: 'host' };
    const driver = drivers[name] ?? 'null';
    const bridged = driver === 'bridge';
    return {
      ...this.identity(),
      name,
      driver,
      internal: false,
      attachable: false,
      labels: {},
      options: bridged
        ? {
            'com.docker.network.bridge.default_bridge': 'true',
            'com.docker.network.bridge.enable_icc': 'true',
            'com.docker.network.bridge.enable_ip_masquerade': 'true',
            'com.docker.network.bridge.host_binding_ipv4': '0.0.0.0',
            'com.docker.network.bridge.name': DEFAULT_BRIDGE,
            'com.docker.network.driver.mtu': '1500',
          }
        : {},
      ipam: {
        Driver: 'default',
        Options: null,
        Config: bridged ? [{ Subnet: DEFAULT_SUBNET, Gateway: DEFAULT_GATEWAY }] : [],
      },
      configured: false,
      bridge: bridged ? DEFAULT_BRIDGE : '',
    };
  }

  /** What every new network has: an id, a hardware address for its bridge, and the time. */
  identity(): Pick<Network, 'id' | 'created' | 'mac'> {
    const bytes = [...new Uint8Array(this.#sys.random(36))].map((byte) =>
      byte.toString(16).padStart(2, '0'),
    );
    return {
      id: bytes.slice(0, 32).join(''),
      created: this.#sys.timestamp(),
      mac: ['02', '42', ...bytes.slice(32)].join(':'),
    };
  }

  add(network: Network): void {
    this.#sys.writeAtomic(this.#path(network), JSON.stringify(network), 0o600);
    this.#byId.set(network.id, network);
  }

  delete(network: Network): void {
    this.#sys.unlink(this.#path(network));
    this.#byId.delete(network.id);
  }

  #path({ id }: Network): string {
    return `${this.#directory}/${id}.json`;
  }

  /** In the order of their making. */
  list(): Network[] {
    return [...this.#byId.values()].sort((a, b) => (a.created < b.created ? -1 : 1));
  }

  named(name: string): Network | undefined {
    for (const network of this.#byId.values()) if (network.name === name) return network;
    return undefined;
  }

  /**
   * By whole id, name, or the beginning of an id, in that order.
   * @throws EngineError 404 when there is none, 400 when a beginning fits several
   */
  get(reference: string): Network {
    const exact = this.#byId.get(reference) ?? this.named(reference);
    if (exact) return exact;
    const matches = /^[0-9a-f]+$/.test(reference)
      ? [...this.#byId.values()].filter(({ id }) => id.startsWith(reference))
      : [];
    const [only] = matches;
    if (matches.length > 1) {
      throw new EngineError(
        400,
        `network ${reference} is ambiguous (${String(matches.length)} matches found on ID prefix)`,
      );
    }
    if (!only) throw new EngineError(404, `network ${reference} not found`);
    return only;
  }

  /** The blocks that networks have. */
  subnets(): Block[] {
    return this.list().flatMap(({ ipam }) =>
      ipam.Config.flatMap(({ Subnet }) => {
        const block = parseCidr(Subnet);
        return block ? [masked(block)] : [];
      }),
    );
  }
}
