#!/bin/sh
# guest/images/nginx-1.26/build.sh FOLDER: the nginx of the Debian after (guest/images/nginx/rootfs.sh), on the same
# layer as the other images: it asks nothing newer of it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../nginx/rootfs.sh" "$1" nginx-1.26 nginx-common-1.26
