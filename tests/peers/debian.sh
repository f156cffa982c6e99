#!/bin/sh
# Fetches one file of a Debian release other than the machine's own, with apt and its signatures, from the mirror
# that this machine uses: tests/peers/debian.sh RELEASE PACKAGE PATTERN FILE
# PATTERN says which of the files of its source it is; `deb` is the package itself.
# Nothing of the machine's own apt state is changed.
set -eu
[ $# = 4 ] || { echo "usage: debian.sh RELEASE PACKAGE PATTERN FILE" >&2; exit 2; }
release=$1 package=$2 pattern=$3 file=$4

mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Component: main' 'Origin: Debian' 'Label: Debian' | sort -u | head -n 1)
if [ -z "$mirror" ]; then
  echo "apt on this machine names no mirror of Debian, so $package of $release cannot be fetched" >&2
  exit 1
fi

state=$(mktemp -d)
trap 'rm -rf "$state"' EXIT
mkdir -p "$state/lists/partial" "$state/archives/partial"
[ "$pattern" = deb ] && kind=deb || kind=deb-src
echo "$kind [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$state/sources.list"
: >"$state/status"
set -- -qq -o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null \
  -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status" -o Dir::Cache::archives="$state/archives" \
  -o Dir::Cache::srcpkgcache= -o Dir::Cache::pkgcache= -o APT::Sandbox::User=root -o Acquire::Languages=none
apt-get "$@" update
if [ "$kind" = deb ]; then
  apt-get "$@" download --print-uris "$package" >"$state/uris"
else
  apt-get "$@" source --download-only --print-uris "$package" >"$state/uris"
fi

# each line: 'URI' NAME SIZE HASH
while read -r uri name _ hash; do
  case $name in
    $pattern | *."$pattern") ;;
    *) continue ;;
  esac
  uri=${uri#\'}
  /usr/lib/apt/apt-helper -o Dir::State::lists="$state/lists" -o APT::Sandbox::User=root -qq \
    download-file "${uri%\'}" "$state/file" "$hash"
  mkdir -p "$(dirname "$file")"
  cp "$state/file" "$file.partial"
  mv "$file.partial" "$file"
  exit 0
done <"$state/uris"
echo "$package of $release has no file $pattern" >&2
exit 1
