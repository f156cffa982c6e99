import { expect, it } from 'vitest';
import { User, type Request } from '../cli.fixture.ts';

const daemon = ({ url }: Request): { body: unknown } => {
  if (url.startsWith('/containers/json')) {
    const all = [
      { Names: ['/web'], State: 'running' },
      { Names: ['/old'], State: 'exited' },
    ];
    const states = /exited/.test(decodeURIComponent(url)) ? 'exited' : 'running';
    const filtered = url.includes('filters') ? all.filter(({ State }) => State === states) : all;
    return { body: filtered };
  }
  if (url.startsWith('/images/json')) {
    return { body: [{ RepoTags: ['busybox:latest', 'redis:7'] }, { RepoTags: null }] };
  }
  if (url.startsWith('/networks')) return { body: [{ Name: 'bridge' }, { Name: 'mine' }] };
  return { body: { Volumes: [{ Name: 'data' }] } };
};

async function answer(line: string): Promise<string> {
  const user = new User(daemon);
  expect(await user.run('docker', '__complete', ...line.split(' '))).toBe(0);
  expect(user.err).toBe('');
  return user.out.trim().split('\n').join(' ');
}

it.each([
  ['ru', 'run :4'],
  ['vol', 'volume :4'],
  ['container pr', 'prune :4'],
  ['container list --a', '--all :4'],
  ['ps --no', '--no-trunc :4'],
  ['stop ', 'web :4'],
  ['stop web ', ':4'],
  ['start ', 'old :4'],
  ['rm -f ', 'web old :4'],
  ['run b', 'busybox :4'],
  ['run -it ', 'busybox redis:7 :4'],
  ['run --name x --network m', 'mine :4'],
  ['run --network=m', 'mine :4'],
  ['run -d busybox --', ':0'],
  ['run --rm busybox ', ':0'],
  ['run --restart un', 'unless-stopped :4'],
  ['kill -s SIGT', 'SIGTERM :4'],
  ['exec web ', ':0'],
  ['inspect ', 'web old busybox redis:7 :4'],
  ['volume rm ', 'data :4'],
  ['-H unix:///x ps -', /^--all .*--help :4$/],
  ['run --env-file ', ':0'],
  ['nope ', ':4'],
])('docker %s[tab]: %s', async (line, words) => {
  const said = await answer(line);
  if (typeof words === 'string') expect(said).toBe(words);
  else expect(said).toMatch(words);
});

it('says nothing when there is no daemon', async () => {
  const user = new User(() => ({ status: 500, body: { message: 'no' } }));
  expect(await user.run('docker', '__complete', 'stop', '')).toBe(0);
  expect(user.out + user.err).toBe(':4\n');
});
