import { expect, it } from 'vitest';
import { unordered } from './asked.ts';
import { besideDocker, expectSame } from './pair.ts';

besideDocker('verbs', (pair) => {
  it.each([
    'pull busybox',
    'pull -q busybox:1.36',
    'pull reg.example:5000/a/b:c',
    'pull nope',
    'pull broken',
    'pull Foo',
    'pull -a busybox',
    'stop a b',
    'stop -t 3 -s INT a',
    'stop nope',
    'kill a',
    'kill -s HUP a nope',
    'restart -t 1 a',
    'rm a',
    'rm -fv a',
    'rm -f nope',
    'rm nope a',
    'rmi busybox',
    'rmi -f nope busybox',
    'tag busybox reg:5000/mine:1',
    'tag busybox mine',
    'tag nope mine',
    'tag busybox Mine',
    'wait a b',
    'start a b',
    'version --format {{.Server.Version}}',
    'version --format {{.Foo',
  ])('docker %s', async (line) => {
    expectSame(await pair.both(line.split(' ')), unordered);
  });

  it('docker info: what is said of the server', async () => {
    const outcome = await pair.both(['info']);
    const server = (text: string): string[] =>
      text
        .slice(text.indexOf('Server:'))
        .split('\n')
        // Versions of containerd and runc, which are not in the sandbox.
        .filter((line) => !/^ (containerd|runc|init) version/.test(line))
        .map((line) => line.trimEnd());
    expect(server(outcome.ours.stdout)).toEqual(server(outcome.real.stdout));
  });

  it('docker version: what is said of the server', async () => {
    const outcome = await pair.both(['version']);
    const server = (text: string): string => text.slice(text.indexOf('Server:'));
    expect(server(outcome.ours.stdout)).toBe(server(outcome.real.stdout));
  });
});
