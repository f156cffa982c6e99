#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: another-program
# mistake
docker run busybox
# en: The container from busybox runs “sh”; it should run “ls…”.
# ko: busybox 컨테이너가 “sh” 명령을 실행해요. “ls…” 명령이어야 해요.
# mistake
docker run busybox ls /nowhere
# en: The container from busybox ended with exit code 1; it should be 0.
# ko: busybox 컨테이너의 종료 코드가 달라요. 나온 값: 1, 나와야 할 값: 0.

# step: settings
# mistake
docker run -it busybox env COLOR=blue
# en: The container from busybox has no environment variable “COLOR=…”.
# ko: busybox 컨테이너에 “COLOR=…” 환경 변수가 없어요.
# mistake
docker run -e COLOR=blue busybox env
# en: The container from busybox has no terminal. It needs -it.
# ko: busybox 컨테이너에 터미널이 연결되지 않았어요. -it 옵션이 필요해요.

# step: no-litter
# mistake
docker run busybox date
# en: The container from busybox is still there. It has to be removed.
# ko: busybox 컨테이너가 아직 남아 있어요. 제거해야 해요.

# step: background
# mistake
docker run --name clock busybox date
# en: The container named clock is exited; it should be running.
# ko: clock 컨테이너가 끝난 상태예요. 실행 중인 상태여야 해요.

# step: name-taken
# mistake
# answer: name-guess 3
docker run -d --name clock busybox sleep 1000
# en: The container named clock is there, but nobody has removed it yet.
# ko: clock 컨테이너는 있는데, 제거한 적이 아직 없어요.

# step: port
# mistake
docker run -d --name web -p 80:8080 nginx
# en: The container named web does not publish its port as asked. It needs -p 8080:80.
# ko: web 컨테이너의 포트가 정해진 대로 열려 있지 않아요. -p 8080:80 옵션이 필요해요.

# step: two-halves
# mistake
docker create --name later busybox date
# en: The container named later was created but has not started.
# ko: later 컨테이너를 만들기만 하고 시작하지 않았어요.
# mistake
docker start -a later
# en: The container named later has been started once; it should be 2 times.
# ko: later 컨테이너를 지금까지 1번 시작했어요. 2번이어야 해요.
