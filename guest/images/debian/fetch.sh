#!/bin/sh
# guest/images/debian/fetch.sh NAME: prints the path of the Debian package that guest/sources.json calls so, in the
# version, for the architecture and of the release that it says; apt fetches it from the machine's mirror, and
# checks its signatures. What was fetched once is kept in build/debian. Needs apt with i386 packages
# (guest/toolchain/install.sh); nothing of the machine's own apt state is changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$here/../../../build/debian"
packages=$(cd "$here/../../../build/debian" && pwd)

field() {
  node -p "require(process.argv[1])[process.argv[2]]?.[process.argv[3]] ?? ''" "$here/../../sources.json" "$1" "$2"
}
package=$(field "$1" package) version=$(field "$1" version) from=$(field "$1" from)
if [ -z "$version" ]; then
  echo "images/debian/fetch.sh: guest/sources.json does not name $1; add it" >&2
  exit 1
fi
case $from in
  *i386) architecture=i386 name=$package:i386 ;;
  *) architecture=all name=$package ;;
esac
release=${from#Debian }
release=${release%,*}
file=$packages/${package}_$(printf %s "$version" | sed 's/:/%3a/')_$architecture.deb

if [ ! -f "$file" ]; then
  set -- -qq -o APT::Sandbox::User=root
  if [ "$release" != bookworm ]; then
    mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
    state=$packages/$release
    set -- "$@" -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
      -o Dir::State::lists="$state/lists" -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache=
    if [ ! -f "$state/sources.list" ]; then
      mkdir -p "$state/lists/partial"
      echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$state/wanted"
      apt-get "$@" -o Dir::Etc::sourcelist="$state/wanted" update >&2
      mv "$state/wanted" "$state/sources.list"
    fi
  fi
  (cd "$packages" && apt-get "$@" download "$name=$version" >&2) || {
    echo "images/debian/fetch.sh: apt has no $package $version of $release: Debian has another version now; set it in guest/sources.json, and look at what changed" >&2
    exit 1
  }
fi
printf '%s\n' "$file"
