#!/bin/sh
# guest/images/redis/rootfs.sh FOLDER PACKAGE…: makes FOLDER/base (guest/images/debian) and FOLDER/rootfs: Debian's
# redis, the first two of the packages, with the libraries that only it loads, an account, and an entry point
# that steps down to it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../debian/base.sh" "$1/base"
base=$1/base
out=$1/rootfs
shift
mkdir -p "$out/usr/local/bin" "$out/data" "$out/etc"
"$here/../debian/unpack.sh" "$out" "$@"
rm -rf "$out/usr/lib/redis" "$out/etc/redis" "$out/etc/redis-sentinel.conf" "$out/var" "$out/run" "$out/usr/lib/python3" \
  "$out/usr/bin/lzf" "$out/usr/share/gcc" "$out/usr/share/gdb" "$out/usr/bin/redis-benchmark"
# One program under three names: the server's is the file's
rm "$out/usr/bin/redis-server" "$out/usr/bin/redis-check-aof"
mv "$out/usr/bin/redis-check-rdb" "$out/usr/bin/redis-server"
for name in redis-check-aof redis-check-rdb; do ln -s redis-server "$out/usr/bin/$name"; done
cp "$base/etc/passwd" "$base/etc/group" "$out/etc/"
echo 'redis:x:999:999:redis:/data:/usr/sbin/nologin' >>"$out/etc/passwd"
echo 'redis:x:999:' >>"$out/etc/group"
cp "$here/docker-entrypoint.sh" "$out/usr/local/bin/docker-entrypoint.sh"
chmod 755 "$out/usr/local/bin/docker-entrypoint.sh"
