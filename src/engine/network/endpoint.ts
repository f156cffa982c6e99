/** A container's place in a network. */
export interface Endpoint {
  /** The network's id; '' until the container's first start found it by name. */
  network: string;
  /** The network's name, as the user said it before that. */
  name: string;
  readonly asked: Asked;
  /** What it has while the container runs; null otherwise, and in `host` and `none`. */
  link: Link | null;
}

/** What the user wants of a place in a network. */
export interface Asked {
  readonly aliases: readonly string[];
  /** '' for any. */
  readonly address: string;
  /** '' for the one that goes with the address. */
  readonly mac: string;
  readonly driverOptions: Readonly<Record<string, string>> | null;
}

export const NOTHING_ASKED: Asked = { aliases: [], address: '', mac: '', driverOptions: null };

/** A pair of virtual Ethernet devices, one end on a bridge, the other in the container. */
export interface Link {
  readonly address: string;
  readonly prefix: number;
  readonly gateway: string;
  readonly mac: string;
  /** The device on which its other end is. */
  readonly bridge: string;
  /** The number N of `ethN` inside. */
  readonly number: number;
  /** No default route leads through it. */
  readonly internal: boolean;
}

/** A port of the machine that leads to one of a container. */
export interface Published {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0` for every address of the machine. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly address: string;
  readonly port: number;
}

/**
 * The place through which the default route leads: of those with a way out, the first by the
 * network's name, as Docker chooses.
 */
export function gatewayOf(endpoints: readonly Endpoint[]): Link | null {
  const candidates = endpoints.filter(({ link }) => link && !link.internal);
  const [first] = candidates.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return first?.link ?? null;
}
