import { asRecord } from '../../create/files.ts';
import { resource } from '../../each.ts';
import { bool, int, list, text } from '../../flags.ts';
import type { Command } from '../../command.ts';

/** Puts a container into a network: `POST /networks/…/connect`. */
export const connect: Command = {
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Connect a container to a network',
  arity: { min: 2, max: 2 },
  flags: () => [
    list('alias', '', 'Add network-scoped alias for the container', { type: 'strings' }),
    list('driver-opt', '', 'driver options for the network', { type: 'strings' }),
    int(
      'gw-priority',
      '',
      'Highest gw-priority provides the default gateway. Accepts positive and negative values.',
    ),
    text('ip', '', 'IPv4 address (e.g., "172.30.100.104")'),
    text('ip6', '', 'IPv6 address (e.g., "2001:db8::33")'),
    list('link', '', 'Add link to another container'),
    list('link-local-ip', '', 'Add a link-local address for the container', { type: 'strings' }),
  ],
  async run(cli, flags, [network = '', container]) {
    const split = (name: string): string[] => flags.list(name).flatMap((value) => value.split(','));
    await cli.client.send('POST', `${resource('networks', network)}/connect`, {
      body: {
        Container: container,
        EndpointConfig: {
          IPAMConfig: {
            IPv4Address: flags.text('ip'),
            IPv6Address: flags.text('ip6'),
            LinkLocalIPs: split('link-local-ip'),
          },
          Links: flags.list('link'),
          Aliases: split('alias'),
          DriverOpts: asRecord(split('driver-opt')),
          GwPriority: flags.int('gw-priority'),
        },
      },
    });
    return 0;
  },
};

/** Takes a container out of a network: `POST /networks/…/disconnect`. */
export const disconnect: Command = {
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Disconnect a container from a network',
  arity: { min: 2, max: 2 },
  flags: () => [bool('force', 'f', 'Force the container to disconnect from a network')],
  async run(cli, flags, [network = '', container]) {
    await cli.client.send('POST', `${resource('networks', network)}/disconnect`, {
      body: { Container: container, Force: flags.bool('force') },
    });
    return 0;
  },
};
