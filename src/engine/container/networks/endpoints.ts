import type { ContainerConfig, HostConfig } from '../../../protocol/container.ts';
import type { EndpointsConfig, EndpointSettings } from '../../../protocol/network.ts';
import { EngineError } from '../../errors.ts';
import { joined } from '../../network/create.ts';
import { contains, parseAddress } from '../../network/addresses.ts';
import { NOTHING_ASKED, type Asked, type Endpoint } from '../../network/endpoint.ts';
import { hasNames, PREDEFINED, spaceOf, type Network } from '../../network/network.ts';
import { parsePort } from '../../network/ports.ts';

/** A container's places in networks, as `create` asks for them. */

/** The name of the network that a mode stands for. */
export function networkOf(mode: string): string {
  return mode === 'default' ? 'bridge' : mode;
}

const isShared = (mode: string): boolean => mode.startsWith('container:');

/**
 * Checks what of the flags does not go together.
 * @returns warnings
 * @throws EngineError 400, 501
 */
export function checkNetworking(config: ContainerConfig, host: HostConfig): string[] {
  const { NetworkMode: mode, PortBindings } = host;
  const published = Object.keys(PortBindings).length > 0 || host.PublishAllPorts;
  for (const [name, bindings] of Object.entries(PortBindings)) {
    checkPort(name, bindings);
  }
  checkResolver(host);
  if ((host.Links ?? []).length > 0) {
    throw new EngineError(
      501,
      'links between containers are not in this sandbox (--link): put both into a network of your own ' +
        '(docker network create), where each finds the other by its name',
    );
  }
  if (isShared(mode)) {
    const conflict = (what: string): EngineError =>
      new EngineError(400, `conflicting options: ${what}`);
    if (config.Hostname !== '') throw conflict('hostname and the network mode');
    if ((host.Dns ?? []).length > 0) throw conflict('dns and the network mode');
    if ((host.ExtraHosts ?? []).length > 0) {
      throw conflict('custom host-to-IP mapping and the network mode');
    }
    if ((config.MacAddress ?? '') !== '') {
      throw conflict('mac-address and the network mode');
    }
    if (published) throw conflict('port publishing and the container type network mode');
    if (Object.keys(config.ExposedPorts ?? {}).length > 0) {
      throw conflict('port exposing and the container type network mode');
    }
  }
  return mode === 'host' && published
    ? ['Published ports are discarded when using host network mode']
    : [];
}

function checkPort(name: string, bindings: HostConfig['PortBindings'][string]): void {
  if (!parsePort(name)) throw new EngineError(400, `invalid port specification: "${name}"`);
  for (const { HostIp, HostPort } of bindings) {
    if (HostIp.includes(':')) {
      throw new EngineError(
        501,
        `IPv6 is not in this sandbox: its kernel speaks IPv4 only (${HostIp})`,
      );
    }
    if (HostIp !== '' && parseAddress(HostIp) === null) {
      throw new EngineError(400, `invalid IP address: ${HostIp}`);
    }
    if (HostPort !== '' && !/^\d{1,5}(-\d{1,5})?$/.test(HostPort)) {
      throw new EngineError(400, `invalid port specification: "${HostPort}"`);
    }
  }
}

function checkResolver(host: HostConfig): void {
  for (const server of host.Dns ?? []) {
    if (parseAddress(server) === null) {
      throw new EngineError(400, `${server} is not an ip address`);
    }
  }
  for (const entry of host.ExtraHosts ?? []) {
    const [name = '', address = ''] = entry.split(/:(.*)/s);
    if (name === '' || address === '') {
      throw new EngineError(400, `bad format for add-host: "${entry}"`);
    }
    if (address !== 'host-gateway' && parseAddress(address) === null) {
      throw new EngineError(400, `invalid IP address in add-host: "${address}"`);
    }
  }
}

/** Where the container is to be: the mode's network first. Networks are looked for at the start. */
export function draftEndpoints(
  config: ContainerConfig,
  host: HostConfig,
  networking: EndpointsConfig,
): Endpoint[] {
  const { NetworkMode: mode } = host;
  if (isShared(mode)) return [];
  const first = networkOf(mode);
  const alone = first === 'host' || first === 'none';
  const own = networking[mode] ?? networking[first];
  const others = Object.entries(networking).filter(([name]) => name !== mode && name !== first);
  if (alone && others.length > 0) {
    throw new EngineError(
      400,
      first === 'host'
        ? 'container cannot be disconnected from host network or connected to host network'
        : 'container cannot be connected to multiple networks with one of the networks in private (none) mode',
    );
  }
  const mac = config.MacAddress ?? '';
  const asked = askedOf(own);
  return [
    endpoint(first, mac === '' || asked.mac !== '' ? asked : { ...asked, mac }),
    ...others.map(([name, settings]) => endpoint(name, askedOf(settings))),
  ];
}

export const endpoint = (name: string, asked: Asked): Endpoint => ({
  network: '',
  name,
  asked,
  link: null,
});

export function askedOf(settings: EndpointSettings | undefined): Asked {
  if (!settings) return NOTHING_ASKED;
  const mac = settings.MacAddress;
  if (mac !== '' && !/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) {
    throw new EngineError(400, `invalid MAC address: ${mac}`);
  }
  if ((settings.IPAMConfig?.IPv6Address ?? '') !== '') {
    throw new EngineError(501, 'IPv6 is not in this sandbox: its kernel speaks IPv4 only (--ip6)');
  }
  return {
    aliases: settings.Aliases ?? [],
    address: settings.IPAMConfig?.IPv4Address ?? '',
    mac: mac.toLowerCase(),
    driverOptions: settings.DriverOpts,
  };
}

/**
 * Whether the network can give what is asked of it.
 * @throws EngineError 400
 */
export function checkAsked(network: Network, { aliases, address }: Asked): void {
  const problems: string[] = [];
  const predefined = PREDEFINED.includes(network.name);
  if (address !== '') {
    const number = parseAddress(address);
    const space = spaceOf(network);
    if (predefined) {
      problems.push('user specified IP address is supported on user defined networks only');
    } else if (number === null) {
      problems.push(`invalid IPv4 address: ${address}`);
    } else if (!network.configured) {
      problems.push(
        'user specified IP address is supported only when connecting to networks with user configured subnets',
      );
    } else if (!space || !contains(space.subnet, number)) {
      problems.push(`no configured subnet or ip-range contain the IP address ${address}`);
    }
  }
  if (aliases.length > 0 && !hasNames(network)) {
    problems.push('network-scoped alias is supported only for containers in user defined networks');
  }
  if (problems.length > 0) {
    throw new EngineError(
      400,
      `invalid config for network ${network.name}: invalid endpoint settings:\n${joined(problems)}`,
    );
  }
}
