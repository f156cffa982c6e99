#!/bin/sh
# guest/images/redis-6/build.sh FOLDER: the redis of the Debian before (guest/images/redis/rootfs.sh), on the same
# layer as the other images; what that has in a newer version only comes along.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../redis/rootfs.sh" "$1" redis-server-6 redis-tools-6 libssl1.1 liblua5.1-0 lua-bitop lua-cjson libatomic1 libcap2 \
  libgcrypt20 libgpg-error0 libhiredis0.14 libjemalloc2 liblz4-1 liblzf1 liblzma5 libstdc++6 libsystemd0 libzstd1
rm -rf "$1/rootfs/usr/lib/i386-linux-gnu/engines-1.1" "$1/rootfs/usr/share/lua" "$1/rootfs/usr/lib/i386-linux-gnu/"liblua5.[234]* \
  "$1/rootfs/usr/lib/i386-linux-gnu/"liblua5.1-c++*
