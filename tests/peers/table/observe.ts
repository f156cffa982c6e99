import type { Area } from '../transcript/parse.ts';

/** ps, logs, top, stats, events, inspect. */
export const observe: Area = {
  logs: String.raw`
    $ docker run --name a --label ship=bottle --log-opt labels=ship busybox sh -c 'echo one; echo two >&2; sleep 0.1; echo three'
    one
    three
    ! two
    $ docker logs a
    one
    three
    ! two
    $ docker logs --tail 1 a
    three
    $ docker logs -n 0 a
    $ docker logs -t -n 1 a
    <time> three
    $ docker logs --details --tail 1 a
    ship=bottle three
    $ docker logs --since 1h --tail 1 a
    three
    $ docker logs --until 2020-01-01T00:00:00Z a
    $ docker logs --since 2099-01-01 a
    $ docker logs -f a
    one
    three
    ! two
    $ docker logs nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker logs --since yesterday a
    ! invalid value for "since": failed to parse value as time or duration: "yesterday"
    ? 1
    $ docker logs --tail x a
    one
    three
    ! two
    $ docker container logs --tail 1 a
    three
  `,
  'logs of a running container': String.raw`
    $ docker run -d -i --name a busybox sh -c 'echo ready; read x; echo $x'
    <id>
    $ first docker logs -f a
    ready
    $ echo last | docker attach a
    last
    $ docker logs --follow a
    ready
    last
    $ docker run --name quiet --log-driver none busybox echo heard
    heard
    $ docker logs quiet
    ! Error response from daemon: configured logging driver does not support reading
    ? 1
  `,
  ps: String.raw`
    $ docker run -d --name a --label x=1 busybox sh -c 'sleep 1000; echo a long command line'
    <id>
    $ docker create --name b busybox
    <id>
    $ docker run --name c busybox sh -c 'exit 3'
    ? 3
    $ docker ps
    CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS        PORTS     NAMES
    <short>   busybox   "sh -c 'sleep 1000; …"   <ago> ago   Up <ago>             a
    $ docker ps --no-trunc --format '{{.ID}} {{.Command}}'
    <id> "sh -c 'sleep 1000; echo a long command line'"
    $ docker ps -aq
    <short>
    <short>
    <short>
    $ docker ps -a --format '{{.Names}}|{{.Image}}|{{.State}}|{{.Ports}}|{{.Mounts}}|{{.Networks}}|{{.LocalVolumes}}'
    c|busybox|exited|||bridge|0
    b|busybox|created|||bridge|0
    a|busybox|running|||bridge|0
    $ docker ps -n 1 --format '{{.Names}}'
    c
    $ docker ps -l --format '{{.Names}}'
    c
    $ docker ps -a --filter status=created --filter status=running --format '{{.Names}}'
    b
    a
    $ docker ps -a --filter exited=3 --format '{{.Names}}'
    c
    $ docker ps -a --filter ancestor=busybox --filter name=a --format '{{.Names}}'
    a
    $ docker ps -a --filter before=b --format '{{.Names}}'
    a
    $ docker ps -a --filter since=b --format '{{.Names}}'
    c
    $ docker ps --filter status=nope
    ! Error response from daemon: invalid filter 'status=nope'<...>
    ? 1
    $ docker ps --filter nope=1
    ! Error response from daemon: invalid filter 'nope'
    ? 1
    $ docker ps --format 'table {{.Names}}\t{{.State}}'
    NAMES     STATE
    a         running
    $ docker ps --format json | grep -o '"Names":"a"'
    "Names":"a"
    $ docker ps -s --format '{{.Names}} {{.Size}}'
    a 0B (virtual <size>)
    $ docker container ls --all --quiet --no-trunc
    <id>
    <id>
    <id>
    $ docker ps --format '{{.Nope}}'
    ! <...>can't evaluate field Nope in type *formatter.ContainerContext
    ? 1
  `,
  top: String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker top a
    UID                 PID                 PPID                C                   STIME               TTY                 TIME                CMD
    root                <n>                 <n>                 <n>                   <clock>               ?                   00:00:00            sleep 1000
    $ docker top a -o pid,comm
    PID                 COMMAND
    <n>                 sleep
    $ docker top nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker kill a
    a
    $ docker wait a
    137
    $ docker top a
    ! Error response from daemon: container <id> is not running
    ? 1
  `,
  'stats --no-stream': String.raw`
    $ docker run -d --name a -m 16m busybox sleep 1000
    <id>
    $ docker create --name b busybox
    <id>
    $ docker stats --no-stream
    CONTAINER ID   NAME      CPU %     MEM USAGE / LIMIT   MEM %     NET I/O   BLOCK I/O   PIDS
    <short>   a         <percent>     <size> / 16MiB       <percent>     <size> / <size>   <size> / <size>     1
    $ docker stats --no-stream --format '{{.Name}} {{.PIDs}} {{.MemPerc}}' a
    a 1 <percent>
    $ docker stats --no-stream --all --format '{{.Name}}'
    b
    a
    $ docker stats --no-stream nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker container stats --no-stream --no-trunc --format '{{.ID}}' a
    <id>
  `,
  events: String.raw`
    $ docker info -f '{{.SystemTime}}' >since
    $ docker run --name a --label x=1 busybox sh -c 'exit 3'
    ? 3
    $ docker rm a
    a
    $ docker info -f '{{.SystemTime}}' >until
    $ docker events --since "$(cat since)" --until "$(cat until)" --filter type=container
    <time> container create <id> (image=busybox, name=a, x=1)
    <time> container attach <id> (image=busybox, name=a, x=1)
    <time> container start <id> (image=busybox, name=a, x=1)
    <time> container die <id> (execDuration=<n>, exitCode=3, image=busybox, name=a, x=1)
    <time> container destroy <id> (image=busybox, name=a, x=1)
    $ docker events --since "$(cat since)" --until "$(cat until)" --format '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'
    container create a
    container attach a
    network connect bridge
    container start a
    container die a
    network disconnect bridge
    container destroy a
    $ docker events --since "$(cat since)" --until "$(cat until)" --filter event=die --filter label=x=1 --format '{{.Actor.Attributes.exitCode}}'
    3
    $ docker events --since "$(cat since)" --until "$(cat until)" --filter container=nope
    $ docker events --since "$(cat since)" --until "$(cat until)" --filter event=die --format json | grep -o '"Action":"die"'
    "Action":"die"
    $ docker system events --since "$(cat since)" --until "$(cat until)" --filter event=start --format '{{.Status}}'
    start
  `,
  'events of a life': String.raw`
    $ docker info -f '{{.SystemTime}}' >since
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker pause a
    a
    $ docker unpause a
    a
    $ docker exec a true
    $ docker rename a b
    $ docker stop -t 0 b
    b
    $ docker start b
    b
    $ docker kill b
    b
    $ docker wait b
    137
    $ docker restart b
    b
    $ docker rm -f b
    b
    $ docker events --since "$(cat since)" --until "$(docker info -f '{{.SystemTime}}')" --filter type=container --format '{{.Action}} {{.Actor.Attributes.signal}}'
    create <no value>
    start <no value>
    pause <no value>
    unpause <no value>
    exec_create: true <no value>
    exec_start: true <no value>
    exec_die <no value>
    rename <no value>
    kill 15
    kill 9
    die <no value>
    stop <no value>
    start <no value>
    kill 9
    die <no value>
    start <no value>
    restart <no value>
    kill 9
    die <no value>
    destroy <no value>
  `,
  inspect: String.raw`
    $ docker run -d --name a -e X=1 --label l=v --restart unless-stopped -m 16m busybox sleep 1000
    <id>
    $ docker inspect a | head -3
    [
        {
            "Id": "<id>",
    $ docker inspect -f '{{.Name}} {{.Path}} {{json .Args}} {{.Config.Image}} {{.RestartCount}}' a
    /a sleep ["1000"] busybox 0
    $ docker inspect -f '{{.Created}} {{.State.StartedAt}} {{.State.FinishedAt}}' a
    <time> <time> 0001-01-01T00:00:00Z
    $ docker inspect -f '{{.State.Status}} {{.State.Running}} {{.State.Paused}} {{.State.ExitCode}} {{.State.Error}}' a
    running true false 0<...>
    $ docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' a
    X=1
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

    $ docker inspect -f '{{index .Config.Labels "l"}} {{len .Config.Env}} {{.HostConfig.RestartPolicy.Name}}' a
    v 2 unless-stopped
    $ docker inspect -f '{{with .HostConfig}}{{.Memory}} {{.NetworkMode}} {{.Privileged}} {{printf "%T" .Memory}}{{end}}' a
    16777216 bridge false int64
    $ docker inspect -f '{{if eq .State.Status "running"}}up{{else}}down{{end}} {{upper .Name}} {{join .Args ","}}' a
    up /A 1000
    $ docker inspect -f '{{json .State.Running}} {{slice .Id 0 12}}' a
    true <short>
    $ docker inspect -f '{{range $name, $net := .NetworkSettings.Networks}}{{$name}} {{$net.Gateway}} {{$net.IPPrefixLen}}{{end}}' a
    bridge 172.17.0.1 16
    $ docker inspect --size -f '{{.SizeRw}}' a
    <n>
    $ docker inspect --type image a
    []
    ! Error response from daemon: No such image: a:latest
    ? 1
    $ docker inspect nope a -f '{{.Name}}'
    /a
    ! <...>o such object: nope
    ? 1
    $ docker inspect -f '{{.Nope}}' a
    <...>
    ! template parsing error: template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"
    ? 1
    $ docker inspect -f '{{.Name' a
    ! template parsing error: template: :1: unclosed action
    ? 64
    $ docker inspect -f '{{.Os}} {{.Architecture}} {{json .Config.Cmd}} {{json .RepoTags}}' busybox
    linux 386 ["sh"] ["busybox:latest"]
    $ docker container inspect busybox
    []
    ! Error response from daemon: No such container: busybox
    ? 1
  `,
};
