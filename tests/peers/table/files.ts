import type { Area } from '../transcript/parse.ts';

/** cp diff commit export import. */
export const files: Area = {
  'cp of files': String.raw`
    $ docker create --name a busybox cat /tmp/f
    <id>
    $ echo hello >f && docker cp f a:/tmp/f
    $ docker start -a a
    hello
    $ docker cp a:/tmp/f g && cat g
    hello
    $ docker cp a:/tmp/f . && cat f
    hello
    $ docker cp a:/tmp/f - | tar -t
    f
    $ echo two >two && tar -c two | docker cp - a:/root
    $ docker cp a:/root/two - | tar -xO
    two
    $ docker cp a:/nope .
    ! Error response from daemon: Could not find the file /nope in container a
    ? 1
    $ docker cp f a:/no/such/place
    ! Error response from daemon: Could not find the file /no/such in container a
    ? 1
    $ docker cp f nope:/   # since 28
    ! ...
    ! no such directory
    ? 1
    $ docker cp f nope:/f
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker cp f g
    ! must specify at least one container source
    ? 1
    $ docker cp a:/tmp/f a:/tmp/g
    ! copying between containers is not supported
    ? 1
    $ docker cp nosuch a:/tmp
    ! lstat <...>/nosuch: no such file or directory
    ? 1
    $ docker cp f a:/tmp/f/g
    ! <...>
    ? 1
  `,
  'cp of directories': String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ mkdir -p d/sub && echo 1 >d/one && echo 2 >d/sub/two && docker cp d a:/tmp/new
    $ docker exec a find /tmp/new -type f | sort
    /tmp/new/one
    /tmp/new/sub/two
    $ docker cp d a:/tmp/new
    $ docker exec a cat /tmp/new/d/sub/two
    2
    $ docker cp d/. a:/root
    $ docker exec a cat /root/one
    1
    $ docker exec a sh -c 'ln -s /tmp/new /link; chown 5:6 /tmp/new/one; chmod 640 /tmp/new/one'
    $ docker cp -a a:/tmp/new back && cat back/sub/two && stat -c %a back/one
    2
    640
    $ docker cp -L a:/link follow && cat follow/one
    1
    $ docker cp a:/link kept && readlink kept
    /tmp/new
    $ docker container cp -q a:/tmp/new/sub/. here && cat here/two
    2
    $ docker cp f-is-missing/ a:/
    ! lstat <...>/f-is-missing: no such file or directory
    ? 1
  `,
  'cp through mounts and doors': String.raw`
    $ docker run -d --name a -v data:/data --read-only busybox sleep 1000
    <id>
    $ echo in >f && docker cp f a:/data/f
    $ docker exec a cat /data/f
    in
    $ docker cp f a:/root
    ! Error response from daemon: container rootfs is marked read-only
    ? 1
    $ docker run -d --name b -v data:/data:ro busybox sleep 1000
    <id>
    $ docker cp f b:/data/g
    ! Error response from daemon: mounted volume is marked read-only
    ? 1
    $ docker exec b ln -s ../../../../../etc/passwd /tmp/out
    $ docker cp -L b:/tmp/out got && grep -c ^www-data: got
    1
  `,
  diff: String.raw`
    $ docker run --name a busybox sh -c 'echo new >/new; rm /etc/passwd; echo x >>/etc/group; mkdir -p /var/made; touch /var/made/f'
    $ docker diff a
    C /etc
    C /etc/group
    D /etc/passwd
    A /new
    C /var
    A /var/made
    A /var/made/f
    $ docker create --name b busybox
    <id>
    $ docker diff b
    $ docker container diff nope
    ! Error response from daemon: No such container: nope
    ? 1
  `,
  commit: String.raw`
    $ docker run --name a -e KEPT=1 busybox sh -c 'echo new >/new'
    $ docker commit -a 'A. Sailor' -m 'add /new' -c 'CMD ["cat","/new"]' -c 'ENV MORE=2' a made:1
    sha256:<id>
    $ docker run --rm made:1
    new
    $ docker inspect -f '{{.Author}}|{{.Comment}}|{{json .Config.Cmd}}|{{len .RootFS.Layers}}' made:1
    A. Sailor|add /new|["cat","/new"]|2
    $ docker run --rm made:1 sh -c 'echo $KEPT$MORE'
    12
    $ docker history --format '{{.Comment}}|{{.CreatedBy}}' made:1 | head -1
    add /new|sh -c echo new >/new
    $ docker commit a
    sha256:<id>
    $ docker images --filter dangling=true --format '{{.Repository}}:{{.Tag}}'
    <none>:<none>
    $ docker container commit nope x
    ! Error response from daemon: No such container: nope
    ? 1
    $ docker commit a Bad
    ! invalid reference format: repository name (library/Bad) must be lowercase
    ? 1
    $ docker commit -c 'FROM x' a
    ! Error response from daemon: FROM is not a valid change command
    ? 1
    $ docker rmi made:1
    Untagged: made:1
    Deleted: sha256:<id>
  `,
  'export and import': String.raw`
    $ docker run --name a busybox sh -c 'echo new >/new; rm /etc/passwd'
    $ docker export a | tar -t | grep -E '^(new|etc/passwd|etc/group|bin/sh)$' | sort
    bin/sh
    etc/group
    new
    $ docker export -o a.tar a && docker import -m 'all of it' -c 'CMD ["cat","/new"]' a.tar flat:1
    sha256:<id>
    $ docker run --rm flat:1
    new
    $ docker inspect -f '{{.Comment}} {{len .RootFS.Layers}} {{json .Config.Cmd}}' flat:1
    all of it 1 ["cat","/new"]
    $ docker container export a | docker import - flat:2
    sha256:<id>
    $ docker run --rm flat:2 cat /new
    new
    $ docker run flat:2   # since 28
    ! docker: Error response from daemon: no command specified
    !
    ! Run 'docker run --help' for more information
    ? 125
    $ docker history --format '{{.Comment}}' flat:2
    Imported from -
    $ docker import nosuch.tar x
    ! open nosuch.tar: no such file or directory
    ? 1
    $ echo nonsense | docker import - x
    ! Error response from daemon: <...>
    ? 1
    $ docker export nope >file
    ! Error response from daemon: No such container: nope
    ? 1
  `,
};
