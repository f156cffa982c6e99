#!/bin/sh
# What a learner types, step by step. The tests type it into a real terminal.

# step: logs
docker run -d --name store redis
docker logs store
docker logs -f store
# until: Ready to accept connections
# press: ctrl-c
# or
docker start store
docker container logs --follow --tail 1 store
# until: Ready to accept connections
# press: ctrl-c

# step: exec
docker exec -it store redis-cli
set ship bottle
get ship
exit
# answer: after-exit 2
# or
docker container exec store redis-cli ping
# answer: after-exit 2

# step: two-numbers
# answer: outside-pid 2
docker exec store cat /proc/1/comm
docker top store
ps | grep redis-server
docker stats --no-stream store
# or
docker container top $(docker ps -qf name=store)
# answer: outside-pid 2

# step: attach
docker run -dit --name guest busybox
docker attach guest
# until: attach guest
# press: enter
# press: ctrl-p ctrl-q
# or
docker start guest
docker container attach guest
# until: attach guest
# press: enter
# press: ctrl-p ctrl-q

# step: copy
echo 'remember the milk' > note.txt
docker cp note.txt store:/note.txt
docker exec store cat /note.txt
docker cp store:/etc/passwd .

# step: changes
docker exec guest sh -c 'echo hi > /hello; rm /bin/vi'
docker diff guest
# answer: letter 2

# step: everything
docker inspect store
docker inspect -f '{{.Config.Cmd}}' store
docker inspect -f '{{.NetworkSettings.IPAddress}}' store
# answer: address 3
