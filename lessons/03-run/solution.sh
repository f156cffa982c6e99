#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: another-program
# answer: whose-files 2
docker run busybox ls /
# or
docker container run --name lister busybox ls -l /etc
# answer: whose-files 2

# step: settings
docker run -it -e COLOR=blue busybox sh
echo $COLOR
exit
# or
COLOR=red docker run --env COLOR --tty --interactive busybox
exit

# step: no-litter
docker run --rm busybox date

# step: background
# answer: prompt-guess 2
docker run -d --name clock busybox sh -c 'while true; do date; sleep 1; done'
docker logs clock
# or
docker rm clock
docker container run --name=clock --detach busybox sleep 1000
# answer: prompt-guess 2

# step: name-taken
# answer: name-guess 3
docker run -d --name clock busybox sh -c 'while true; do date; sleep 1; done'
docker rm -f clock
docker run -d --name clock busybox sh -c 'while true; do date; sleep 1; done'

# step: port
docker run -d --name web -p 8080:80 nginx
wget -qO- localhost:8080
# answer: heading 2
# or
docker rm -f web
docker run --publish 0.0.0.0:8080:80 --name web -d nginx:1.22
# answer: heading 2

# step: two-halves
docker create --name later busybox date
docker start -a later
# answer: start-again 3
docker start -a later
docker logs later
