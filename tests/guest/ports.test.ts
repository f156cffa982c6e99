import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NetworkedGuest } from './networked.ts';

/** Published ports in a real kernel: who gets in, what is taken, and what is given back. */
describe('published ports', () => {
  let net: NetworkedGuest;

  beforeAll(async () => {
    net = await NetworkedGuest.open();
  });
  afterAll(() => net.close());
  afterEach(() => net.clear());

  it('publishes a port to the page, to the machine and to containers, and takes it back', async () => {
    const before = await net.left();
    await net.serve('web', 'hello', '-p 8080:80');
    expect(await net.docker('port web')).toBe('80/tcp -> 0.0.0.0:8080');
    expect(await net.docker("ps --format '{{.Ports}}'")).toBe('0.0.0.0:8080->80/tcp');
    expect(await net.fetchFromPage(8080)).toBe('hello\n');
    for (const host of [
      'localhost',
      '127.0.0.1',
      '192.168.86.100',
      '172.17.0.1',
      '172.17.0.2:80',
    ]) {
      const url = host.includes(':') ? `http://${host}/` : `http://${host}:8080/`;
      expect(await net.wget(url), url).toBe('hello\n');
    }
    // From a neighbour and from itself, through the machine's address.
    expect(await net.docker('run --rm busybox wget -q -T 5 -O - http://172.17.0.1:8080/')).toBe(
      'hello',
    );
    expect(await net.docker('exec web wget -q -T 5 -O - http://192.168.86.100:8080/')).toBe(
      'hello',
    );
    await net.docker('rm -f web');
    await expect(net.fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
    expect(await net.left()).toEqual(before);
  });

  it('publishes UDP', async () => {
    await net.docker('run -d --name echo -p 5353:53/udp busybox nc -u -l -p 53 -e cat');
    const asked = await net.guest.sh('echo ahoy | timeout 5 nc -u -w 2 127.0.0.1 5353');
    expect(asked.stdout).toBe('ahoy\n');
  });

  it('refuses a port that is taken, by whomever, and leaves the other alone', async () => {
    await net.serve('web', 'first', '-p 8080:80');
    expect(await net.refused('run -d --name second -p 8081:81 -p 8080:80 busybox true')).toMatch(
      /^docker: Error response from daemon: driver failed programming external connectivity on endpoint second \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated/,
    );
    expect(await net.docker("inspect -f '{{.State.Status}}' second")).toBe('created');
    // What it had taken before it met the conflict is free again.
    await net.docker('run --rm -p 8081:81 busybox true');
    expect(await net.refused('run --rm -p 2375:80 busybox true')).toContain(
      'Error starting userland proxy: listen tcp4 0.0.0.0:2375: bind: address already in use',
    );
    expect(await net.wget('http://localhost:8080/')).toBe('first\n');
  });

  it('chooses ports: of a range, at random, for every port that is exposed', async () => {
    await net.docker('run -d --name one -p 9000-9001:80 busybox sleep 1000');
    await net.docker('run -d --name two -p 9000-9001:80 busybox sleep 1000');
    expect([await net.docker('port one'), await net.docker('port two')]).toEqual([
      '80/tcp -> 0.0.0.0:9000',
      '80/tcp -> 0.0.0.0:9001',
    ]);
    expect(await net.refused('run --rm -p 9000-9001:80 busybox true')).toContain(
      'all ports are allocated',
    );
    await net.docker('run -d --name all -P --expose 80 --expose 53/udp busybox sleep 1000');
    expect(await net.docker('port all')).toMatch(
      /^53\/udp -> 0\.0\.0\.0:3276\d\n80\/tcp -> 0\.0\.0\.0:3276\d$/,
    );
    await net.docker('run -d --name local -p 127.0.0.1::80 busybox sleep 1000');
    expect(await net.docker('port local 80')).toMatch(/^127\.0\.0\.1:327\d\d$/);
    await net.docker('run -d --name row -p 7000-7002:7000-7002 busybox sleep 1000');
    expect(await net.docker("ps -f name=row --format '{{.Ports}}'")).toBe(
      '0.0.0.0:7000-7002->7000-7002/tcp',
    );
  });

  it('publishes an address of the machine only there', async () => {
    await net.serve('web', 'inner', '-p 127.0.0.1:8080:80');
    expect(await net.wget('http://127.0.0.1:8080/')).toBe('inner\n');
    await expect(net.fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
    expect(await net.wget('http://192.168.86.100:8080/')).toBe('');
  });

  it('takes published ports along when a container changes its network', async () => {
    await net.docker('network create app');
    await net.serve('web', 'moved', '-p 8080:80');
    await net.docker('network connect app web');
    await net.docker('network disconnect bridge web');
    expect(await net.fetchFromPage(8080)).toBe('moved\n');
    expect(await net.docker('exec web ip route')).toContain('default via 172.18.0.1');
  });
});
