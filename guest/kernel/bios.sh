#!/bin/sh
# Takes the BIOS and the VGA BIOS from Debian's package seabios (installed, or unpacked at SEABIOS):
# guest/kernel/bios.sh [FOLDER] (default public/kernels).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../../public/kernels}
from=${SEABIOS:-/usr/share/seabios}
[ -n "${SEABIOS:-}" ] || "$here/../lib/require-version.sh" seabios "$(dpkg-query -W -f '${Version}' seabios)"
for pair in bios.bin:seabios.bin vgabios.bin:vgabios.bin; do
  if [ ! -r "$from/${pair%:*}" ]; then
    echo "kernel/bios.sh: cannot read $from/${pair%:*}; install Debian's package seabios, or set SEABIOS to a folder that holds its files" >&2
    exit 1
  fi
  cp "$from/${pair%:*}" "$folder/${pair#*:}"
  chmod 644 "$folder/${pair#*:}"
done
