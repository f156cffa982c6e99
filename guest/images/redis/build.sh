#!/bin/sh
# guest/images/redis/build.sh FOLDER: makes FOLDER/base (guest/images/debian) and FOLDER/rootfs: Debian's
# redis with the libraries that only it loads, an account, and an entry point that steps down to it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../debian/base.sh" "$1/base"
out=$1/rootfs
mkdir -p "$out/usr/local/bin" "$out/data" "$out/etc"
"$here/../debian/unpack.sh" "$out" redis-server redis-tools libatomic1 libcap2 libgcrypt20 libgpg-error0 libjemalloc2 \
  liblz4-1 liblzf1 liblzma5 libstdc++6 libsystemd0 libzstd1
rm -rf "$out/usr/lib/redis" "$out/etc/redis" "$out/var" "$out/run" "$out/usr/lib/python3" "$out/usr/bin/lzf" \
  "$out/usr/share/gcc" "$out/usr/bin/redis-benchmark"
# One program under three names: the server's is the file's
rm "$out/usr/bin/redis-server" "$out/usr/bin/redis-check-aof"
mv "$out/usr/bin/redis-check-rdb" "$out/usr/bin/redis-server"
for name in redis-check-aof redis-check-rdb; do ln -s redis-server "$out/usr/bin/$name"; done
cp "$1/base/etc/passwd" "$1/base/etc/group" "$out/etc/"
echo 'redis:x:999:999:redis:/data:/usr/sbin/nologin' >>"$out/etc/passwd"
echo 'redis:x:999:' >>"$out/etc/group"
cp "$here/docker-entrypoint.sh" "$out/usr/local/bin/docker-entrypoint.sh"
chmod 755 "$out/usr/local/bin/docker-entrypoint.sh"
