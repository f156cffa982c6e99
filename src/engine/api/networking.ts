import * as v from 'valibot';
import type { EndpointsConfig, EndpointSettings, NetworkHost } from '../../protocol/network.ts';
import { textMap } from './maps.ts';

const text = v.optional(v.nullable(v.string()), '');
const texts = v.nullish(v.array(v.string()));
const flag = v.optional(v.nullable(v.boolean()), false);
const map = textMap;

/** Fields of `HostConfig` that {@link NetworkHost} names, as clients send them. */
export const networkFields = {
  PortBindings: v.nullish(
    v.record(
      v.string(),
      v.nullish(v.array(v.nullish(v.looseObject({ HostIp: text, HostPort: text })))),
    ),
  ),
  PublishAllPorts: flag,
  Links: texts,
  Dns: texts,
  DnsOptions: texts,
  DnsSearch: texts,
  ExtraHosts: texts,
};

const endpointSchema = v.looseObject({
  Aliases: texts,
  Links: texts,
  IPAMConfig: v.nullish(v.looseObject({ IPv4Address: text, IPv6Address: text })),
  MacAddress: text,
  DriverOpts: map,
});

export const networkingSchema = v.nullish(
  v.looseObject({ EndpointsConfig: v.nullish(v.record(v.string(), v.nullish(endpointSchema))) }),
);

export const networkSchema = v.looseObject({
  Name: text,
  Driver: text,
  Scope: text,
  Internal: flag,
  Attachable: flag,
  Ingress: flag,
  ConfigOnly: flag,
  EnableIPv6: flag,
  Options: map,
  Labels: map,
  IPAM: v.nullish(
    v.looseObject({
      Driver: text,
      Options: map,
      Config: v.nullish(
        v.array(
          v.looseObject({ Subnet: text, IPRange: text, Gateway: text, AuxiliaryAddresses: map }),
        ),
      ),
    }),
  ),
});

export const connectSchema = v.looseObject({
  Container: text,
  EndpointConfig: v.nullish(endpointSchema),
});

export const disconnectSchema = v.looseObject({ Container: text, Force: flag });

type Given = Partial<v.InferOutput<v.ObjectSchema<typeof networkFields, undefined>>>;

/** The same with every default filled in. */
export function networkHostOf(given: Given): NetworkHost {
  const bindings = Object.entries(given.PortBindings ?? {}).map(
    ([port, list]): [string, NetworkHost['PortBindings'][string]] => [
      port.includes('/') ? port : `${port}/tcp`,
      (list ?? []).map((one) => ({ HostIp: one?.HostIp ?? '', HostPort: one?.HostPort ?? '' })),
    ],
  );
  return {
    PortBindings: Object.fromEntries(bindings),
    PublishAllPorts: given.PublishAllPorts ?? false,
    Links: given.Links ?? null,
    Dns: given.Dns ?? null,
    DnsOptions: given.DnsOptions ?? null,
    DnsSearch: given.DnsSearch ?? null,
    ExtraHosts: given.ExtraHosts ?? null,
  };
}

export function endpointSettingsOf(
  given: v.InferOutput<typeof endpointSchema> | null | undefined,
): EndpointSettings {
  return {
    Aliases: given?.Aliases ?? null,
    Links: given?.Links ?? null,
    IPAMConfig: given?.IPAMConfig
      ? {
          IPv4Address: given.IPAMConfig.IPv4Address ?? '',
          IPv6Address: given.IPAMConfig.IPv6Address ?? '',
        }
      : null,
    MacAddress: given?.MacAddress ?? '',
    DriverOpts: given?.DriverOpts ?? null,
  };
}

export function endpointsConfigOf(given: v.InferOutput<typeof networkingSchema>): EndpointsConfig {
  return Object.fromEntries(
    Object.entries(given?.EndpointsConfig ?? {}).map(([name, one]) => [
      name,
      endpointSettingsOf(one),
    ]),
  );
}
