import type { Area } from '../transcript/parse.ts';

/** pull push login save load images tag rmi history search image. */
export const images: Area = {
  images: String.raw`
    $ docker images
    REPOSITORY    TAG       IMAGE ID       CREATED        SIZE
    <...>   latest   <short>   <ago> ago   <size>
    <...>   latest   <short>   <ago> ago   <size>
    $ docker images -q busybox
    <short>
    $ docker images --no-trunc --format '{{.ID}}' busybox
    sha256:<id>
    $ docker images --digests --format '{{.Repository}}:{{.Tag}} {{.Digest}}' busybox
    busybox:latest sha256:<id>
    $ docker images --filter reference='hello*' --format '{{.Repository}}'
    hello-world
    $ docker images --filter dangling=true -q
    $ docker images --filter nope=1
    ! Error response from daemon: invalid filter 'nope'
    ? 1
    $ docker image ls --format json busybox | grep -o '"Repository":"busybox"'
    "Repository":"busybox"
    $ docker images nope
    REPOSITORY   TAG       IMAGE ID   CREATED   SIZE
  `,
  pull: String.raw`
    $ docker rmi busybox | grep -c ged
    2
    $ docker pull busybox
    Using default tag: latest
    latest: Pulling from library/busybox
    <short>: Pulling fs layer
    ...
    <short>: Pull complete
    Digest: sha256:<id>
    Status: Downloaded newer image for busybox:latest
    docker.io/library/busybox:latest
    $ docker pull busybox
    Using default tag: latest
    latest: Pulling from library/busybox
    Digest: sha256:<id>
    Status: Image is up to date for busybox:latest
    docker.io/library/busybox:latest
    $ docker pull -q busybox:1.37
    docker.io/library/busybox:1.37
    $ docker image pull --quiet docker.io/library/busybox
    docker.io/library/busybox:latest
    $ docker pull "$(docker inspect -f '{{index .RepoDigests 0}}' busybox)" | tail -2
    Status: Image is up to date for busybox@sha256:<id>
    docker.io/library/busybox@sha256:<id>
    $ docker pull busybox:nope
    ! Error response from daemon: manifest for busybox:nope not found: manifest unknown<...>
    ? 1
    $ docker pull nosuch
    Using default tag: latest
    ! Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login'<...>
    ? 1
    $ docker pull Nope
    ! invalid reference format: repository name (library/Nope) must be lowercase
    ? 1
  `,
  'login and push': String.raw`
    $ docker tag busybox carol/denied
    $ docker push carol/denied
    Using default tag: latest
    The push refers to repository [docker.io/carol/denied]
    <short>: Preparing
    ! denied: requested access to the resource is denied
    ? 1
    $ echo secret | docker login -u carol --password-stdin 2>/dev/null
    Login Succeeded
    $ docker tag busybox carol/app
    $ docker push carol/app | tail -1
    latest: digest: sha256:<id> size: <...>
    $ docker push carol/app:latest
    The push refers to repository [docker.io/carol/app]
    <short>: Preparing
    <short>: Layer already exists
    latest: digest: sha256:<id> size: <...>
    $ docker image push -q carol/app
    docker.io/carol/app:latest
    $ docker push carol/none:1
    The push refers to repository [docker.io/carol/none]
    ! An image does not exist locally with the tag: carol/none
    ? 1
    $ docker push -a carol/app:1
    ! tag can't be used with --all-tags/-a
    ? 1
    $ echo wrong | docker login -u carol --password-stdin
    ! Error response from daemon: Get "<...>/v2/": unauthorized: incorrect username or password
    ? 1
    $ docker login -u carol --password-stdin -p x 2>/dev/null
    ? 1
    $ docker login --password-stdin
    ! the --password-stdin option requires --username to be set
    ? 1
    $ docker logout
    Removing login credentials for https://index.docker.io/v1/
    $ docker rmi carol/app carol/denied | wc -l
    3
  `,
  'save and load': String.raw`
    $ docker save -o saved.tar busybox
    $ tar -tf saved.tar | grep -v blobs | sort
    index.json
    manifest.json
    oci-layout
    repositories
    $ docker load -i saved.tar
    Loaded image: busybox:latest
    $ docker save busybox:latest | docker load -q
    Loaded image: busybox:latest
    $ docker image save none
    ! Error response from daemon: No such image: none:latest
    ? 1
    $ docker save busybox:none
    ! Error response from daemon: reference does not exist
    ? 1
    $ docker save -o /none/x busybox
    ! failed to save image: invalid output path: stat /none: no such file or directory
    ? 1
    $ docker image load -i none.tar
    ! open none.tar: no such file or directory
    ? 1
  `,
  'tag and rmi': String.raw`
    $ docker tag busybox mine:1
    $ docker image tag busybox localhost:5000/team/mine
    $ docker images --format '{{.Repository}}:{{.Tag}}' | sort
    busybox:latest
    hello-world:latest
    localhost:5000/team/mine:latest
    mine:1
    $ docker rmi "$(docker images -q mine:1)"
    ! Error response from daemon: conflict: unable to delete <short> (must be forced) - image is referenced in multiple repositories
    ? 1
    $ docker rmi mine:1
    Untagged: mine:1
    $ docker image rm localhost:5000/team/mine nope
    Untagged: localhost:5000/team/mine:latest
    ! Error response from daemon: No such image: nope:latest
    ? 1
    $ docker tag nope x
    ! Error response from daemon: No such image: nope:latest
    ? 1
    $ docker tag busybox UPPER
    ! Error parsing reference: "UPPER" is not a valid repository/tag: invalid reference format: repository name (library/UPPER) must be lowercase
    ? 1
    $ docker create --name a busybox
    <id>
    $ docker rmi busybox
    ! Error response from daemon: conflict: unable to remove repository reference "busybox" (must force) - container <short> is using its referenced image <short>
    ? 1
    $ docker rmi -f nope
    ! Error response from daemon: No such image: nope:latest
    $ docker rmi hello-world
    Untagged: hello-world:latest
    Untagged: hello-world@sha256:<id>
    Deleted: sha256:<id>
    Deleted: sha256:<id>
    $ docker images -q hello-world
  `,
  'rmi of an image in use': String.raw`
    $ docker run -d --name a busybox sleep 1000
    <id>
    $ docker rmi -f busybox
    Untagged: busybox:latest
    Untagged: busybox@sha256:<id>
    $ docker ps --format '{{.Names}} {{.State}}'
    a running
    $ docker rmi -f "$(docker inspect -f '{{.Image}}' a)"
    ! Error response from daemon: conflict: unable to delete <short> (cannot be forced) - image is being used by running container <short>
    ? 1
    $ docker exec a echo alive
    alive
  `,
  history: String.raw`
    $ docker history busybox
    IMAGE          CREATED        CREATED BY                          SIZE      COMMENT
    <short>   <ago> ago   <...>
    ...
    $ docker history --format '{{.CreatedBy}}' --no-trunc busybox | tail -1
    ADD rootfs / # buildkit
    $ docker history -q --no-trunc busybox | head -1
    sha256:<id>
    $ docker history -H=false --format '{{.CreatedAt}}' busybox | tail -1
    <time>
    $ docker image history nope
    ! Error response from daemon: No such image: nope:latest
    ? 1
  `,
  search: String.raw`
    $ docker search busy
    NAME      DESCRIPTION   STARS     OFFICIAL
    busybox<...>[OK]
    $ docker search --format '{{.Name}}' hello
    hello-world
    $ docker search --limit 1 --no-trunc --format '{{.Name}}' --filter is-official=true busybox
    busybox
    $ docker search nosuchimage
    NAME      DESCRIPTION   STARS     OFFICIAL
    $ docker search --limit 1000 x
    ! Error response from daemon: limit 1000 is outside the range of [1, 100]
    ? 1
  `,
  'image inspect and prune': String.raw`
    $ docker image inspect -f '{{.Os}}/{{.Architecture}} {{len .RootFS.Layers}} {{.RootFS.Type}}' busybox
    linux/386 1 layers
    $ docker image inspect busybox nope -f '{{.RepoTags}}'
    [busybox:latest]
    ! Error response from daemon: No such image: nope:latest
    ? 1
    $ docker image prune -f
    Total reclaimed space: 0B
    $ docker tag hello-world only:here && docker rmi hello-world
    Untagged: hello-world:latest
    Untagged: hello-world@sha256:<id>
    $ docker create --name a busybox
    <id>
    $ docker image prune -a -f
    Deleted Images:
    untagged: only:here
    deleted: sha256:<id>
    deleted: sha256:<id>

    Total reclaimed space: <size>
    $ docker images --format '{{.Repository}}'
    busybox
  `,
};
