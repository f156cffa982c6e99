#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: one-kernel
uname -a
# answer: kernels 3

# step: client-and-daemon
docker version

# step: first-container
# answer: first-run-guess 2
docker run hello-world

# step: image-stays
docker images

# step: second-run
# answer: second-run-guess 2
docker run hello-world

# step: ended-containers
docker ps
docker ps -a

# step: shell-inside
docker run -it busybox sh
hostname
ps
uname -r
exit
# answer: first-pid 1
