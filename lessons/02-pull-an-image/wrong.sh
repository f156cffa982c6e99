#!/bin/sh
# Plausible mistakes. Each keeps its step open, and its first check that does not hold gives this reason.

# step: fetch
# mistake
docker pull busibox
# en: The registry has no image named “busibox”. The image busybox is still missing.
# ko: 레지스트리에 “busibox” 이미지가 없어요. busybox 이미지가 필요해요.

# step: tags
# mistake
docker pull busybox:1.36
# en: The registry has no image named “busybox:1.36”. The image busybox:1.37 is still missing.
# ko: 레지스트리에 “busybox:1.36” 이미지가 없어요. busybox:1.37 이미지가 필요해요.
# mistake
docker pull busybox
# en: The image busybox:1.37 is not here yet.
# ko: busybox:1.37 이미지가 아직 없어요.

# step: digests
# mistake
docker pull busybox
# en: The daemon was asked to pull an image, but not yet to pull an image by its digest.
# ko: 데몬에 이미지 pull 요청은 왔지만, 다이제스트로 이미지 pull 요청은 아직 오지 않았어요.

# step: layers
# mistake
docker history redis
# en: The image redis is not here yet.
# ko: redis 이미지가 아직 없어요.

# step: shared
# mistake
# answer: shared-guess 1
docker images
# en: The image nginx is not here yet.
# ko: nginx 이미지가 아직 없어요.

# step: untag
# mistake
docker rmi busybox
# en: The image busybox:1.37 is still here. It has to be removed.
# ko: busybox:1.37 이미지가 아직 남아 있어요. 제거해야 해요.
