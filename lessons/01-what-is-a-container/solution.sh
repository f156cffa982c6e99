#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: one-kernel
uname -a
# answer: kernels 3

# step: client-and-daemon
docker version
# or
docker version --format '{{.Client.Version}} {{.Server.Version}}'

# step: first-container
# answer: first-run-guess 2
docker run hello-world
# or
docker container run --name first hello-world:latest
# answer: first-run-guess 2

# step: image-stays
docker images
# or
docker image ls --quiet

# step: second-run
# answer: second-run-guess 2
docker run hello-world
# or
docker create --name second hello-world
docker start -a second
# answer: second-run-guess 2

# step: ended-containers
docker ps
docker ps -a
# or
docker container ls --all --quiet

# step: shell-inside
docker run -it busybox sh
hostname
ps
uname -r
exit
# answer: first-pid 1
# or
docker container run --tty --interactive --rm busybox
exit
# answer: first-pid 1
