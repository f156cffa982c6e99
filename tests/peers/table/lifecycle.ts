import type { Area } from '../transcript/parse.ts';

/** create start stop restart kill pause unpause wait rename update rm prune. */
export const lifecycle: Area = {
  'a container from create to rm': String.raw`
    $ docker create --name a busybox sleep 1000
    <id>
    $ docker ps
    CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES
    $ docker ps -a
    CONTAINER ID   IMAGE     COMMAND        CREATED        STATUS    PORTS     NAMES
    <short>   busybox   "sleep 1000"   <ago> ago   Created             a
    $ docker start a
    a
    $ docker start a
    a
    $ docker ps --format '{{.Names}}: {{.State}}, {{.Status}}'
    a: running, Up <ago>
    $ docker rm a
    ! Error response from daemon: cannot remove container "<...>a": container is running: stop the container before removing or force remove
    ? 1
    $ docker stop -t 0 a
    a
    $ docker stop a
    a
    $ docker ps -a --format '{{.Names}} {{.Status}}'
    a Exited (137) <ago> ago
    $ docker start a
    a
    $ docker rm -f a
    a
    $ docker ps -aq
  `,
  'stop asks and waits; kill does not ask': String.raw`
    $ docker run -d --name polite busybox sh -c 'trap "echo cleaned up; exit 0" TERM; echo ready; sleep 1000 & wait'
    <id>
    $ ready polite
    $ docker stop polite
    polite
    $ docker logs polite
    ready
    cleaned up
    $ docker inspect -f '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Pid}}' polite
    exited 0 false 0
    $ docker start polite
    polite
    $ docker kill polite
    polite
    $ docker wait polite
    137
    $ docker run -d --name asked --stop-signal HUP busybox sh -c 'trap "exit 9" HUP; echo ready; sleep 1000 & wait'
    <id>
    $ ready asked
    $ docker stop asked
    asked
    $ docker wait asked
    9
    $ docker run -d --name init --init busybox sleep 1000
    <id>
    $ docker stop init
    init
    $ docker wait init
    143
  `,
  'kill -s sends any signal': String.raw`
    $ docker run -d --name a busybox sh -c 'trap "echo usr1" USR1; trap "exit 5" INT; echo ready; while :; do sleep 1000 & wait; done'
    <id>
    $ ready a
    $ docker kill -s USR1 a
    a
    $ docker kill --signal=SIGINT a
    a
    $ docker wait a
    5
    $ docker kill a
    ! Error response from daemon: <...>ontainer <...> is not running
    ? 1
    $ docker start a
    a
    $ docker kill -s NOPE a
    ! Error response from daemon: <...>nvalid signal: NOPE
    ? 1
    $ docker kill -s 9 a
    a
    $ docker kill nope
    ! Error response from daemon: <...>No such container: nope
    ? 1
  `,
  'pause and unpause': String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker pause a
    a
    $ docker ps --format '{{.Names}}: {{.State}}, {{.Status}}'
    a: paused, Up <ago> (Paused)
    $ docker pause a
    ! Error response from daemon: <...> is already paused
    ? 1
    $ docker exec a true
    ! Error response from daemon: <...> is paused, unpause the container before exec
    ? 1
    $ docker rm a
    ! Error response from daemon: cannot remove container "<...>a": container is paused and must be unpaused first
    ? 1
    $ docker start a
    ! Error response from daemon: cannot start a paused container, try unpause instead
    ! Error: failed to start containers: a
    ? 1
    $ docker unpause a
    a
    $ docker unpause a
    ! Error response from daemon: Container <id> is not paused
    ? 1
    $ docker exec a echo awake
    awake
    $ docker stop -t 0 a
    a
    $ docker pause a
    ! Error response from daemon: <...> is not running
    ? 1
  `,
  restart: String.raw`
    $ docker run -d --name a busybox sh -c 'echo started; sleep 1000'
    <id>
    $ ready a
    $ docker restart -t 0 a
    a
    $ docker inspect -f '{{.State.Status}} {{.RestartCount}}' a
    running 0
    $ docker kill a
    a
    $ docker restart a
    a
    $ docker stop -t 0 a
    a
    $ docker logs a
    started
    started
    started
    $ docker restart nope
    ! Error response from daemon: No such container: nope
    ? 1
  `,
  wait: String.raw`
    $ docker run --name a busybox sh -c 'exit 3'
    ? 3
    $ docker run --name b busybox true
    $ docker wait a b
    3
    0
    $ docker wait nope a
    3
    ! Error response from daemon: No such container: nope
    ? 1
  `,
  rename: String.raw`
    $ docker create --name a busybox
    <id>
    $ docker create --name b busybox
    <id>
    $ docker rename a c
    $ docker ps -a --format '{{.Names}}'
    b
    c
    $ docker rename b c
    ! Error response from daemon: Error when allocating new name: Conflict. The container name "/c" is already in use by container "<id>". You have to remove (or rename) that container to be able to reuse that name.
    ! Error: failed to rename container named b
    ? 1
    $ docker rename nope d
    ! Error response from daemon: No such container: nope
    ! Error: failed to rename container named nope
    ? 1
    $ docker rename b b
    ! Error response from daemon: Renaming a container with the same name as its current name
    ! Error: failed to rename container named b
    ? 1
    $ docker rename b -- -x
    ! Error response from daemon: Error when allocating new name: Invalid container name (-x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed
    ! Error: failed to rename container named b
    ? 1
    $ docker start c
    c
  `,
  update: String.raw`
    $ docker run -d --name a -m 16m busybox sleep 1000
    <id>
    $ docker update -m 32m --memory-swap 64m a
    a
    $ docker exec a cat /sys/fs/cgroup/memory.max
    33554432
    $ docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}' a
    33554432 67108864
    $ docker update --cpus 0.5 --pids-limit 20 a
    a
    $ docker exec a cat /sys/fs/cgroup/cpu.max /sys/fs/cgroup/pids.max
    50000 100000
    20
    $ docker update --restart on-failure:3 a
    a
    $ docker inspect -f '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}}' a
    on-failure 3
    $ docker update a
    ! you must provide one or more flags when using this command
    ? 1
    $ docker update -m 1m nope
    ! Error response from daemon: No such container: nope
    ? 1
  `,
  'rm and prune': String.raw`
    $ docker create --name a busybox
    <id>
    $ docker create --name b busybox
    <id>
    $ docker run -d --name c busybox sleep 1000
    <id>
    $ docker rm a nope
    a
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker rm
    ! docker: 'docker rm' requires at least 1 argument
    !
    ! Usage:  docker rm [OPTIONS] CONTAINER [CONTAINER...]
    !
    ! See 'docker rm --help' for more information
    ? 1
    $ echo n | docker container prune   # since 28
    WARNING! This will remove all stopped containers.
    Are you sure you want to continue? [y/N]<eof>
    $ docker container prune -f --filter label=none
    Total reclaimed space: 0B
    $ docker container prune -f
    Deleted Containers:
    <id>

    Total reclaimed space: 0B
    $ docker ps -a --format '{{.Names}}'
    c
    $ docker container rm --force c
    c
    $ docker rm -f nope
    ! Error response from daemon: No such container: nope
  `,
  'names and IDs': String.raw`
    $ docker create --name a busybox
    <id>
    $ docker create --name a busybox
    ! Error response from daemon: Conflict. The container name "/a" is already in use by container "<id>". You have to remove (or rename) that container to be able to reuse that name.
    ? 1
    $ docker create --name ' x' busybox
    ! Error response from daemon: Invalid container name ( x), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed
    ? 1
    $ docker inspect -f '{{.Name}}' "$(docker ps -aq)"
    /a
    $ docker start "$(docker ps -aq | cut -c 1-4)" | wc -c
    5
    $ docker create busybox
    <id>
    $ docker ps -a --filter name=_ --format '{{.Names}}'
    <name>
  `,
  'restart policies': String.raw`
    $ docker info -f '{{.SystemTime}}' >since
    $ docker run -d --name a --restart on-failure:2 busybox sh -c 'echo try; exit 3'
    <id>
    $ first 3 docker events --since "$(cat since)" --filter container=a --filter event=die --format '{{.Action}} {{.Actor.Attributes.exitCode}}'
    die 3
    die 3
    die 3
    $ docker inspect -f '{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}' a
    2 exited 3
    $ docker logs a
    try
    try
    try
    $ docker run -d --rm --restart always busybox
    ! docker: conflicting options: cannot specify both --restart and --rm
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run -d --restart sometimes busybox
    ! docker: Error response from daemon: invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  'health checks': String.raw`
    $ docker info -f '{{.SystemTime}}' >since
    $ docker run -d --name a --health-cmd 'test -e /well' --health-interval 100ms --health-retries 1 busybox sleep 1000
    <id>
    $ first docker events --since "$(cat since)" --filter container=a --filter event='health_status: unhealthy' --format '{{.Action}}'
    health_status: unhealthy
    $ docker ps --format '{{.Names}} {{.Status}}'
    a Up <ago> (unhealthy)
    $ docker exec a touch /well
    $ first docker events --since "$(cat since)" --filter container=a --filter event='health_status: healthy' --format '{{.Action}}'
    health_status: healthy
    $ docker inspect -f '{{.State.Health.Status}} {{.State.Health.FailingStreak}}' a
    healthy 0
    $ docker ps --filter health=healthy --format '{{.Names}}'
    a
  `,
};
