import type { Area } from '../transcript/parse.ts';

/** version info system, and what every command has in common. */
export const system: Area = {
  'version and info': String.raw`
    $ docker version --format '{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}}/{{.Server.Arch}}'
    1.47 1.24 linux/386
    $ docker info --format '{{.OSType}} {{.Architecture}} {{.Driver}} {{.CgroupVersion}} {{.CgroupDriver}} {{.LoggingDriver}} {{.Name}}'
    linux i686 overlay2 2 cgroupfs json-file bottle
    $ docker run -d busybox sleep 1000
    <id>
    $ docker system info --format '{{.Containers}} {{.ContainersRunning}} {{.ContainersPaused}} {{.ContainersStopped}} {{.Images}}'
    1 1 0 0 2
    $ docker info | grep -E '^ (Containers|Storage Driver|Cgroup Version|Operating System|OSType)'
     Containers: 1
     Storage Driver: overlay2
     Cgroup Version: 2
     Operating System: <...>
     OSType: linux
    $ docker info --format '{{json .Plugins.Volume}} {{.Swarm.LocalNodeState}}'
    ["local"] inactive
  `,
  'no swarm, no plugins': String.raw`
    $ docker info --format '{{.Swarm.LocalNodeState}} {{len .Plugins.Network}}'
    inactive 3
    $ docker node ls # outside: the guest's own command has no word for it
    ! Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
    ? 1
    $ docker service ps web # outside: the guest's own command has no word for it
    ! Error response from daemon: This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.
    ? 1
    $ docker swarm leave # outside: the guest's own command has no word for it
    ! Error response from daemon: This node is not part of a swarm
    ? 1
    $ docker swarm init # outside: the guest's own command has no word for it
    ! Error response from daemon: this is not in this sandbox: a swarm is made of several machines whose engines know each other
    ? 1
    $ docker plugin ls --format '{{.Name}}' # outside: the guest's own command has no word for it
  `,
  df: String.raw`
    $ docker system df
    TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE
    Images          2         0         <size>   <size> (100%)
    Containers      0         0         0B        0B
    Local Volumes   0         0         0B        0B
    Build Cache     0         0         0B        0B
    $ docker run --name a -v data:/data busybox sh -c 'head -c 5000 /dev/zero >/f; head -c 3000 /dev/zero >/data/f'
    $ docker system df --format '{{.Type}}: {{.TotalCount}} {{.Active}} {{.Size}} {{.Reclaimable}}'
    Images: 2 1 <size> <size> (<n>%)
    Containers: 1 0 5kB 5kB (100%)
    Local Volumes: 1 1 3kB 0B (0%)
    Build Cache: 0 0 0B 0B
    $ docker system df -v
    Images space usage:

    REPOSITORY    TAG       IMAGE ID       CREATED      SIZE      SHARED SIZE   UNIQUE SIZE   CONTAINERS
    <...>   latest   <short>   <ago> ago   <size>   0B   <size>   <n>
    <...>   latest   <short>   <ago> ago   <size>   0B   <size>   <n>

    Containers space usage:

    CONTAINER ID   IMAGE     COMMAND                  LOCAL VOLUMES   SIZE      CREATED        STATUS                   NAMES
    <short>   busybox   "sh -c 'head -c 5000…"   1               5kB       <ago> ago   Exited (0) <ago> ago   a

    Local Volumes space usage:

    VOLUME NAME   LINKS     SIZE
    data          1         3kB

    Build cache usage: 0B

    CACHE ID   CACHE TYPE   SIZE      CREATED   LAST USED   USAGE     SHARED
  `,
  prune: String.raw`
    $ docker run --name a busybox sh -c 'head -c 5000 /dev/zero >/f'
    $ docker network create harbour
    <id>
    $ docker volume create data
    data
    $ docker system prune -f
    Deleted Containers:
    <id>

    Deleted Networks:
    harbour

    Total reclaimed space: 5kB
    $ docker volume ls -q
    data
    $ docker system prune -f --filter label=nope
    Total reclaimed space: 0B
    $ docker system prune -f -a --volumes
    Deleted Images:
    ...

    Total reclaimed space: <size>
    $ docker images -q
    $ docker volume ls -q
    data
  `,
  'what builds leave': String.raw`
    $ printf 'FROM busybox\nCOPY f /f\nRUN cat /f >/g\n' >Dockerfile; echo 1 >f; docker build -q -t app . 2>warned
    sha256:<id>
    $ docker run -d --name a app sleep 1000
    <id>
    $ echo 2 >f; docker build -q -t app . 2>warned
    sha256:<id>
    $ docker ps --format '{{.Names}} {{.Image}}'
    a <short>
    $ docker image prune -f
    Total reclaimed space: 0B
    $ docker rm -f a
    a
    $ docker image prune -f
    Deleted Images:
    deleted: sha256:<id>
    deleted: sha256:<id>
    deleted: sha256:<id>
    deleted: sha256:<id>

    Total reclaimed space: 4B
    $ docker builder prune -f 2>warned
    Total reclaimed space: 0B
    $ docker run -d --name a app sleep 1000
    <id>
    $ docker system df -v | awk '/^(app|busybox) /{print $1, $(NF-3), $(NF-2), $(NF-1), $NF}'
    app 1.1MB 1.095MB 4B 1
    busybox 1.1MB 1.095MB 0B 0
    $ docker system prune -f
    Total reclaimed space: 0B
    $ docker system prune -af
    Deleted Images:
    ...
    Deleted build cache objects:
    <id>

    Total reclaimed space: <size>
    $ docker images -a --format '{{.Repository}}'
    app
    busybox
    $ docker rm -f a; docker rmi app
    a
    Untagged: app:latest
    Deleted: sha256:<id>
    ...
  `,
  'commands that are not there': String.raw`
    $ docker nosuch   # since 28
    ! docker: unknown command: docker nosuch
    !
    ! Run 'docker --help' for more information
    ? 1
    $ docker container nosuch   # since 28
    ! docker: unknown command: docker container nosuch
    !
    ! Usage:  docker container
    !
    ! Run 'docker container --help' for more information
    ? 1
    $ docker ps extra   # since 28
    ! docker: 'docker ps' accepts no arguments
    !
    ! Usage:  docker ps [OPTIONS]
    !
    ! Run 'docker ps --help' for more information
    ? 1
    $ docker ps --nosuch   # since 28
    ! unknown flag: --nosuch
    !
    ! Usage:  docker ps [OPTIONS]
    !
    ! Run 'docker ps --help' for more information
    ? 125
  `,
};
