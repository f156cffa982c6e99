#!/bin/sh
# guest/images/debian/status.sh FOLDER PACKAGE…: writes dpkg's database in FOLDER/rootfs: what lies in FOLDER/base and
# FOLDER/rootfs of Debian's packages, and that `bottle-essential` stands for what Debian takes for granted.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
database=$folder/rootfs/var/lib/dpkg
for package in "$@"; do
  deb=$("$here/fetch.sh" "$package")
  dpkg-deb -f "$deb" Package Version Architecture Multi-Arch Priority Section Maintainer Depends Pre-Depends Provides Breaks \
    Conflicts Replaces Description | sed -e '/^ /d' -e '/^Package: apt$/,$s/ libgnutls30 ([^)]*),//' -e 's/^Package: .*/&\nStatus: install ok installed/'
  echo
  name=$package
  [ "$(dpkg-deb -f "$deb" Multi-Arch)" = same ] && name=$package:i386
  dpkg-deb --fsys-tarfile "$deb" | tar t | sed -e 's/^\.//' -e 's:/$::' -e 's:^/\(bin\|sbin\|lib\)/:/usr/\1/:' | while IFS= read -r path; do
    if [ -n "$path" ] && { [ -e "$folder/rootfs$path" ] || [ -e "$folder/base$path" ]; }; then echo "$path"; fi
  done >"$database/info/$name.list"
  : >"$database/info/$name.md5sums"
done >"$database/status"
cat >>"$database/status" <<'STATUS'
Package: bottle-essential
Status: install ok installed
Priority: required
Section: admin
Maintainer: Ship in a Bottle
Architecture: i386
Version: 1
Provides: adduser (= 3.134), coreutils (= 9.1), debconf (= 1.5.82), debconf-2.0, debian-archive-keyring (= 2023.3), diffutils (= 1:3.8), findutils (= 4.9.0), gcc-12-base (= 12.2.0-14+deb12u1), gpgv (= 2.2.40), grep (= 3.8), gzip (= 1.12), init-system-helpers (= 1.65.2), libc-bin (= 2.36), lsb-base (= 11.6), passwd (= 1:4.13), sed (= 4.9), sysvinit-utils (= 3.06)
Description: what Debian takes for granted, as BusyBox and some scripts of the sandbox have it

STATUS
: >"$database/info/bottle-essential.list"
: >"$database/info/bottle-essential.md5sums"
echo 1 >"$database/info/format"
: >"$database/available"
