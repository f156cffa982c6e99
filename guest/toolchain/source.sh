#!/bin/sh
# Fetches a Debian source package of a release other than the machine's own, with apt and its
# signatures, from the mirror that this machine uses: guest/toolchain/source.sh RELEASE PACKAGE DIRECTORY
# Nothing of the machine's own apt state is changed.
set -eu
[ $# = 3 ] || { echo "usage: toolchain/source.sh RELEASE PACKAGE DIRECTORY" >&2; exit 2; }
release=$1 package=$2
mkdir -p "$3"
directory=$(cd "$3" && pwd)

mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
if [ -z "$mirror" ]; then
  echo "toolchain/source.sh: apt on this machine names no mirror of Debian (component main), so $package of $release cannot be fetched; add one to /etc/apt and run apt-get update" >&2
  exit 1
fi

state=$directory/apt
mkdir -p "$state/lists/partial" "$state/archives/partial"
echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$state/sources.list"
cd "$directory"
set -- -qq -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
  -o Dir::State::lists="$state/lists" -o Dir::Cache::archives="$state/archives" \
  -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache= -o APT::Sandbox::User=root
apt-get "$@" update
apt-get "$@" source --download-only "$package"
rm -rf "$state"
