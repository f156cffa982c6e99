#!/bin/sh
# Fails unless guest/sources.json names this version: guest/lib/require-version.sh SOURCE FOUND
# FOUND may leave out Debian's revision (what follows the last "-").
set -eu
table=$(dirname "$0")/../sources.json
wanted=$(sed -n "/^  \"$1\": {/,/^  }/s/.*\"version\": \"\(.*\)\".*/\1/p" "$table")
if [ "$2" != "$wanted" ] && [ "$2" != "${wanted%-*}" ]; then
  echo "require-version.sh: $1 here is $2, guest/sources.json names ${wanted:-no version}: take that version, or write the new one there and in THIRD_PARTY.md" >&2
  exit 1
fi
