import { asRecord } from './files.ts';
import { csv } from './mounts.ts';
import { type Body, some } from './body.ts';
import type { Flags } from '../flags.ts';

/** `--network` and what goes with it. */
interface NetworkOptions {
  readonly name: string;
  readonly settings: Body;
}

/** `--network NAME` or `--network name=NAME,alias=…,ip=…`. */
export function networkOptions(value: string): NetworkOptions {
  if (!value.includes('=')) return { name: value, settings: {} };
  let name = '';
  const aliases: string[] = [];
  const driver: Record<string, string> = {};
  const settings: Body = {};
  for (const item of csv(value)) {
    const [key = '', given = ''] = item.split(/=(.*)/s);
    if (key === 'name') name = given;
    else if (key === 'alias') aliases.push(given);
    else if (key === 'ip') settings['IPAMConfig'] = { IPv4Address: given };
    else if (key === 'mac-address') settings['MacAddress'] = given;
    else if (key === 'driver-opt') Object.assign(driver, asRecord([given]));
    else throw new Error(`invalid field key ${key}`);
  }
  if (name === '') throw new Error('network name/id is not specified');
  return {
    name,
    settings: { ...settings, ...some('Aliases', aliases), ...some('DriverOpts', driver) },
  };
}

/** `NetworkingConfig`: what a container is called and has in each of its networks. */
export function networking(flags: Flags): Body {
  const networks = flags.list('network').map(networkOptions);
  const aliases = flags.list('network-alias');
  const first = networks[0]?.name ?? 'default';
  if (aliases.length > 0 && /^(default|bridge|host|none)$|^container:/.test(first)) {
    throw new Error('network-scoped aliases are only supported for user-defined networks');
  }
  const ip = flags.text('ip');
  const mac = flags.text('mac-address');
  const EndpointsConfig: Record<string, Body> = {};
  for (const { name, settings } of networks) EndpointsConfig[name] = settings;
  const own = {
    ...some('Aliases', aliases),
    ...(ip !== '' && { IPAMConfig: { IPv4Address: ip } }),
    ...(mac !== '' && { MacAddress: mac }),
  };
  if (Object.keys(own).length > 0) EndpointsConfig[first] = { ...EndpointsConfig[first], ...own };
  return some('EndpointsConfig', EndpointsConfig);
}
