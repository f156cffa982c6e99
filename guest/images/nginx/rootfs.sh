#!/bin/sh
# guest/images/nginx/rootfs.sh FOLDER NGINX COMMON: makes FOLDER/base (guest/images/debian) and FOLDER/rootfs: Debian's
# nginx, out of these two packages, without modules, a configuration that fits a container (logs to its output, one site), a first page.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../debian/base.sh" "$1/base"
out=$1/rootfs
mkdir -p "$out"
"$here/../debian/unpack.sh" "$out" "$2" "$3" libpcre2-8-0
rm -rf "$out/etc/nginx" "$out/usr/share/nginx" "$out/usr/share/vim" "$out/var" "$out/run"
mkdir -p "$out/etc/nginx/conf.d" "$out/usr/share/nginx/html" "$out/var/cache/nginx" "$out/var/log/nginx" "$out/var/lib/nginx"
work=$(mktemp -d)
"$here/../debian/unpack.sh" "$work" "$3"
for file in fastcgi_params mime.types scgi_params uwsgi_params; do cp "$work/etc/nginx/$file" "$out/etc/nginx/$file"; done
rm -rf "$work"
cp "$here/nginx.conf" "$out/etc/nginx/nginx.conf"
cp "$here/default.conf" "$out/etc/nginx/conf.d/default.conf"
cp "$here/index.html" "$here/50x.html" "$out/usr/share/nginx/html/"
cp "$1/base/etc/passwd" "$1/base/etc/group" "$out/etc/"
echo 'nginx:x:101:101:nginx:/nonexistent:/usr/sbin/nologin' >>"$out/etc/passwd"
echo 'nginx:x:101:' >>"$out/etc/group"
ln -s /dev/stdout "$out/var/log/nginx/access.log"
ln -s /dev/stderr "$out/var/log/nginx/error.log"
find "$out/etc/nginx" "$out/usr/share/nginx" -type f -exec chmod 644 {} +
