#!/bin/sh
# guest/images/nginx/build.sh FOLDER: Debian's nginx (rootfs.sh).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/rootfs.sh" "$1" nginx nginx-common
