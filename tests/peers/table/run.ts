import type { Area } from '../transcript/parse.ts';

/** What `docker run` gives a process. */
export const run: Area = {
  'exit statuses': String.raw`
    $ docker run --rm busybox true
    $ docker run --rm busybox sh -c 'echo out; echo err >&2; exit 42'
    out
    ! err
    ? 42
    $ docker run --rm busybox nosuch   # since 28
    ! docker: Error response from daemon: <...>exec: "nosuch": executable file not found in $PATH<...>
    !
    ! Run 'docker run --help' for more information
    ? 127
    $ docker run --rm busybox /nosuch   # since 28
    ! docker: Error response from daemon: <...>exec: "/nosuch": stat /nosuch: no such file or directory<...>
    !
    ! Run 'docker run --help' for more information
    ? 127
    $ docker run --rm busybox /etc/passwd   # since 28
    ! docker: Error response from daemon: <...>exec: "/etc/passwd": permission denied<...>
    !
    ! Run 'docker run --help' for more information
    ? 126
    $ docker run --nosuch busybox   # since 28
    ! unknown flag: --nosuch
    !
    ! Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker ps -aq
  `,
  'an image that is not there': String.raw`
    $ docker run --rm --pull never nosuch   # since 28
    ! docker: Error response from daemon: No such image: nosuch:latest
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm nosuch   # since 28
    ! Unable to find image 'nosuch:latest' locally
    ! docker: Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login'<...>
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm busybox:1 echo pulled
    pulled
    ! Unable to find image 'busybox:1' locally
    ! 1: Pulling from library/busybox
    ! ...
    ! Status: Downloaded newer image for busybox:1
    $ docker run --rm BUSYBOX   # since 28
    ! docker: invalid reference format: repository name (library/BUSYBOX) must be lowercase
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  'environment, directory, user': String.raw`
    $ docker run --rm -e A=1 -e B busybox env
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    HOSTNAME=<short>
    A=1
    HOME=/root
    $ printf 'X=1\n# no\nY=two words\n' >file && docker run --rm --env-file file busybox sh -c 'echo "$X,$Y"'
    1,two words
    $ docker run --rm -w /made/here busybox pwd
    /made/here
    $ docker run --rm -w relative busybox pwd   # since 28
    ! docker: Error response from daemon: the working directory 'relative' is invalid, it needs to be an absolute path
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -u 5:6 busybox id
    uid=5 gid=6 groups=6
    $ docker run --rm -u www-data busybox id -un
    www-data
    $ docker run --rm -u 33 --group-add operator --group-add 99 busybox id -G
    33 37 99
    $ docker run --rm -u nosuch busybox id   # since 28
    ! docker: Error response from daemon: <...>unable to find user nosuch: no matching entries in passwd file<...>
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm busybox sh -c 'id -u; echo $HOME'
    0
    /root
  `,
  'names of the machine': String.raw`
    $ docker run --rm --hostname ship --domainname sea busybox sh -c 'hostname; cat /proc/sys/kernel/domainname; grep -c ship /etc/hosts'
    ship
    sea
    1
    $ docker run --rm --add-host db:10.0.0.5 busybox grep db /etc/hosts
    10.0.0.5	db
    $ docker run --rm --dns 10.0.0.1 --dns-search sea --dns-option ndots:2 busybox grep -E '^(nameserver|search|options)' /etc/resolv.conf
    nameserver 10.0.0.1
    search sea
    options ndots:2
    $ docker run --rm --uts host busybox hostname
    bottle
  `,
  'command and entry point': String.raw`
    $ docker run --rm --entrypoint echo busybox a 'b  c'
    a b  c
    $ docker run --rm --entrypoint '' busybox echo none
    none
    $ docker create --name a --entrypoint /bin/sh busybox -c 'echo hi'
    <id>
    $ docker inspect -f '{{json .Config.Entrypoint}} {{json .Config.Cmd}} {{.Path}} {{json .Args}}' a
    ["/bin/sh"] ["-c","echo hi"] /bin/sh ["-c","echo hi"]
    $ docker start -a a
    hi
    $ docker run --rm hello-world | head -2

    Hello from Ship in a Bottle!
  `,
  'standard input': String.raw`
    $ echo hello | docker run -i --rm busybox cat
    hello
    $ echo hello | docker run --rm busybox cat
    $ head -c 100000 /dev/zero | docker run -i --rm busybox wc -c
    100000
    $ docker run -i --rm busybox cat </dev/null
    $ docker run -it --rm busybox true </dev/null   # since 28
    ! the input device is not a TTY
    ? 1
    $ docker run -t --rm busybox tty
    /dev/pts/0<cr>
  `,
  detached: String.raw`
    $ docker run -d --name a --cidfile cid busybox sleep 1000
    <id>
    $ docker inspect -f '{{.Name}}' "$(cat cid)"
    /a
    $ docker run -d --cidfile cid busybox   # since 28
    ! docker: container ID file found, make sure the other container isn't running or delete cid
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run -d --rm --name b busybox true
    <id>
    $ docker run -d -a stdout busybox   # since 28
    ! conflicting options: cannot specify both --attach and --detach
    ? 1
    $ docker run -a stderr --rm busybox sh -c 'echo out; echo err >&2'
    ! err
  `,
  limits: String.raw`
    $ docker run --rm -m 16m busybox cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory.swap.max
    16777216
    16777216
    $ docker run --rm -m 16m --memory-reservation 8m busybox cat /sys/fs/cgroup/memory.low
    8388608
    $ docker run --rm --cpus 1.5 busybox   # since 28
    ! docker: Error response from daemon: Range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm --cpus 0.5 --cpu-shares 512 busybox sh -c 'cd /sys/fs/cgroup; cat cpu.max cpu.weight'
    50000 100000
    <n>
    $ docker run --rm --pids-limit 30 busybox cat /sys/fs/cgroup/pids.max
    30
    $ docker run --rm --ulimit nofile=100:200 busybox sh -c 'ulimit -n; ulimit -Hn'
    100
    200
    $ docker run --rm --shm-size 8m busybox sh -c 'df -k /dev/shm | tail -1 | awk "{print \$2}"'
    8192
    $ docker run --rm -m 1k busybox   # since 28
    ! docker: Error response from daemon: Minimum memory limit allowed is 6MB
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm -m lots busybox   # since 28
    ! invalid argument "lots" for "-m, --memory" flag: invalid size: 'lots'
    !
    ! Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --name fat -m 8m busybox sh -c 'x=x; while :; do x=$x$x; done'
    ? 137
    $ docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' fat
    true 137
  `,
  'what a process may': String.raw`
    $ docker run --rm busybox grep CapEff /proc/self/status
    CapEff:	00000000a80425fb
    $ docker run --rm --cap-drop ALL busybox grep CapEff /proc/self/status
    CapEff:	0000000000000000
    $ docker run --rm --cap-drop ALL --cap-add NET_ADMIN --cap-add CAP_CHOWN busybox grep CapEff /proc/self/status
    CapEff:	0000000000001001
    $ docker run --rm --cap-add NOPE busybox   # since 28
    ! docker: Error response from daemon: invalid CapAdd: unknown capability: "CAP_NOPE"
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm busybox hostname x
    ! hostname: sethostname: Operation not permitted
    ? 1
    $ docker run --rm --privileged busybox sh -c 'hostname x && hostname'
    x
    $ docker run --rm busybox grep -E 'Seccomp:|NoNewPrivs:' /proc/self/status
    NoNewPrivs:	0
    Seccomp:	2
    $ docker run --rm --security-opt seccomp=unconfined --security-opt no-new-privileges busybox grep -E 'Seccomp:|NoNewPrivs:' /proc/self/status
    NoNewPrivs:	1
    Seccomp:	0
    $ docker run --rm --read-only busybox touch /x
    ! touch: /x: Read-only file system
    ? 1
    $ docker run --rm --read-only --tmpfs /run:size=1m,mode=700 busybox sh -c 'touch /run/x && stat -c %a /run'
    700
    $ docker run --rm --sysctl net.ipv4.ip_forward=0 busybox cat /proc/sys/net/ipv4/ip_forward
    0
    $ docker run --rm --device /dev/zero:/dev/nought:r busybox head -c 3 /dev/nought | od -An -c
      \0  \0  \0
    $ docker run --rm --device /dev/nosuch busybox   # since 28
    ! docker: Error response from daemon: error gathering device information while adding custom device "/dev/nosuch": no such file or directory
    !
    ! Run 'docker run --help' for more information
    ? 127
  `,
  namespaces: String.raw`
    $ docker run --rm busybox sh -c 'echo $$'
    1
    $ docker run --rm --init busybox sh -c 'cat /proc/1/comm; test $$ != 1'
    docker-init
    $ docker run --rm --pid host busybox cat /proc/1/comm
    init
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker run --rm --pid container:a busybox cat /proc/1/comm
    sleep
    $ docker run --rm --ipc container:a busybox true   # since 28
    ! docker: Error response from daemon: <...>non-shareable IPC<...>
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker run --rm --cgroupns host busybox grep -c docker /proc/self/cgroup
    1
    $ docker run --rm busybox cat /proc/self/cgroup
    0::/
    $ docker run --rm --pid container:nope busybox true   # since 28
    ! docker: Error response from daemon: <...>No such container: nope
    !
    ! Run 'docker run --help' for more information
    ? 125
  `,
  labels: String.raw`
    $ printf 'from=file\n' >labels && docker create --name a --label x=1 --label empty --label-file labels busybox
    <id>
    $ docker inspect -f '{{json .Config.Labels}}' a
    {"empty":"","from":"file","x":"1"}
    $ docker ps -a --filter label=x=1 --format '{{.Names}} {{.Label "from"}}'
    a file
    $ docker ps -a --filter label=x=2 -q
  `,
};
