import { it } from 'vitest';
import { besideDocker, expectSame } from './pair.ts';

besideDocker('mistakes', (pair) => {
  it.each([
    'foo',
    '--nope ps',
    '--host',
    'ps --nope',
    'ps -zx',
    'ps --last',
    'ps -n',
    'ps -n x',
    'ps --all=maybe',
    'ps extra',
    'ps --filter foo',
    'run',
    'run -e',
    'run --=x',
    'run --nope x',
    'run -m lots x',
    'run --cpus x x',
    'run --pull sometimes x',
    'run --rm --restart always x',
    'run -p a:b x',
    'run -a foo x',
    'run -d -a stdout x',
    'run -it x',
    'run BUSYBOX',
    'run --pid foo x',
    'run --ulimit x x',
    'run --ulimit foo=1 x',
    'run --mount foo x',
    'run --mount type=bind,target=/x,tmpfs-size=3 x',
    'run --mount type=tmpfs x',
    'run --mount type=tmpfs,target=/x,nope=1 x',
    'run --env-file nope x',
    'run --stop-timeout x x',
    'run --sysctl a.b=1 x',
    'run --network-alias q x',
    'run --no-healthcheck --health-cmd x x',
    'run --health-interval 3 x',
    'run --health-interval 3q x',
    'run --add-host foo x',
    'run --device-cgroup-rule foo x',
    'run --memory-swappiness 300 x',
    'run --restart on-failure:x x',
    'create --name',
    'stop',
    'logs a b',
    'logs --tail',
    'logs --since yesterday a',
    'exec a',
    'exec -it a sh',
    'exec --nope a sh',
    'inspect',
    'container foo',
    'container --nope',
    'help foo',
  ])('docker %s', (line) => pair.same(line.split(' ')));

  it('says that no daemon is there', async () => {
    const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    for (const argv of [['ps'], ['run', 'x'], ['rm', 'x']])
      expectSame(await pair.both(argv, { env }));
  });
});
