import type { Area } from '../transcript/parse.ts';

/** volume …, run -v --mount --tmpfs --volumes-from. */
export const volumes: Area = {
  'create, ls, inspect, rm': String.raw`
    $ docker volume create data
    data
    $ docker volume create data
    data
    $ docker volume create --label x=1 cargo
    cargo
    $ docker volume create
    <id>
    $ docker volume ls --filter name=cargo --filter name=data
    DRIVER    VOLUME NAME
    local     cargo
    local     data
    $ docker volume ls -q --filter label=x=1
    cargo
    $ docker volume inspect -f '{{.Name}} {{.Driver}} {{.Scope}} {{.Mountpoint}} {{json .Labels}} {{.CreatedAt}}' cargo
    cargo local local /var/lib/docker/volumes/cargo/_data {"x":"1"} <time>
    $ docker volume inspect nope
    []
    ! Error response from daemon: get nope: no such volume
    ? 1
    $ docker volume rm cargo nope
    cargo
    ! Error response from daemon: get nope: no such volume
    ? 1
    $ docker volume rm -f nope
    nope
    $ docker volume create x
    ! Error response from daemon: create x: volume name is too short, names should be at least two alphanumeric characters
    ? 1
    $ docker volume create a/b
    ! Error response from daemon: create a/b: "a/b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
    ? 1
    $ docker volume create --driver nope xx
    ! Error response from daemon: create xx: error looking up volume plugin nope: plugin "nope" not found
    ? 1
    $ docker volume prune -f
    Deleted Volumes:
    <id>

    Total reclaimed space: 0B
    $ docker volume ls -q
    data
    $ docker volume prune -a -f
    Deleted Volumes:
    data

    Total reclaimed space: 0B
  `,
  'a volume outlives its containers': String.raw`
    $ docker run --rm -v data:/data busybox sh -c 'echo kept >/data/f'
    $ docker run --rm -v data:/data:ro busybox cat /data/f
    kept
    $ docker run --rm -v data:/data:ro busybox touch /data/g
    ! touch: /data/g: Read-only file system
    ? 1
    $ docker create --name a --mount type=volume,src=data,dst=/data busybox
    <id>
    $ docker inspect -f '{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}} {{.Destination}} {{.Driver}} {{.RW}}{{end}}' a
    volume data /var/lib/docker/volumes/data/_data /data local true
    $ docker volume rm data
    ! Error response from daemon: remove data: volume is in use - [<id>]
    ? 1
    $ docker ps -a --filter volume=data --format '{{.Names}} {{.Mounts}} {{.LocalVolumes}}'
    a data 1
    $ docker volume ls -q --filter dangling=true
    $ docker rm -v a
    a
    $ docker volume ls -q --filter dangling=true
    data
    $ docker volume rm data
    data
  `,
  'content of the image comes along': String.raw`
    $ docker run --rm -v fresh:/etc busybox true
    $ docker run --rm -v fresh:/look busybox sh -c 'ls /look | grep -c -E "^(passwd|group)$"; stat -c %a /look/shadow'
    2
    600
    $ docker run --rm --mount type=volume,src=empty,dst=/var,volume-nocopy busybox ls /var
    $ docker run --rm -v fresh:/var busybox ls /var/passwd
    /var/passwd
  `,
  'anonymous volumes': String.raw`
    $ docker run --name a -v /data busybox touch /data/f
    $ docker inspect -f '{{range .Mounts}}{{.Name}} {{.Destination}}{{end}}' a
    <id> /data
    $ docker volume ls -q
    <id>
    $ docker run --rm --volumes-from a busybox ls /data
    f
    $ docker run --rm --volumes-from a:ro busybox touch /data/g
    ! touch: /data/g: Read-only file system
    ? 1
    $ docker rm -v a
    a
    $ docker volume ls -q
    $ docker run --rm -v /data busybox true
    $ docker volume ls -q
    $ docker run --rm --volumes-from nope busybox   # since 28
    ! docker: Error response from daemon: No such container: nope
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  binds: String.raw`
    $ docker run --rm -v /tmp/of-the-table:/x busybox sh -c 'echo bound >/x/f'
    $ docker run --rm --mount type=bind,src=/tmp/of-the-table,dst=/y,readonly busybox sh -c 'cat /y/f; touch /y/g'
    bound
    ! touch: /y/g: Read-only file system
    ? 1
    $ docker run --rm -v /tmp:/host busybox rm -r /host/of-the-table
    $ docker run --rm --mount type=bind,src=/no/such,dst=/x busybox   # since 28
    ! docker: Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /no/such
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -v a/b:/x busybox   # since 28
    ! docker: Error response from daemon: create a/b: "a/b" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -v data:relative busybox   # since 28
    ! docker: Error response from daemon: invalid volume specification: 'data:relative': invalid mount config for type "volume": invalid mount path: 'relative' mount path must be absolute
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -v data:/ busybox   # since 28
    ! docker: Error response from daemon: invalid volume specification: 'data:/': invalid mount config for type "volume": invalid specification: destination can't be '/'
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -v one:/x -v two:/x busybox   # since 28
    ! docker: Error response from daemon: Duplicate mount point: /x
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  tmpfs: String.raw`
    $ docker run --rm --tmpfs /t busybox grep ' /t ' /proc/mounts
    tmpfs /t tmpfs rw,nosuid,nodev,noexec,relatime<...> 0 0
    $ docker run --rm --mount type=tmpfs,dst=/t,tmpfs-size=1m,tmpfs-mode=700 busybox sh -c 'stat -c %a /t; df -k /t | tail -1 | awk "{print \$2}"'
    700
    1024
    $ docker run --rm --tmpfs /t:exec,size=64k busybox dd if=/dev/zero of=/t/f bs=100k count=1
    ! dd: <...>No space left on device
    ! ...
    ? 1
  `,
};
