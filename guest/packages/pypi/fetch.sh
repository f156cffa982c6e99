#!/bin/sh
# guest/packages/pypi/fetch.sh REQUIREMENTS FOLDER: puts the wheels that REQUIREMENTS names, with their hashes, into
# FOLDER. They come from the index that pip on this machine is set up for; what was fetched once is kept in build/pypi.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
requirements=$1 folder=$2
mkdir -p "$folder" "$here/../../../build/pypi"
kept=$(cd "$here/../../../build/pypi" && pwd)

download() {
  python3 -m pip --quiet --disable-pip-version-check download --no-deps --only-binary :all: --platform any \
    --python-version 3.11 --require-hashes -r "$requirements" "$@"
}
download -d "$folder" --no-index --find-links "$kept" 2>/dev/null && exit
download -d "$kept" --retries 0
download -d "$folder" --no-index --find-links "$kept"
