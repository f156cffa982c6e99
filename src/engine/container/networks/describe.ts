import type { Endpoint } from '../../network/endpoint.ts';
import { hasNames, type Network } from '../../network/network.ts';
import type { Container } from '../container.ts';
import type { Context } from '../context.ts';
import { endpointId, sandboxId } from './identity.ts';
import { usersOf } from './manage.ts';
import { namesOf } from './names.ts';

/** How the API shows networks, and containers' places in them. */

type Json = Record<string, unknown>;

/** `EndpointSettings` of one place. */
function place(context: Context, container: Container, endpoint: Endpoint): Json {
  const { network, asked, link } = endpoint;
  const { sys, networks } = context;
  const named = network !== '' && hasNames(networks.get(network));
  return {
    IPAMConfig: asked.address === '' ? null : { IPv4Address: asked.address },
    Links: null,
    Aliases: asked.aliases.length > 0 ? asked.aliases : null,
    MacAddress: link?.mac ?? '',
    DriverOpts: asked.driverOptions,
    NetworkID: network,
    EndpointID: container.state.Running ? endpointId(sys, container.id, network) : '',
    Gateway: link && !link.internal ? link.gateway : '',
    IPAddress: link?.address ?? '',
    IPPrefixLen: link?.prefix ?? 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: named ? namesOf(container, endpoint) : null,
  };
}

/** `NetworkSettings.Networks`. */
export function placesOf(context: Context, container: Container): Json {
  return Object.fromEntries(
    container.endpoints.map((endpoint) => [endpoint.name, place(context, container, endpoint)]),
  );
}

/** `NetworkSettings` of a container. */
export function networkSettings(context: Context, container: Container): Json {
  const { id, state, endpoints } = container;
  const { Pid, StartedAt } = state;
  const running = Pid > 0;
  const places = placesOf(context, container);
  // The flat fields, which are older than other networks, are those of the first bridge.
  const first = endpoints.find(({ name }) => name === 'bridge');
  const flat = (first ? places[first.name] : {}) as Json;
  return {
    Bridge: '',
    SandboxID: running ? sandboxId(context.sys, id, StartedAt) : '',
    SandboxKey: running ? `/proc/${String(Pid)}/ns/net` : '',
    Ports: running ? portMap(container) : {},
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    SecondaryIPAddresses: null,
    SecondaryIPv6Addresses: null,
    EndpointID: flat['EndpointID'] ?? '',
    Gateway: flat['Gateway'] ?? '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    IPAddress: flat['IPAddress'] ?? '',
    IPPrefixLen: flat['IPPrefixLen'] ?? 0,
    IPv6Gateway: '',
    MacAddress: flat['MacAddress'] ?? '',
    Networks: places,
  };
}

/** `80/tcp` → where it is published; null where it is only exposed. */
function portMap({ config, published }: Container): Json {
  const map: Record<string, { HostIp: string; HostPort: string }[] | null> = {};
  for (const name of Object.keys(config.ExposedPorts ?? {})) {
    map[name.includes('/') ? name : `${name}/tcp`] = null;
  }
  for (const { protocol, port, hostIp, hostPort } of published) {
    const name = `${String(port)}/${protocol}`;
    map[name] = [...(map[name] ?? []), { HostIp: hostIp, HostPort: String(hostPort) }];
  }
  return map;
}

/** `Ports` of a line of the list. */
export function portSummary({ config, state, published }: Container): Json[] {
  if (state.Pid === 0) return [];
  const open = new Set(published.map(({ port, protocol }) => `${String(port)}/${protocol}`));
  const exposed = Object.keys(config.ExposedPorts ?? {}).flatMap((name) => {
    const [port = '', protocol = 'tcp'] = name.split('/');
    return open.has(`${port}/${protocol}`) ? [] : [{ PrivatePort: Number(port), Type: protocol }];
  });
  return [
    ...published.map(({ protocol, hostIp, hostPort, port }) => ({
      IP: hostIp,
      PrivatePort: port,
      PublicPort: hostPort,
      Type: protocol,
    })),
    ...exposed,
  ];
}

/** One network; with its containers when they are asked for, as `inspect` does. */
export function describeNetwork(context: Context, network: Network, containers: boolean): Json {
  return {
    Name: network.name,
    Id: network.id,
    Created: network.created,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv6: false,
    IPAM: network.ipam,
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: containers ? members(context, network) : {},
    Options: network.options,
    Labels: network.labels,
  };
}

function members(context: Context, network: Network): Json {
  return Object.fromEntries(
    usersOf(context, network).map(({ id, name, endpoints }) => {
      const link = endpoints.find((endpoint) => endpoint.network === network.id)?.link;
      return [
        id,
        {
          Name: name,
          EndpointID: endpointId(context.sys, id, network.id),
          MacAddress: link?.mac ?? '',
          IPv4Address: link ? `${link.address}/${String(link.prefix)}` : '',
          IPv6Address: '',
        },
      ];
    }),
  );
}
