#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: fetch
docker pull busybox
# or
docker image pull docker.io/library/busybox:latest

# step: tags
# answer: tag-guess 2
docker pull busybox:1.37
docker images

# step: digests
docker images --digests
docker pull $(docker inspect -f '{{index .RepoDigests 0}}' busybox)
# answer: pinned 2
# or
docker pull -q $(docker image inspect -f '{{index .RepoDigests 0}}' busybox:1.37)
# answer: pinned 2

# step: layers
docker pull redis
docker history redis
# answer: layer-count 2
# or
docker image pull -q redis:7
docker tag redis:7 redis
docker image history --no-trunc redis
# answer: layer-count 2

# step: shared
# answer: shared-guess 2
docker pull nginx
docker system df

# step: untag
# answer: untag-guess 2
docker rmi busybox:1.37
docker images
# or
docker pull -q busybox:latest
docker image rm busybox:1.37
# answer: untag-guess 2
