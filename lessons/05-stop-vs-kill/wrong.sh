#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: polite
# mistake
docker run -d --name polite busybox sh -c 'trap "echo saving; exit" TERM; while true; do sleep 1; done'
# en: The container named polite is still running. It has to end.
# ko: polite 컨테이너가 아직 실행 중이에요. 끝나야 해요.
# mistake
docker kill polite
# en: The container named polite ended with exit code 137; it should be 0.
# ko: polite 컨테이너의 종료 코드가 달라요. 나온 값: 137, 나와야 할 값: 0.

# step: kill
# mistake
docker start polite
docker stop polite
# en: The container named polite ended with exit code 0; it should be 137.
# ko: polite 컨테이너의 종료 코드가 달라요. 나온 값: 0, 나와야 할 값: 137.

# step: deaf
# mistake
docker run -d --name deaf busybox sleep 1000
docker kill deaf
# en: The container named deaf was sent SIGKILL, but not yet SIGTERM.
# ko: deaf 컨테이너에 SIGKILL 시그널은 갔지만, SIGTERM 시그널은 아직 가지 않았어요.

# step: init
# mistake
docker run -d --init --name quick busybox sleep 1000
docker kill quick
docker rm quick
# en: The container from busybox ended with exit code 137; it should be 143.
# ko: busybox 컨테이너의 종료 코드가 달라요. 나온 값: 137, 나와야 할 값: 143.

# step: own-signal
# mistake
docker run -d --name reader busybox sh -c 'trap "echo reading settings" HUP; while true; do sleep 1; done'
docker kill reader
# en: The container named reader is exited; it should be running.
# ko: reader 컨테이너가 끝난 상태예요. 실행 중인 상태여야 해요.

# step: restart
# mistake
docker start reader
# answer: same-container 1
# en: The container named reader is there, but nobody has restarted it yet.
# ko: reader 컨테이너는 있는데, 재시작한 적이 아직 없어요.

# step: remove
# mistake
docker rm reader
# en: The container named reader is still there. It has to be removed.
# ko: reader 컨테이너가 아직 남아 있어요. 제거해야 해요.
