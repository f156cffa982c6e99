import type { Area } from '../transcript/parse.ts';

/** exec, attach, start -a. */
export const exec: Area = {
  exec: String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker exec a echo hi
    hi
    $ docker exec a sh -c 'echo out; echo err >&2; exit 4'
    out
    ! err
    ? 4
    $ echo hello | docker exec -i a cat
    hello
    $ echo hello | docker exec a cat
    $ docker exec -w /etc -e X=1 -u 33:33 a sh -c 'pwd; echo $X; id -u'
    /etc
    1
    33
    $ printf 'K=v\n' >file && docker exec --env-file file a sh -c 'echo $K'
    v
    $ docker exec -t a tty
    /dev/pts/0<cr>
    $ docker exec a grep CapEff /proc/self/status
    CapEff:	00000000a80425fb
    $ docker exec --privileged a grep CapEff /proc/self/status
    CapEff:	000001ffffffffff
    $ docker exec -d a sh -c 'echo done >/flag'
    $ docker exec a cat /proc/1/comm
    sleep
    $ docker exec a sh -c 'kill -9 $$'
    ? 137
  `,
  'exec that cannot': String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker exec a nosuch
    OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH<...>
    ? 127
    $ docker exec a /etc/passwd
    OCI runtime exec failed: exec failed: unable to start container process: exec: "/etc/passwd": permission denied<...>
    ? 126
    $ docker exec -u nosuch a true
    unable to find user nosuch: no matching entries in passwd file<...>
    ? 126
    $ docker exec nope true
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker exec -it a true </dev/null   # since 28
    ! the input device is not a TTY
    ? 1
    $ docker exec a   # since 28
    ! docker: 'docker exec' requires at least 2 arguments
    !
    ! Usage:  docker exec [OPTIONS] CONTAINER COMMAND [ARG...]
    !
    ! See 'docker exec --help' for more information
    ? 1
    $ docker stop -t 0 a
    a
    $ docker exec a true
    ! Error response from daemon: container <id> is not running
    ? 1
  `,
  attach: String.raw`
    $ docker run -d -i --name a busybox sh -c 'echo ready; read x; echo got $x; exit 6'
    <id>
    $ ready a
    $ echo hello | docker attach a
    got hello
    ? 6
    $ docker attach a
    ! You cannot attach to a stopped container, start it first
    ? 1
    $ docker attach nope
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker run -d --name b busybox sleep 1000
    <id>
    $ docker pause b
    b
    $ docker attach b
    ! You cannot attach to a paused container, unpause it first
    ? 1
  `,
  'start -a and -i': String.raw`
    $ docker create -i --name a busybox sh -c 'read x; echo got $x; exit 2'
    <id>
    $ echo hi | docker start -ai a
    got hi
    ? 2
    $ docker create --name b busybox echo again
    <id>
    $ docker start -a b
    again
    $ docker start -a b
    again
    $ docker start -a a b
    ! you cannot start and attach multiple containers at once
    ? 1
    $ docker start nope b
    b
    ! Error response from daemon: No such container: nope
    ! Error: failed to start containers: nope
    ? 1
  `,
};
