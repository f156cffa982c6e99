import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NetworkedGuest } from './networked.ts';

/** Networks in a real kernel: who reaches whom, by which name, and what is left behind. */
describe('networks', () => {
  let net: NetworkedGuest;

  beforeAll(async () => {
    net = await NetworkedGuest.open();
  });
  afterAll(() => net.close());
  afterEach(() => net.clear());

  it('lets containers of a network find each other by name, alias and id', async () => {
    const id = await net.docker('network create app');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    await net.serve('web', 'named', '--network app --network-alias www --hostname inner');
    const web = await net.docker("inspect -f '{{.Id}}' web");
    const names = ['web', 'WEB', 'www', 'web.app', 'inner', web.slice(0, 12)];
    const wanted = names.map((name) => `wget -q -O - http://${name}/`).join('; ');
    expect(await net.docker(`run --rm --network app busybox sh -c '${wanted}'`)).toBe(
      names.map(() => 'named').join('\n'),
    );
    const look = async (name: string): Promise<string> => {
      const { stdout } = await net.guest.sh(`docker exec web nslookup ${name}`);
      return stdout;
    };
    expect(await look('nobody')).toContain("can't find nobody: NXDOMAIN");
    expect(await look('registry')).toContain('192.168.86.1');
    expect(await look('172.18.0.2')).toContain('name = web.app');
    expect(await net.docker('exec web cat /etc/resolv.conf')).toContain(
      'nameserver 127.0.0.11\noptions ndots:0\n',
    );
    expect(await net.docker('exec web cat /etc/hosts')).toBe(
      '127.0.0.1\tlocalhost\n172.18.0.2\tinner',
    );
    // The first bridge has no names, as ever.
    await net.docker('run -d --name plain busybox sleep 1000');
    expect((await net.guest.sh('docker exec plain ping -c 1 web')).code).not.toBe(0);
    // Two of one alias take turns.
    await net.docker('run -d --name web2 --network app --network-alias www busybox sleep 1000');
    expect((await look('www')).match(/Address: 172\.18\.0\.\d/g)?.sort()).toEqual([
      'Address: 172.18.0.2',
      'Address: 172.18.0.3',
    ]);
  });

  it('answers over TCP as over UDP', async () => {
    await net.docker('network create app');
    await net.docker('run -d --name web --network app busybox sleep 1000');
    // Length, header, `web`, A, IN; the answer's last four bytes are the address.
    const query = '\\0\\025\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3web\\0\\0\\1\\0\\1';
    expect(
      await net.docker(
        `exec web sh -c "printf '${query}' | nc -w 2 127.0.0.11 53 | tail -c 4 | od -An -tu1"`,
      ),
    ).toMatch(/^\s*172\s+18\s+0\s+2$/);
  });

  it('keeps networks apart', async () => {
    await net.docker('network create one');
    await net.docker('network create two');
    await net.serve('inside', 'secret', '--network one -p 8080:80');
    const address = await net.docker(
      "inspect -f '{{.NetworkSettings.Networks.one.IPAddress}}' inside",
    );
    for (const network of ['two', 'bridge']) {
      for (const url of [`http://${address}/`, 'http://inside/', 'http://172.18.0.1:8080/']) {
        const { code } = await net.guest.sh(
          `docker run --rm --network ${network} busybox wget -q -T 1 -O - ${url}`,
        );
        expect(code, `${network} → ${url}`).not.toBe(0);
      }
    }
    expect(
      await net.docker(`run --rm --network one busybox wget -q -T 5 -O - http://${address}/`),
    ).toBe('secret');
  });

  it('has no way out of an internal network, and one out of others', async () => {
    await net.docker('network create --internal inner');
    await net.docker('network create outer');
    const out =
      'busybox wget -q -T 3 -O /dev/null http://192.168.86.1/v2/library/busybox/tags/list';
    await net.docker(`run --rm --network outer ${out}`);
    await net.docker(`run --rm ${out}`);
    expect((await net.guest.sh(`docker run --rm --network inner ${out}`)).code).not.toBe(0);
    await net.docker('run -d --name a --network inner busybox sleep 1000');
    await net.docker('run --rm --network inner busybox ping -c 1 a');
  });

  it('connects and disconnects a container that runs', async () => {
    await net.docker('network create app');
    await net.docker('run -d --name web --network app busybox sleep 1000');
    await net.docker('run -d --name late busybox sleep 1000');
    await net.docker('network connect --alias l8 app late');
    const addresses = await net.docker('exec late ip -4 -o addr show');
    expect(addresses).toMatch(/eth0 .*172\.17\.0\.2\/16/);
    expect(addresses).toMatch(/eth1 .*172\.18\.0\.3\/16/);
    await net.docker('exec late ping -c 1 web');
    await net.docker('exec web ping -c 1 l8');
    expect(
      await net.docker("network inspect -f '{{range .Containers}}{{.Name}} {{end}}' app"),
    ).toMatch(/^(web late|late web)$/);
    expect(await net.refused('network connect app late')).toBe(
      'Error response from daemon: endpoint with name late already exists in network app\n',
    );
    expect(await net.refused('network rm app')).toMatch(
      /network app id [0-9a-f]{64} has active endpoints/,
    );
    await net.docker('network disconnect app late');
    expect(await net.docker('exec late ls /sys/class/net')).toBe('eth0\nlo');
    expect((await net.guest.sh('docker exec web ping -c 1 late')).code).not.toBe(0);
    await net.docker('network connect app late');
    await net.docker('restart -t 0 late');
    await net.docker('exec late ping -c 1 web');
  });

  it('gives the address, the names and the devices that are asked for', async () => {
    await net.docker(
      'network create --subnet 10.9.0.0/24 --gateway 10.9.0.254 --ip-range 10.9.0.128/25 app',
    );
    const flags =
      '--network app --ip 10.9.0.7 --mac-address 02:42:00:00:00:07 --hostname h --domainname d.org ' +
      '--add-host other:1.2.3.4 --add-host host:host-gateway --dns 9.9.9.9 --dns-search d.org --dns-opt timeout:1';
    const seen = await net.docker(
      `run --rm ${flags} busybox sh -c 'cat /etc/hosts /etc/resolv.conf; ip route; cat /sys/class/net/eth0/address; hostname -f'`,
    );
    for (const line of [
      '1.2.3.4\tother',
      '172.17.0.1\thost',
      '10.9.0.7\th.d.org h',
      'nameserver 127.0.0.11',
      'search d.org',
      'options timeout:1 ndots:0',
      'default via 10.9.0.254 dev eth0 ',
      '02:42:00:00:00:07',
      'h.d.org',
    ]) {
      expect(seen.split('\n')).toContain(line);
    }
    expect(await net.docker('run --rm --network app busybox ip -4 -o addr show eth0')).toContain(
      '10.9.0.128/24',
    );
    await net.docker('run -d --network app --ip 10.9.0.7 busybox sleep 1000');
    expect(await net.refused('run --rm --network app --ip 10.9.0.7 busybox true')).toContain(
      'Error response from daemon: Address already in use',
    );
  });

  it('shares the network of another container, and of the machine', async () => {
    await net.serve('web', 'shared', '--hostname its');
    expect(
      await net.docker(
        "run --rm --network container:web busybox sh -c 'hostname; wget -q -O - http://127.0.0.1/; cat /etc/hosts'",
      ),
    ).toBe('its\nshared\n127.0.0.1\tlocalhost\n172.17.0.2\tits');
    expect(
      await net.docker("run --rm --network host busybox sh -c 'hostname; ls /sys/class/net'"),
    ).toMatch(/^bottle\n[\s\S]*docker0\neth0\nlo/);
    expect(await net.docker('run --rm --network none busybox ls /sys/class/net')).toBe('lo');
    expect(await net.refused('run --rm --network nowhere busybox true')).toContain(
      'Error response from daemon: network nowhere not found',
    );
    await net.docker('stop -t 0 web');
    expect(await net.refused('run --rm --network container:web busybox true')).toContain(
      'cannot join network of a non running container',
    );
  });

  it('keeps the engine’s own doors shut, by every address', async () => {
    await net.docker('network create app');
    const addresses = ['172.17.0.1', '172.18.0.1', '192.168.86.100', '127.0.0.1', '192.168.86.1'];
    for (const network of ['bridge', 'app', 'host', 'none']) {
      const tries = addresses.flatMap((address) =>
        ['2375/_ping', '86/'].map(
          (port) => `wget -q -T 2 -O - http://${address}:${port} && echo REACHED`,
        ),
      );
      const { stdout } = await net.guest.sh(
        `docker run --rm --network ${network} busybox sh -c '${tries.join('; ')}; true'`,
      );
      expect(stdout, network).toBe('');
    }
    // The page still comes in.
    expect(await net.guest.api('/version')).toMatchObject({ Os: 'linux' });
  });

  it('goes on without the daemon, and with the next one', async () => {
    await net.docker('network create app');
    await net.serve('web', 'steady', '--network app -p 8080:80');
    await net.docker('run -d --name user --network app busybox sleep 1000');
    const pid = (
      await net.guest.root("ps -o pid,args | awk '/[d]aemon/{print $1; exit}'")
    ).stdout.trim();
    expect(pid).toMatch(/^\d+$/);
    await net.guest.root(`kill -9 ${pid}`);
    expect(await net.fetchFromPage(8080)).toBe('steady\n');
    await expect
      .poll(async () => (await net.guest.sh('docker version')).code, { timeout: 30_000 })
      .toBe(0);
    expect(await net.docker('exec user wget -q -O - http://web/')).toBe('steady');
    expect(await net.docker('port web')).toBe('80/tcp -> 0.0.0.0:8080');
    expect(await net.refused('run --rm -p 8080:80 busybox true')).toContain(
      'port is already allocated',
    );
    expect(await net.docker("inspect -f '{{.NetworkSettings.Networks.app.IPAddress}}' web")).toBe(
      '172.18.0.2',
    );
    await net.docker('rm -f web user');
    await expect(net.fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
  });

  it('leaves nothing behind', async () => {
    const before = await net.left();
    const fds = async (): Promise<string> =>
      (
        await net.guest.root(
          "ls /proc/$(ps -o pid,args | awk '/[d]aemon/{print $1; exit}')/fd | wc -l",
        )
      ).stdout;
    await net.docker('network create app');
    await net.docker('run --rm --network app -p 8080:80 busybox true');
    const open = await fds();
    for (let i = 0; i < 5; i++) {
      await net.docker('run --rm --network app -p 8080:80 -p 8080:80/udp busybox true');
      await net.guest.sh('docker run --rm --network app -p 8080:80 busybox nonsense');
    }
    await net.docker('network rm app');
    expect(await net.left()).toEqual(before);
    expect(await fds()).toBe(open);
  });

  it('tells of it: lists, filters, events', async () => {
    const since = (await net.guest.sh('date +%s')).stdout.trim();
    const network = await net.docker('network create --label tier=back app');
    expect(await net.docker("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'")).toBe(
      'app bridge local\nbridge bridge local\nhost host local\nnone null local',
    );
    expect(await net.docker('network ls -q -f label=tier=back')).toMatch(/^[0-9a-f]{12}$/);
    expect(await net.docker("network ls -f type=custom --format '{{.Name}}'")).toBe('app');
    const id = await net.docker('run -d --name web --network app busybox sleep 1000');
    await net.docker('rm -f web');
    expect(await net.docker('network prune -f')).toBe('Deleted Networks:\napp');
    const events = await net.docker(
      `events --since ${since} --until $(($(date +%s) + 1)) -f type=network --format json`,
    );
    const told = events.split('\n').flatMap((line) => {
      const { Action, Actor } = JSON.parse(line) as {
        Action: string;
        Actor: { ID: string; Attributes: Record<string, string> };
      };
      // The second that it began in may have seen the end of another test's network.
      if (Actor.ID !== network) return [];
      expect(Actor.Attributes).toMatchObject({ name: 'app', type: 'bridge' });
      return [[Action, Actor.Attributes['container']]];
    });
    expect(told).toEqual([
      ['create', undefined],
      ['connect', id],
      ['disconnect', id],
      ['destroy', undefined],
    ]);
  });
});
