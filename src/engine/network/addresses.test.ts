import { describe, expect, it } from 'vitest';
import { FakeSys } from '../sys/fake.ts';
import {
  freeAddress,
  freePool,
  hardwareAddress,
  masked,
  overlap,
  parseAddress,
  parseCidr,
  toAddress,
  toCidr,
  type Block,
} from './addresses.ts';
import { draftNetwork, type NetworkRequest } from './create.ts';
import type { Network } from './network.ts';
import { NetworkStore } from './store.ts';

const block = (text: string): Block => {
  const found = parseCidr(text);
  if (!found) throw new Error(text);
  return found;
};

describe('addresses', () => {
  it('reads what is one and nothing else', () => {
    expect(toAddress(parseAddress('255.254.1.0') ?? 0)).toBe('255.254.1.0');
    for (const none of ['', '1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', '1.2.3.4/5', '::1']) {
      expect(parseAddress(none), none).toBeNull();
    }
    for (const none of ['1.2.3.4', '1.2.3.4/33', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3/8']) {
      expect(parseCidr(none), none).toBeNull();
    }
    expect(toCidr(masked(block('172.18.77.3/20')))).toBe('172.18.64.0/20');
  });

  it('sees blocks that overlap, either way round', () => {
    expect(overlap(block('10.0.0.0/8'), block('10.9.0.0/16'))).toBe(true);
    expect(overlap(block('10.9.0.0/16'), block('10.0.0.0/8'))).toBe(true);
    expect(overlap(block('10.8.0.0/16'), block('10.9.0.0/16'))).toBe(false);
  });

  it('gives the lowest that is free, from the range, never the ends of the subnet', () => {
    const subnet = block('10.0.0.0/29');
    const taken = new Set([parseAddress('10.0.0.1') ?? 0]);
    expect(freeAddress(subnet, subnet, taken)).toBe(parseAddress('10.0.0.2'));
    for (let i = 2; i <= 6; i++) taken.add((parseAddress('10.0.0.0') ?? 0) + i);
    expect(freeAddress(subnet, subnet, taken)).toBeNull();
    expect(freeAddress(subnet, block('10.0.0.4/30'), new Set())).toBe(parseAddress('10.0.0.4'));
    expect(hardwareAddress(parseAddress('172.17.0.2') ?? 0)).toBe('02:42:ac:11:00:02');
  });

  it('takes Docker’s pools in order until there is none', () => {
    const taken = [block('172.17.0.0/16'), block('172.18.4.0/24')];
    expect(toCidr(freePool(taken) ?? block('0.0.0.0/0'))).toBe('172.19.0.0/16');
    taken.push(block('172.0.0.0/8'));
    expect(toCidr(freePool(taken) ?? block('0.0.0.0/0'))).toBe('192.168.0.0/20');
    expect(freePool([...taken, block('192.168.0.0/16')])).toBeNull();
  });
});

describe('a network to be', () => {
  const sys = new FakeSys();
  const store = new NetworkStore(sys, '/var/lib/docker/network');
  store.load();
  const draft = (request: Partial<NetworkRequest>): Network =>
    draftNetwork(store, {
      name: 'app',
      driver: 'bridge',
      internal: false,
      attachable: false,
      ingress: false,
      scope: '',
      ipv6: false,
      configOnly: false,
      labels: {},
      options: {},
      ipamDriver: 'default',
      ipamOptions: null,
      ipam: [],
      ...request,
    });

  it('gets a subnet, a gateway and a bridge by its id', () => {
    const network = draft({});
    expect(network.ipam.Config).toEqual([{ Subnet: '172.18.0.0/16', Gateway: '172.18.0.1' }]);
    expect(network.bridge).toBe(`br-${network.id.slice(0, 12)}`);
    expect(network.mac).toMatch(/^02:42(:[0-9a-f]{2}){4}$/);
    expect(network.configured).toBe(false);
  });

  it.each([
    [{ name: 'bridge' }, 403, 'operation is not permitted on predefined bridge network'],
    [
      { name: 'a b' },
      400,
      'Invalid network name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
    ],
    [{ driver: 'host' }, 403, 'only one instance of "host" network is allowed'],
    [{ driver: 'weave' }, 404, 'plugin "weave" not found'],
    [
      { ipam: [{ Subnet: '10.1.2.3/16' }] },
      400,
      'invalid network config:\ninvalid subnet 10.1.2.3/16: it should be 10.1.0.0/16',
    ],
    [
      { ipam: [{ Subnet: '10.1.0.0/16', Gateway: '10.2.0.1', IPRange: '10.0.0.0/8' }] },
      400,
      'invalid network config:\n' +
        '* invalid ip-range 10.0.0.0/8: CIDR block is bigger than its parent subnet 10.1.0.0/16\n' +
        "* invalid gateway 10.2.0.1: parent subnet 10.1.0.0/16 doesn't contain this address",
    ],
    [
      { ipam: [{ Subnet: '192.168.86.0/28' }] },
      403,
      'invalid pool request: Pool overlaps with other one on this address space',
    ],
  ])('%j is refused', (request, status, message) => {
    expect(() => draft(request)).toThrow(expect.objectContaining({ status, message }));
  });

  it('is out of reach with the drivers and the addresses that this kernel has not', () => {
    for (const driver of ['macvlan', 'ipvlan', 'overlay']) {
      expect(() => draft({ driver })).toThrow(expect.objectContaining({ status: 501 }));
    }
    expect(() => draft({ ipv6: true })).toThrow(/IPv4 only/);
  });

  it('survives on disk', () => {
    const network = draft({ ipam: [{ Subnet: '10.1.0.0/16' }] });
    store.add(network);
    const later = new NetworkStore(sys, '/var/lib/docker/network');
    later.load();
    expect(later.get('app')).toEqual(network);
    expect(later.get(network.id.slice(0, 6))).toEqual(network);
    expect(later.list()).toHaveLength(4);
    later.delete(network);
    expect(() => later.get('app')).toThrow('network app not found');
  });
});
