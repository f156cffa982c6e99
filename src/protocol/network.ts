/** The network side of Docker Engine API 1.47 bodies; field names and meanings are that document's. */

/** `PortBinding`. */
export interface PortBinding {
  HostIp: string;
  HostPort: string;
}

/** What of `HostConfig` is about networks, beside `NetworkMode`. */
export interface NetworkHost {
  /** `80/tcp` → where it is published; '' as a port for one that the engine chooses. */
  PortBindings: Record<string, PortBinding[]>;
  PublishAllPorts: boolean;
  Links: string[] | null;
  Dns: string[] | null;
  DnsOptions: string[] | null;
  DnsSearch: string[] | null;
  ExtraHosts: string[] | null;
}

/** `EndpointSettings`, as far as a client may ask for it. */
export interface EndpointSettings {
  Aliases: string[] | null;
  Links: string[] | null;
  IPAMConfig: { IPv4Address: string; IPv6Address: string } | null;
  MacAddress: string;
  DriverOpts: Record<string, string> | null;
}

/** `NetworkingConfig.EndpointsConfig`: by the network's name or id. */
export type EndpointsConfig = Record<string, EndpointSettings>;
