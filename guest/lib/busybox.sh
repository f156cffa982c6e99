#!/bin/sh
# Fetches Debian's busybox-static for i386 into a folder and prints the path of the binary:
# guest/lib/busybox.sh FOLDER. BUSYBOX_DEB names a package file to unpack instead of downloading one.
set -eu

folder=$1
package=${BUSYBOX_DEB:-}
if [ -z "$package" ]; then
  # In a folder of its own: apt names the file after the version, and its sandbox user may not write here
  mkdir -p "$folder/deb"
  if ! (cd "$folder/deb" && apt-get -q download -o APT::Sandbox::User=root busybox-static:i386 >&2); then
    echo "busybox.sh: apt could not download busybox-static:i386; run 'dpkg --add-architecture i386 && apt-get update', or set BUSYBOX_DEB" >&2
    exit 1
  fi
  package=$(ls "$folder"/deb/busybox-static_*_i386.deb)
fi
# The manifests name the version: another one must be named there first
wanted=$(sed -n '/"busybox": {/,/}/s/.*"version": "\(.*\)".*/\1/p' "$(dirname "$0")/../sources.json")
found=$(dpkg-deb -f "$package" Version)
if [ "$found" != "$wanted" ]; then
  echo "busybox.sh: got busybox-static $found, guest/sources.json names $wanted; write the new version (and glibc's, from Built-Using) there" >&2
  exit 1
fi
dpkg-deb -x "$package" "$folder/busybox"
echo "$folder/busybox/bin/busybox"
