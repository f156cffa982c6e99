/** The real Compose against the headless machine: two services, a network, a volume, and who waits for whom. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchDebian } from './debian.ts';
import { Bottle, findDocker } from './docker/bottle.ts';
import { type Ended, printed } from './docker/process.ts';

const FILE = fileURLToPath(new URL('./compose/compose.yaml', import.meta.url));
const PLUGIN = 'usr/libexec/docker/cli-plugins/docker-compose';

const docker = await findDocker();
const compose = await fetchDebian({ release: 'trixie', package: 'docker-compose' }, `./${PLUGIN}`);
const why = 'reason' in compose ? ` (not to be had: ${compose.reason})` : '';

describe.skipIf(docker.missing || 'reason' in compose)(`docker compose${why}`, () => {
  let bottle: Bottle;
  let directory = '';
  /** `docker compose WORDS`, of the project `ship`. */
  const run = (words: string): Promise<Ended> =>
    bottle.outside(`docker compose -p ship -f ${FILE} ${words}`, directory);
  const line = (words: string): Promise<Ended> => bottle.outside(words, directory);

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'peers-compose-'));
    bottle = await Bottle.start();
    if ('folder' in compose) await bottle.addPlugin(`${compose.folder}/${PLUGIN}`);
    for (const image of ['redis', 'nginx'])
      expect(await line(`docker pull -q ${image}`)).toMatchObject({ status: 0, stderr: '' });
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
    expect(await bottle.stop()).toMatchObject({ status: 0, stderr: '' });
  });

  it('version', async () => {
    expect((await run('version --short')).stdout).toMatch(/^2\.\d+/);
  });

  it('config', async () => {
    expect(await run('config --services')).toEqual(printed('redis\nweb\n'));
  });

  it('up -d', async () => {
    const { status, stderr } = await run('up -d');
    expect(stderr).toMatch(/Network ship_harbour +Created/);
    expect(stderr).toMatch(/Volume "?ship_data"? +Created/);
    expect(stderr).toMatch(/Container ship-redis-1 +Healthy/);
    expect(stderr).toMatch(/Container ship-web-1 +Started/);
    expect(status).toBe(0);
  });

  it('web was started when redis was well, and not before', async () => {
    const events = await line(
      `docker events --since 0 --until "$(docker info -f '{{.SystemTime}}')" ` +
        `--filter label=com.docker.compose.project=ship --filter event=start --filter 'event=health_status: healthy' ` +
        `--format '{{.Action}} {{index .Actor.Attributes "com.docker.compose.service"}}' | uniq`,
    );
    expect(events.stdout).toMatch(/^start redis\nhealth_status: healthy redis\nstart web\n/);
  });

  it('ps', async () => {
    const { status, stdout } = await run('ps');
    expect(stdout).toMatch(/^NAME +IMAGE +COMMAND +SERVICE +CREATED +STATUS +PORTS\n/);
    expect(stdout).toMatch(/\nship-redis-1 +redis .* redis .* Up .*\(healthy\) +6379\/tcp\n/);
    expect(stdout).toMatch(/\nship-web-1 +nginx .* web .* Up .* 0\.0\.0\.0:8080->80\/tcp\n/);
    expect(status).toBe(0);
    expect(await run('ps -q --status exited')).toEqual(printed(''));
    expect((await run('ps --services')).stdout).toBe('redis\nweb\n');
  });

  it('the services reach each other by name, and the port is published', async () => {
    expect(await run('exec -T web redis-cli -h redis set ship bottle')).toMatchObject({
      status: 127, // nginx has no redis-cli
    });
    expect(await run('exec -T redis redis-cli -h redis set ship bottle')).toEqual(printed('OK\n'));
    const page = await run('exec -T redis wget -qO- http://web/');
    expect(page.stdout).toContain('Welcome to nginx!');
    const host = await line(
      'docker run --rm --network host busybox wget -qO- http://127.0.0.1:8080/',
    );
    expect(host.stdout).toContain('Welcome to nginx!');
    expect(await run('port web 80')).toEqual(printed('0.0.0.0:8080\n'));
  });

  it('logs', async () => {
    const { status, stdout } = await run('logs redis');
    // Compose clears the line before, on a terminal or not.
    // eslint-disable-next-line no-control-regex -- that is an escape sequence
    expect(stdout).toMatch(/^(?:\x1b\[2K)?redis-1 +\| .*Ready to accept connections/m);
    expect(status).toBe(0);
    expect((await run('logs --tail 1 --no-log-prefix web')).stdout).toContain(
      'GET / HTTP/1.1" 200',
    );
  });

  it('up -d again changes nothing', async () => {
    const before = (await run('ps -q')).stdout;
    const { status, stderr } = await run('up -d');
    expect(stderr).toMatch(/Container ship-web-1 +Running/);
    expect(status).toBe(0);
    expect((await run('ps -q')).stdout).toBe(before);
  });

  it('restart, stop and start', async () => {
    expect((await run('restart -t 1 web')).stderr).toMatch(/Container ship-web-1 +Started/);
    expect((await run('stop -t 1 web')).stderr).toMatch(/Container ship-web-1 +Stopped/);
    expect((await run('ps -a --format {{.Service}}:{{.State}}')).stdout).toBe(
      'redis:running\nweb:exited\n',
    );
    expect((await run('start web')).stderr).toMatch(/Container ship-web-1 +Started/);
  });

  it('the volume outlives down', async () => {
    const down = await run('down -t 5');
    expect(down.stderr).toMatch(/Network ship_harbour +Removed/);
    expect(down.status).toBe(0);
    expect((await line('docker volume ls -q')).stdout).toBe('ship_data\n');
    expect((await run('up -d redis')).status).toBe(0);
    await line(
      `mkfifo fifo; docker events --since 0 --filter container=$(docker inspect -f '{{.Id}}' ship-redis-1) --filter 'event=health_status: healthy' >fifo & read -r _ <fifo; kill $!; rm fifo`,
    );
    expect(await run('exec -T redis redis-cli get ship')).toEqual(printed('bottle\n'));
  });

  it('down -v leaves nothing', async () => {
    const { status, stderr } = await run('down -v -t 5');
    expect(stderr).toMatch(/Container ship-redis-1 +Removed/);
    expect(stderr).toMatch(/Volume ship_data +Removed/);
    expect(status).toBe(0);
    expect(await line('docker ps -aq; docker volume ls -q')).toEqual(printed(''));
    expect(await line('docker network ls --filter type=custom -q')).toEqual(printed(''));
  });
});
