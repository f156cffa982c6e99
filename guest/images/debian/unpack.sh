#!/bin/sh
# guest/images/debian/unpack.sh FOLDER PACKAGE…: lays the files of Debian's packages (fetch.sh) into FOLDER.
# /bin, /sbin and /lib are links into /usr, as on a Debian of today; documentation (except licences),
# translations and systemd units stay behind.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift

for package in "$@"; do
  file=$("$here/fetch.sh" "$package")
  work=$(mktemp -d)
  dpkg-deb -x "$file" "$work"
  # Of the documentation the licences stay
  [ ! -d "$work/usr/share/doc" ] || find "$work/usr/share/doc" ! -type d ! -name copyright -delete
  rm -rf "$work/usr/share/man" "$work/usr/share/lintian" "$work/usr/share/locale" \
    "$work/usr/share/bug" "$work/usr/share/info" "$work/usr/lib/systemd" "$work/lib/systemd" "$work/usr/share/doc-base" \
    "$work/etc/init.d" "$work/etc/logrotate.d" "$work/etc/default" "$work/etc/ufw"
  for part in bin sbin lib; do
    [ -d "$work/$part" ] || continue
    mkdir -p "$work/usr/$part"
    cp -a "$work/$part/." "$work/usr/$part/"
    rm -rf "${work:?}/$part"
  done
  cp -a "$work/." "$out/"
  rm -rf "$work"
done
