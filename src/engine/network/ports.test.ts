import { describe, expect, it } from 'vitest';
import { FakeSys } from '../sys/fake.ts';
import { Ports } from './ports.ts';

const INSIDE = '172.17.0.2';

function ports(): { ports: Ports; sys: FakeSys } {
  const sys = new FakeSys();
  sys.mkdir('/proc/sys/net/ipv4', 0o755, true);
  sys.writeFile('/proc/sys/net/ipv4/ip_local_port_range', '32768\t60999\n');
  return { ports: new Ports(sys), sys };
}

describe('published ports', () => {
  it('are held until they are released', () => {
    const { ports: machine } = ports();
    const bindings = { '80/tcp': [{ HostIp: '', HostPort: '8080' }] };
    const published = machine.publish(bindings, '0.0.0.0', INSIDE);
    expect(published).toEqual([
      { protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8080, address: INSIDE, port: 80 },
    ]);
    expect(() => machine.publish(bindings, '0.0.0.0', INSIDE)).toThrow(
      'Bind for 0.0.0.0:8080 failed: port is already allocated',
    );
    // The same number of the other protocol is another port.
    machine.publish({ '80/udp': [{ HostIp: '', HostPort: '8080' }] }, '0.0.0.0', INSIDE);
    machine.release(published);
    expect(machine.publish(bindings, '127.0.0.1', INSIDE)[0]?.hostIp).toBe('127.0.0.1');
  });

  it('go on from the last that nobody named, and take the first of a range that is free', () => {
    const { ports: machine } = ports();
    const any = { '80/tcp': [{ HostIp: '', HostPort: '' }] };
    const [first] = machine.publish(any, '0.0.0.0', INSIDE);
    expect(first?.hostPort).toBe(32768);
    machine.release(first ? [first] : []);
    expect(machine.publish(any, '0.0.0.0', INSIDE)[0]?.hostPort).toBe(32769);
    const range = { '80/tcp': [{ HostIp: '', HostPort: '8000-8001' }] };
    const chosen = [0, 1].map(() => machine.publish(range, '0.0.0.0', INSIDE)[0]?.hostPort);
    expect(chosen).toEqual([8000, 8001]);
    expect(() => machine.publish(range, '0.0.0.0', INSIDE)).toThrow('all ports are allocated');
  });

  it('are not half taken when one of them is in use on the machine', () => {
    const { ports: machine, sys } = ports();
    sys.failNext('bindUdp', 'EADDRINUSE');
    const bindings = {
      '80/tcp': [{ HostIp: '', HostPort: '80' }],
      '53/udp': [{ HostIp: '', HostPort: '53' }],
    };
    expect(() => machine.publish(bindings, '0.0.0.0', INSIDE)).toThrow(
      'Error starting userland proxy: listen udp4 0.0.0.0:53: bind: address already in use',
    );
    expect(machine.publish(bindings, '0.0.0.0', INSIDE)).toHaveLength(2);
  });
});
