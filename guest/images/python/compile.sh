#!/bin/sh
# guest/images/python/compile.sh BASE ROOTFS TREE PATH: replaces each module below PATH of TREE by its bytecode,
# made by the interpreter in ROOTFS (run.sh). The bytecode is never compared with a source (PEP 552, unchecked):
# there is none, and times say nothing in an image.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
base=$1 rootfs=$2 tree=$3 path=$4
"$here/run.sh" "$base" "$rootfs" -m compileall -q -b --invalidation-mode unchecked-hash -s "$tree" -p / "$tree$path"
find "$tree$path" -name '*.py' -delete
find "$tree$path" -name __pycache__ -type d -exec rm -rf {} +
