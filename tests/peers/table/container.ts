import type { Area } from '../transcript/parse.ts';

/** The long names: `docker container …`. */
export const container: Area = {
  'docker container': String.raw`
    $ docker container create --name a busybox sh -c 'trap "exit 3" TERM; echo ready; sleep 1000 & wait'
    <id>
    $ docker container start a
    a
    $ ready a
    $ docker container ls --format '{{.Names}}'
    a
    $ docker container list --format '{{.Names}}'
    a
    $ docker container exec a cat /proc/1/comm
    sh
    $ docker container pause a
    a
    $ docker container unpause a
    a
    $ docker container rename a b
    $ docker container update --pids-limit 50 b
    b
    $ docker container stop b
    b
    $ docker container wait b
    3
    $ docker container restart b
    b
    $ docker container kill b
    b
    $ docker container wait b
    137
    $ docker container logs b
    ready
    ready
    $ docker container inspect -f '{{.State.ExitCode}}' b
    137
    $ docker container diff b
    $ docker container run --rm busybox echo hi
    hi
    $ docker container remove b
    b
  `,
};
