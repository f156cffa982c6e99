import { asRecord } from '../../create/files.ts';
import { Failure } from '../../failure.ts';
import { bool, list, text } from '../../flags.ts';
import type { Command } from '../../command.ts';
import type { Flags } from '../../flags.ts';

/** Makes a network: `POST /networks/create`. */
export const create: Command = {
  usage: '[OPTIONS] NETWORK',
  short: 'Create a network',
  arity: { min: 1, max: 1 },
  flags: () => [
    bool('attachable', '', 'Enable manual container attachment'),
    list('aux-address', '', 'Auxiliary IPv4 or IPv6 addresses used by Network driver', {
      type: 'map',
    }),
    text('config-from', '', 'The network from which to copy the configuration'),
    bool('config-only', '', 'Create a configuration only network'),
    text('driver', 'd', 'Driver to manage the Network', { fallback: 'bridge' }),
    list('gateway', '', 'IPv4 or IPv6 Gateway for the master subnet', { type: 'strings' }),
    bool('ingress', '', 'Create swarm routing-mesh network'),
    bool('internal', '', 'Restrict external access to the network'),
    list('ip-range', '', 'Allocate container ip from a sub-range', { type: 'strings' }),
    text('ipam-driver', '', 'IP Address Management Driver', { fallback: 'default' }),
    list('ipam-opt', '', 'Set IPAM driver specific options', { type: 'map' }),
    bool('ipv4', '', 'Enable or disable IPv4 address assignment', true),
    bool('ipv6', '', 'Enable or disable IPv6 address assignment'),
    list('label', '', 'Set metadata on a network'),
    list('opt', 'o', 'Set driver specific options', { type: 'map' }),
    text('scope', '', "Control the network's scope"),
    list('subnet', '', 'Subnet in CIDR format that represents a network segment', {
      type: 'strings',
    }),
  ],
  async run(cli, flags, [name]) {
    const from = flags.text('config-from');
    const { Id } = await cli.client.json<{ Id: string }>('POST', '/networks/create', {
      body: {
        Name: name,
        Driver: flags.text('driver'),
        Scope: flags.text('scope'),
        ...(flags.changed('ipv4') && { EnableIPv4: flags.bool('ipv4') }),
        ...(flags.changed('ipv6') && { EnableIPv6: flags.bool('ipv6') }),
        IPAM: {
          Driver: flags.text('ipam-driver'),
          Options: asRecord(flags.list('ipam-opt')),
          Config: addressBlocks(flags),
        },
        Internal: flags.bool('internal'),
        Attachable: flags.bool('attachable'),
        Ingress: flags.bool('ingress'),
        ConfigOnly: flags.bool('config-only'),
        ...(from !== '' && { ConfigFrom: { Network: from } }),
        Options: asRecord(flags.list('opt')),
        Labels: asRecord(flags.list('label')),
      },
    });
    await cli.out(`${Id}\n`);
    return 0;
  },
};

interface Block {
  Subnet: string;
  IPRange?: string;
  Gateway?: string;
  AuxiliaryAddresses?: Record<string, string>;
}

/** Values of a flag that may be given again, and several at a time. */
const words = (flags: Flags, name: string): string[] =>
  flags.list(name).flatMap((value) => value.split(','));

/** `--ip-range`, `--gateway` and `--aux-address` each to the subnet that they are in. */
function addressBlocks(flags: Flags): Block[] {
  const ranges = words(flags, 'ip-range');
  const gateways = words(flags, 'gateway');
  const subnets = words(flags, 'subnet');
  if (subnets.length < ranges.length || subnets.length < gateways.length) {
    throw new Failure('every ip-range or gateway must have a corresponding subnet');
  }
  const blocks: Block[] = [];
  for (const subnet of subnets) {
    if (blocks.some(({ Subnet }) => within(Subnet, subnet) || within(subnet, Subnet))) {
      throw new Failure('multiple overlapping subnet configuration is not supported');
    }
    blocks.push({ Subnet: subnet });
  }
  const home = (address: string, what: string): Block => {
    const found = blocks.find(({ Subnet }) => within(Subnet, address));
    if (!found) throw new Failure(`no matching subnet for ${what} ${address}`);
    return found;
  };
  for (const range of ranges) {
    const block = home(range, 'range');
    if (block.IPRange !== undefined) {
      throw new Failure(
        `cannot configure multiple ranges (${range}, ${block.IPRange}) on the same subnet (${block.Subnet})`,
      );
    }
    block.IPRange = range;
  }
  for (const gateway of gateways) {
    const block = home(gateway, 'gateway');
    if (block.Gateway !== undefined) {
      throw new Failure(
        `cannot configure multiple gateways (${gateway}, ${block.Gateway}) for the same subnet (${block.Subnet})`,
      );
    }
    block.Gateway = gateway;
  }
  for (const [name, address] of Object.entries(asRecord(flags.list('aux-address')))) {
    const block = home(address, 'aux-address');
    block.AuxiliaryAddresses = { ...block.AuxiliaryAddresses, [name]: address };
  }
  return blocks;
}

/** Whether an address, or the first of a block, is in a subnet. What is no address at all the daemon refuses. */
function within(subnet: string, address: string): boolean {
  const [base = '', prefix = ''] = subnet.split('/');
  const number = (text: string): number =>
    (text.split('/')[0] ?? '').split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  return Math.floor(number(base) / size) === Math.floor(number(address) / size);
}
