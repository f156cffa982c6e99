#!/bin/sh
# guest/images/python/run.sh BASE ROOTFS ARGUMENT…: runs the image's interpreter, which lies in ROOTFS over BASE, on
# this machine. What it makes of a module does not depend on the machine's own Python, nor on the order of sets.
set -eu
base=$1 rootfs=$2
shift 2
PYTHONHASHSEED=0 PYTHONHOME=$rootfs/usr exec "$base/usr/lib/ld-linux.so.2" \
  --library-path "$base/usr/lib/i386-linux-gnu:$rootfs/usr/lib/i386-linux-gnu" \
  "$rootfs/usr/bin/python3.11" -S -B -X utf8 "$@"
