#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: one-kernel
# mistake
# answer: kernels 2
# en: The question has an answer, but not the right one. Read the note under it and choose again.
# ko: 고른 답이 맞지 않아요. 아래 설명을 읽고 다시 골라 보세요.

# step: client-and-daemon
# mistake
docker --version
# en: The daemon has not been asked for its version yet.
# ko: 데몬에 버전 조회 요청이 아직 오지 않았어요.
# mistake
docker info
# en: The daemon was asked for its state as a whole, but not yet for its version.
# ko: 데몬에 전체 상태 조회 요청은 왔지만, 버전 조회 요청은 아직 오지 않았어요.

# step: first-container
# mistake
docker run helloworld
# en: The registry has no image named “helloworld”. A container from hello-world is still missing.
# ko: 레지스트리에 “helloworld” 이미지가 없어요. hello-world 이미지로 만든 컨테이너가 필요해요.
# mistake
docker pull hello-world
# en: There is no container from hello-world yet.
# ko: hello-world 이미지로 만든 컨테이너가 아직 없어요.
# mistake
docker run busybox true
# en: There is a container from busybox, but no container from hello-world yet.
# ko: busybox 이미지로 만든 컨테이너는 있는데, hello-world 이미지로 만든 컨테이너는 아직 없어요.
# mistake
docker create hello-world
# en: The container from hello-world was created but has not started.
# ko: hello-world 컨테이너를 만들기만 하고 시작하지 않았어요.

# step: image-stays
# mistake
docker ps
# en: The daemon was asked for the list of running containers, but not yet for the list of images.
# ko: 데몬에 실행 중인 컨테이너 목록 요청은 왔지만, 이미지 목록 요청은 아직 오지 않았어요.

# step: second-run
# mistake
docker start -a $(docker ps -lq)
# en: So far there is 1 container from hello-world; 2 are needed.
# ko: hello-world 이미지로 만든 컨테이너가 지금은 1개예요. 2개가 필요해요.
# mistake
docker rmi -f hello-world; docker run hello-world
# en: In between, the daemon was asked to pull an image. Do it once more without that.
# ko: 그 사이에 이미지 pull 요청이 있었어요. 그것 없이 한 번 더 해 보세요.

# step: ended-containers
# mistake
docker ps
# en: The daemon was asked for the list of running containers, but not yet for the list of all containers, ended ones included.
# ko: 데몬에 실행 중인 컨테이너 목록 요청은 왔지만, 끝난 것까지 포함한 전체 컨테이너 목록 요청은 아직 오지 않았어요.
# mistake
docker images
# en: The daemon was asked for the list of images, but not yet for the list of all containers, ended ones included.
# ko: 데몬에 이미지 목록 요청은 왔지만, 끝난 것까지 포함한 전체 컨테이너 목록 요청은 아직 오지 않았어요.

# step: shell-inside
# mistake
docker run busybox sh
# en: The container from busybox has no terminal. It needs -it.
# ko: busybox 컨테이너에 터미널이 연결되지 않았어요. -it 옵션이 필요해요.
# mistake
docker run -it busybox sh
# en: The container from busybox is still running. It has to end.
# ko: busybox 컨테이너가 아직 실행 중이에요. 끝나야 해요.
# mistake
exit
# en: The question is not answered yet.
# ko: 아직 질문에 답하지 않았어요.
# mistake
# answer: first-pid 2
# en: The question has an answer, but not the right one. Read the note under it and choose again.
# ko: 고른 답이 맞지 않아요. 아래 설명을 읽고 다시 골라 보세요.
