#!/bin/sh
# guest/packages/debian/build.sh FOLDER: makes FOLDER, a repository as apt reads it, with the few of Debian's packages
# that lessons install, each as Debian built it (guest/images/debian/fetch.sh), and what they need beyond the image.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
release=dists/bookworm
list=$release/main/binary-i386
rm -rf "$1"
mkdir -p "$1/pool" "$1/$list"
cd "$1"
for package in figlet libatomic1 libjemalloc2 liblzf1 redis-server redis-tools tree; do
  deb=$("$here/../../images/debian/fetch.sh" "$package")
  # A colon, written as %3a in the name, would have to be written once more in an address
  file=pool/$(basename "$deb" | sed 's/_[0-9]*%3a/_/')
  cp "$deb" "$file"
  dpkg-deb -f "$deb" Package Version Architecture Multi-Arch Priority Section Installed-Size Depends Pre-Depends Provides Breaks Conflicts \
    Replaces Description | sed '/^ /d'
  printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
done >"$list/Packages"
packages=main/binary-i386/Packages
cat >"$release/Release" <<RELEASE
Origin: Ship in a Bottle
Suite: bookworm
Codename: bookworm
Date: Thu, 01 Jan 2026 00:00:00 UTC
Architectures: i386
Components: main
Description: some packages of Debian bookworm, as Debian built them
SHA256:
 $(sha256sum "$list/Packages" | cut -d ' ' -f 1) $(stat -c %s "$list/Packages") $packages
RELEASE
chmod -R u=rwX,go=rX .
