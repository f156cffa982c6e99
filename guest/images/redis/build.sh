#!/bin/sh
# guest/images/redis/build.sh FOLDER: Debian's redis (rootfs.sh).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/rootfs.sh" "$1" redis-server redis-tools libatomic1 libcap2 libgcrypt20 libgpg-error0 libjemalloc2 \
  liblz4-1 liblzf1 liblzma5 libstdc++6 libsystemd0 libzstd1
