#!/bin/sh
# guest/images/debian/unpack.sh FOLDER PACKAGE…: lays the files of Debian's i386 packages into FOLDER, each in
# the version that guest/sources.json names. /bin, /sbin and /lib are links into /usr, as on a Debian of
# today; documentation (except licences), translations and systemd units stay behind. Needs apt with i386 packages
# (guest/toolchain/install.sh).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" "$here/../../../build/debian"
out=$(cd "$1" && pwd)
packages=$(cd "$here/../../../build/debian" && pwd)
shift

for package in "$@"; do
  version=$(node -p "require(process.argv[1])[process.argv[2]]?.version ?? ''" "$here/../../sources.json" "$package")
  if [ -z "$version" ]; then
    echo "images/debian/unpack.sh: guest/sources.json does not name $package; add it" >&2
    exit 1
  fi
  architecture=i386
  [ "$package" = nginx-common ] && architecture=all
  file=$packages/${package}_$(printf %s "$version" | sed 's/:/%3a/')_$architecture.deb
  if [ ! -f "$file" ]; then
    name=$package:i386
    [ "$architecture" = all ] && name=$package
    (cd "$packages" && apt-get -qq -o APT::Sandbox::User=root download "$name=$version") || {
      echo "images/debian/unpack.sh: apt has no $package $version: Debian has another version now; set it in guest/sources.json, and look at what changed" >&2
      exit 1
    }
  fi
  work=$(mktemp -d)
  dpkg-deb -x "$file" "$work"
  # Of the documentation the licences stay
  find "$work/usr/share/doc" ! -type d ! -name copyright -delete
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
