import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Guest } from './machine.ts';

/** Networks in a real kernel: who reaches whom, by which name, and what is left behind. */
describe('networks', () => {
  let guest: Guest;

  beforeAll(async () => {
    guest = await Guest.open();
    await docker('pull -q busybox');
  });

  afterAll(() => guest.close());

  afterEach(async () => {
    await guest.sh('docker rm -f $(docker ps -aq); docker network prune -f');
  });

  /** What a `docker` that must succeed prints, without the newline at the end. */
  async function docker(args: string): Promise<string> {
    const { stdout, stderr, code } = await guest.sh(`docker ${args}`);
    expect(`${args}: ${stderr}${String(code)}`).toBe(`${args}: 0`);
    return stdout.trimEnd();
  }

  /** What a `docker` that must fail says. */
  async function refused(args: string): Promise<string> {
    const { stderr, code } = await guest.sh(`docker ${args}`);
    expect(code, args).not.toBe(0);
    return stderr;
  }

  /** A web server that says `text` on port 80. */
  async function serve(name: string, text: string, flags = ''): Promise<void> {
    await docker(
      `run -d --name ${name} ${flags} busybox sh -c 'mkdir /www; echo ${text} > /www/index.html; exec httpd -f -p 80 -h /www'`,
    );
    await expect
      .poll(() => guest.sh(`docker exec ${name} wget -q -O - http://127.0.0.1/`))
      .toMatchObject({
        stdout: `${text}\n`,
      });
  }

  /** What the page gets from a port of the machine. */
  async function fetchFromPage(port: number): Promise<string> {
    const { readable, writable } = await guest.machine.network.connect(port);
    const writer = writable.getWriter();
    await writer.write(new TextEncoder().encode('GET / HTTP/1.0\r\n\r\n'));
    let text = '';
    const decoder = new TextDecoder();
    const reader = readable.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text.split('\r\n\r\n')[1] ?? '';
  }

  const wget = async (url: string): Promise<string> =>
    (await guest.sh(`wget -q -T 5 -O - ${url}`)).stdout;

  /** Devices, rules’ elements and addresses that a container could leave behind. */
  const devices = async (): Promise<string> => (await guest.root('ls /sys/class/net')).stdout;
  const listeners = async (): Promise<string> =>
    (await guest.root("netstat -tuln | awk 'NR>2{print $1,$4}' | sort")).stdout;

  it('publishes a port to the page, to the machine and to containers, and takes it back', async () => {
    const before = [await devices(), await listeners()];
    await serve('web', 'hello', '-p 8080:80');
    expect(await docker('port web')).toBe('80/tcp -> 0.0.0.0:8080');
    expect(await docker("ps --format '{{.Ports}}'")).toBe('0.0.0.0:8080->80/tcp');
    expect(await fetchFromPage(8080)).toBe('hello\n');
    for (const host of [
      'localhost',
      '127.0.0.1',
      '192.168.86.100',
      '172.17.0.1',
      '172.17.0.2:80',
    ]) {
      const url = host.includes(':') ? `http://${host}/` : `http://${host}:8080/`;
      expect(await wget(url), url).toBe('hello\n');
    }
    // From a neighbour and from itself, through the machine's address.
    expect(await docker('run --rm busybox wget -q -T 5 -O - http://172.17.0.1:8080/')).toBe(
      'hello',
    );
    expect(await docker('exec web wget -q -T 5 -O - http://192.168.86.100:8080/')).toBe('hello');
    await docker('rm -f web');
    await expect(fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
    expect([await devices(), await listeners()]).toEqual(before);
  });

  it('publishes UDP', async () => {
    await docker('run -d --name echo -p 5353:53/udp busybox nc -u -l -p 53 -e cat');
    const asked = await guest.sh('echo ahoy | timeout 5 nc -u -w 2 127.0.0.1 5353');
    expect(asked.stdout).toBe('ahoy\n');
  });

  it('refuses a port that is taken, by whomever, and leaves the other alone', async () => {
    await serve('web', 'first', '-p 8080:80');
    expect(await refused('run -d --name second -p 8081:81 -p 8080:80 busybox true')).toMatch(
      /^docker: Error response from daemon: driver failed programming external connectivity on endpoint second \([0-9a-f]{64}\): Bind for 0\.0\.0\.0:8080 failed: port is already allocated/,
    );
    expect(await docker("inspect -f '{{.State.Status}}' second")).toBe('created');
    // What it had taken before it met the conflict is free again.
    await docker('run --rm -p 8081:81 busybox true');
    expect(await refused('run --rm -p 2375:80 busybox true')).toContain(
      'Error starting userland proxy: listen tcp4 0.0.0.0:2375: bind: address already in use',
    );
    expect(await wget('http://localhost:8080/')).toBe('first\n');
  });

  it('chooses ports: of a range, at random, for every port that is exposed', async () => {
    await docker('run -d --name one -p 9000-9001:80 busybox sleep 1000');
    await docker('run -d --name two -p 9000-9001:80 busybox sleep 1000');
    expect([await docker('port one'), await docker('port two')]).toEqual([
      '80/tcp -> 0.0.0.0:9000',
      '80/tcp -> 0.0.0.0:9001',
    ]);
    expect(await refused('run --rm -p 9000-9001:80 busybox true')).toContain(
      'all ports are allocated',
    );
    await docker('run -d --name all -P --expose 80 --expose 53/udp busybox sleep 1000');
    expect(await docker('port all')).toMatch(
      /^53\/udp -> 0\.0\.0\.0:3276\d\n80\/tcp -> 0\.0\.0\.0:3276\d$/,
    );
    await docker('run -d --name local -p 127.0.0.1::80 busybox sleep 1000');
    expect(await docker('port local 80')).toMatch(/^127\.0\.0\.1:327\d\d$/);
    await docker('run -d --name row -p 7000-7002:7000-7002 busybox sleep 1000');
    expect(await docker("ps -f name=row --format '{{.Ports}}'")).toBe(
      '0.0.0.0:7000-7002->7000-7002/tcp',
    );
  });

  it('publishes an address of the machine only there', async () => {
    await serve('web', 'inner', '-p 127.0.0.1:8080:80');
    expect(await wget('http://127.0.0.1:8080/')).toBe('inner\n');
    await expect(fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
    expect(await wget('http://192.168.86.100:8080/')).toBe('');
  });

  it('lets containers of a network find each other by name, alias and id', async () => {
    const id = await docker('network create app');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    await serve('web', 'named', '--network app --network-alias www --hostname inner');
    const web = await docker("inspect -f '{{.Id}}' web");
    const names = ['web', 'WEB', 'www', 'web.app', 'inner', web.slice(0, 12)];
    const wanted = names.map((name) => `wget -q -O - http://${name}/`).join('; ');
    expect(await docker(`run --rm --network app busybox sh -c '${wanted}'`)).toBe(
      names.map(() => 'named').join('\n'),
    );
    const look = async (name: string): Promise<string> => {
      const { stdout } = await guest.sh(`docker exec web nslookup ${name}`);
      return stdout;
    };
    expect(await look('nobody')).toContain("can't find nobody: NXDOMAIN");
    expect(await look('registry')).toContain('192.168.86.1');
    expect(await look('172.18.0.2')).toContain('name = web.app');
    expect(await docker('exec web cat /etc/resolv.conf')).toContain(
      'nameserver 127.0.0.11\noptions ndots:0\n',
    );
    expect(await docker('exec web cat /etc/hosts')).toBe('127.0.0.1\tlocalhost\n172.18.0.2\tinner');
    // The first bridge has no names, as ever.
    await docker('run -d --name plain busybox sleep 1000');
    expect((await guest.sh('docker exec plain ping -c 1 web')).code).not.toBe(0);
    // Two of one alias take turns.
    await docker('run -d --name web2 --network app --network-alias www busybox sleep 1000');
    expect((await look('www')).match(/Address: 172\.18\.0\.\d/g)?.sort()).toEqual([
      'Address: 172.18.0.2',
      'Address: 172.18.0.3',
    ]);
  });

  it('answers over TCP as over UDP', async () => {
    await docker('network create app');
    await docker('run -d --name web --network app busybox sleep 1000');
    // Length, header, `web`, A, IN; the answer's last four bytes are the address.
    const query = '\\0\\025\\0\\1\\1\\0\\0\\1\\0\\0\\0\\0\\0\\0\\3web\\0\\0\\1\\0\\1';
    expect(
      await docker(
        `exec web sh -c "printf '${query}' | nc -w 2 127.0.0.11 53 | tail -c 4 | od -An -tu1"`,
      ),
    ).toMatch(/^\s*172\s+18\s+0\s+2$/);
  });

  it('keeps networks apart', async () => {
    await docker('network create one');
    await docker('network create two');
    await serve('inside', 'secret', '--network one -p 8080:80');
    const address = await docker("inspect -f '{{.NetworkSettings.Networks.one.IPAddress}}' inside");
    for (const network of ['two', 'bridge']) {
      for (const url of [`http://${address}/`, 'http://inside/', 'http://172.18.0.1:8080/']) {
        const { code } = await guest.sh(
          `docker run --rm --network ${network} busybox wget -q -T 1 -O - ${url}`,
        );
        expect(code, `${network} → ${url}`).not.toBe(0);
      }
    }
    expect(
      await docker(`run --rm --network one busybox wget -q -T 5 -O - http://${address}/`),
    ).toBe('secret');
  });

  it('has no way out of an internal network, and one out of others', async () => {
    await docker('network create --internal inner');
    await docker('network create outer');
    const out =
      'busybox wget -q -T 3 -O /dev/null http://192.168.86.1/v2/library/busybox/tags/list';
    await docker(`run --rm --network outer ${out}`);
    await docker(`run --rm ${out}`);
    expect((await guest.sh(`docker run --rm --network inner ${out}`)).code).not.toBe(0);
    await docker('run -d --name a --network inner busybox sleep 1000');
    await docker('run --rm --network inner busybox ping -c 1 a');
  });

  it('connects and disconnects a container that runs', async () => {
    await docker('network create app');
    await docker('run -d --name web --network app busybox sleep 1000');
    await docker('run -d --name late busybox sleep 1000');
    await docker('network connect --alias l8 app late');
    const addresses = await docker('exec late ip -4 -o addr show');
    expect(addresses).toMatch(/eth0 .*172\.17\.0\.2\/16/);
    expect(addresses).toMatch(/eth1 .*172\.18\.0\.3\/16/);
    await docker('exec late ping -c 1 web');
    await docker('exec web ping -c 1 l8');
    expect(await docker("network inspect -f '{{range .Containers}}{{.Name}} {{end}}' app")).toMatch(
      /^(web late|late web)$/,
    );
    expect(await refused('network connect app late')).toBe(
      'Error response from daemon: endpoint with name late already exists in network app\n',
    );
    expect(await refused('network rm app')).toMatch(
      /network app id [0-9a-f]{64} has active endpoints/,
    );
    await docker('network disconnect app late');
    expect(await docker('exec late ls /sys/class/net')).toBe('eth0\nlo');
    expect((await guest.sh('docker exec web ping -c 1 late')).code).not.toBe(0);
    await docker('network connect app late');
    await docker('restart -t 0 late');
    await docker('exec late ping -c 1 web');
  });

  it('takes published ports along when a container changes its network', async () => {
    await docker('network create app');
    await serve('web', 'moved', '-p 8080:80');
    await docker('network connect app web');
    await docker('network disconnect bridge web');
    expect(await fetchFromPage(8080)).toBe('moved\n');
    expect(await docker('exec web ip route')).toContain('default via 172.18.0.1');
  });

  it('gives the address, the names and the devices that are asked for', async () => {
    await docker(
      'network create --subnet 10.9.0.0/24 --gateway 10.9.0.254 --ip-range 10.9.0.128/25 app',
    );
    const flags =
      '--network app --ip 10.9.0.7 --mac-address 02:42:00:00:00:07 --hostname h --domainname d.org ' +
      '--add-host other:1.2.3.4 --add-host host:host-gateway --dns 9.9.9.9 --dns-search d.org --dns-opt timeout:1';
    const seen = await docker(
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
    expect(await docker('run --rm --network app busybox ip -4 -o addr show eth0')).toContain(
      '10.9.0.128/24',
    );
    await docker('run -d --network app --ip 10.9.0.7 busybox sleep 1000');
    expect(await refused('run --rm --network app --ip 10.9.0.7 busybox true')).toContain(
      'Error response from daemon: Address already in use',
    );
  });

  it('shares the network of another container, and of the machine', async () => {
    await serve('web', 'shared', '--hostname its');
    expect(
      await docker(
        "run --rm --network container:web busybox sh -c 'hostname; wget -q -O - http://127.0.0.1/; cat /etc/hosts'",
      ),
    ).toBe('its\nshared\n127.0.0.1\tlocalhost\n172.17.0.2\tits');
    expect(
      await docker("run --rm --network host busybox sh -c 'hostname; ls /sys/class/net'"),
    ).toMatch(/^bottle\n[\s\S]*docker0\neth0\nlo/);
    expect(await docker('run --rm --network none busybox ls /sys/class/net')).toBe('lo');
    expect(await refused('run --rm --network nowhere busybox true')).toContain(
      'Error response from daemon: network nowhere not found',
    );
    await docker('stop -t 0 web');
    expect(await refused('run --rm --network container:web busybox true')).toContain(
      'cannot join network of a non running container',
    );
  });

  it('keeps the engine’s own doors shut, by every address', async () => {
    await docker('network create app');
    const addresses = ['172.17.0.1', '172.18.0.1', '192.168.86.100', '127.0.0.1', '192.168.86.1'];
    for (const network of ['bridge', 'app', 'host', 'none']) {
      const tries = addresses.flatMap((address) =>
        ['2375/_ping', '86/'].map(
          (port) => `wget -q -T 2 -O - http://${address}:${port} && echo REACHED`,
        ),
      );
      const { stdout } = await guest.sh(
        `docker run --rm --network ${network} busybox sh -c '${tries.join('; ')}; true'`,
      );
      expect(stdout, network).toBe('');
    }
    // The page still comes in.
    expect(await guest.api('/version')).toMatchObject({ Os: 'linux' });
  });

  it('goes on without the daemon, and with the next one', async () => {
    await docker('network create app');
    await serve('web', 'steady', '--network app -p 8080:80');
    await docker('run -d --name user --network app busybox sleep 1000');
    const pid = (
      await guest.root("ps -o pid,args | awk '/[d]aemon/{print $1; exit}'")
    ).stdout.trim();
    expect(pid).toMatch(/^\d+$/);
    await guest.root(`kill -9 ${pid}`);
    expect(await fetchFromPage(8080)).toBe('steady\n');
    await expect
      .poll(async () => (await guest.sh('docker version')).code, { timeout: 30_000 })
      .toBe(0);
    expect(await docker('exec user wget -q -O - http://web/')).toBe('steady');
    expect(await docker('port web')).toBe('80/tcp -> 0.0.0.0:8080');
    expect(await refused('run --rm -p 8080:80 busybox true')).toContain(
      'port is already allocated',
    );
    expect(await docker("inspect -f '{{.NetworkSettings.Networks.app.IPAddress}}' web")).toBe(
      '172.18.0.2',
    );
    await docker('rm -f web user');
    await expect(fetchFromPage(8080)).rejects.toThrow(/Nothing listens/);
  });

  it('leaves nothing behind', async () => {
    const before = [await devices(), await listeners()];
    const fds = async (): Promise<string> =>
      (await guest.root("ls /proc/$(ps -o pid,args | awk '/[d]aemon/{print $1; exit}')/fd | wc -l"))
        .stdout;
    await docker('network create app');
    await docker('run --rm --network app -p 8080:80 busybox true');
    const open = await fds();
    for (let i = 0; i < 5; i++) {
      await docker('run --rm --network app -p 8080:80 -p 8080:80/udp busybox true');
      await guest.sh('docker run --rm --network app -p 8080:80 busybox nonsense');
    }
    await docker('network rm app');
    expect([await devices(), await listeners()]).toEqual(before);
    expect(await fds()).toBe(open);
  });

  it('tells of it: lists, filters, events', async () => {
    const since = (await guest.sh('date +%s')).stdout.trim();
    const network = await docker('network create --label tier=back app');
    expect(await docker("network ls --format '{{.Name}} {{.Driver}} {{.Scope}}'")).toBe(
      'app bridge local\nbridge bridge local\nhost host local\nnone null local',
    );
    expect(await docker('network ls -q -f label=tier=back')).toMatch(/^[0-9a-f]{12}$/);
    expect(await docker("network ls -f type=custom --format '{{.Name}}'")).toBe('app');
    const id = await docker('run -d --name web --network app busybox sleep 1000');
    await docker('rm -f web');
    expect(await docker('network prune -f')).toBe('Deleted Networks:\napp');
    const events = await docker(
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
