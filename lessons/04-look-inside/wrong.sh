#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: logs
# mistake
docker create --name store redis
# en: The container named store was created but has not started.
# ko: store 컨테이너를 만들기만 하고 시작하지 않았어요.
# mistake
docker start store
docker logs store
# en: The daemon was asked for the logs of a container, but not yet to follow the logs of a container.
# ko: 데몬에 컨테이너 로그 요청은 왔지만, 컨테이너 로그 계속 보기 요청은 아직 오지 않았어요.

# step: exec
# mistake
docker run -it --rm redis redis-cli
exit
# en: No command has been run inside the container named store yet.
# ko: store 컨테이너 안에서 따로 실행한 명령이 아직 없어요.
# mistake
docker exec store ls
# en: “ls” was run inside the container named store, but not yet “redis-cli…”.
# ko: store 컨테이너 안에서 “ls” 명령은 실행했지만, “redis-cli…” 명령은 아직 실행하지 않았어요.

# step: two-numbers
# mistake
docker ps
# en: The daemon was asked for the list of running containers, but not yet for the processes of a container.
# ko: 데몬에 실행 중인 컨테이너 목록 요청은 왔지만, 컨테이너의 프로세스 목록 요청은 아직 오지 않았어요.

# step: attach
# mistake
docker run -d --name guest busybox
# en: The container named guest has no terminal. It needs -it.
# ko: guest 컨테이너에 터미널이 연결되지 않았어요. -it 옵션이 필요해요.
# mistake
docker rm guest
docker run -dit --name guest busybox
docker attach guest
# until: attach guest
# press: enter
exit
# en: The container named guest is there, but nobody has detached from it yet.
# ko: guest 컨테이너는 있는데, detach한 적이 아직 없어요.

# step: copy
# mistake
echo milk > note.txt
docker cp note.txt store:/notes.txt
# en: The container named store has no file /note.txt yet.
# ko: store 컨테이너에 /note.txt 파일이 아직 없어요.

# step: changes
# mistake
docker inspect guest
# en: The daemon was asked to inspect a container, but not yet what has changed in a container.
# ko: 데몬에 컨테이너 상세 정보 요청은 왔지만, 컨테이너의 변경 내역 요청은 아직 오지 않았어요.

# step: everything
# mistake
docker inspect store
# answer: address 1
# en: The question has an answer, but not the right one. Read the note under it and choose again.
# ko: 고른 답이 맞지 않아요. 아래 설명을 읽고 다시 골라 보세요.
