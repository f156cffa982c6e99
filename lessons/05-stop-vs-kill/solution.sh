#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: polite
docker run -d --name polite busybox sh -c 'trap "echo saving; exit" TERM; while true; do sleep 1; done'
docker stop polite
docker logs polite
# or
docker start polite
docker kill --signal=TERM polite
docker wait polite

# step: kill
# answer: last-words 2
docker start polite
docker kill polite
docker logs polite
# or
docker start polite
docker stop -t 0 -s KILL polite
# answer: last-words 2

# step: deaf
# answer: how-long 3
docker run -d --name deaf busybox sleep 1000
docker stop -t 2 deaf
# or
docker start deaf
docker container stop --timeout 1 deaf
# answer: how-long 3

# step: init
docker run -d --init --name quick busybox sleep 1000
docker stop quick
# answer: sum 3

# step: own-signal
docker run -d --name reader busybox sh -c 'trap "echo reading settings" HUP; while true; do sleep 1; done'
docker kill -s HUP reader
docker logs -f reader
# until: reading settings
# press: ctrl-c
# or
docker start reader
docker kill -s 1 reader
docker logs -f reader
# until: reading settings
# press: ctrl-c

# step: restart
# answer: same-container 1
docker restart -t 1 reader
docker logs reader

# step: remove
# answer: rm-guess 2
docker rm reader
docker rm -f reader
# or
docker kill reader
docker container rm reader
# answer: rm-guess 2
