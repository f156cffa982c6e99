import { it } from 'vitest';
import { besideDocker, expectSame } from './pair.ts';

besideDocker('inspect', (pair) => {
  it.each([
    'inspect a',
    'inspect nope',
    'inspect a nope',
    'inspect --type container a',
    'inspect --type image nope',
    'inspect --type foo a',
    'inspect -s a',
    'inspect --format json a',
    'container inspect a',
    'image inspect busybox',
    'image inspect nope',
  ])('docker %s', async (line) => {
    // The real client looks for swarm objects too, of which there are none here.
    expectSame(await pair.both(line.split(' ')), (asked) =>
      asked.filter(({ path }) => !/^\/(info|plugins)/.test(path)),
    );
  });

  it.each([
    '{{.Foo',
    '{{.Foo}}',
    '{{.Id}}',
    '{{.ID}}',
    '{{.State.Running}} {{.State.Pid}}',
    '{{json .State}}',
    '{{.Config.Env}} {{.Config.Cmd}} {{.Config.Labels}}',
    '{{range $name, $network := .NetworkSettings.Networks}}{{$name}}={{$network.IPAddress}}{{end}}',
    '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}',
    '{{index .Config.Env 0}}',
    '{{(index (index .HostConfig.PortBindings "80/tcp") 0).HostPort}}',
    '{{.State.Health}}|{{.Config.Volumes}} {{.HostConfig.Binds}} {{.Config.Entrypoint}}',
    '{{.Id | printf "%.12s"}} {{slice .Id 0 12}} {{len .Config.Env}}',
    '{{with .Config}}{{.Tty}}{{else}}n{{end}} {{.LogPath}}|{{.Mounts}}',
    '{{join .Config.Env ","}} {{title "abc"}} {{truncate "abcdef" 3}} {{pad "a" 1 2}}|',
    '{{printf "%d %v %s %q" .State.Pid .Args .Name .Name}}',
    '{{.Config.Nope}}',
    '{{.State.Pid.Foo}}',
    '{{range .Config.Env}}{{println .}}{{end}}',
    '{{- /* nothing */ -}} {{upper .Driver}} {{lower "ABC"}} {{split "a,b" ","}}',
    '{{if and .State.Running (not .State.Paused)}}yes{{end}} {{$x := 3}}{{$x}}',
  ])('docker inspect --format %s', async (format) => {
    expectSame(await pair.both(['inspect', '--format', format, 'a']), () => []);
  });
});
