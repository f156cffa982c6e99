#!/bin/sh
# Builds the base of the guest's root file system: guest/base/build.sh [OUTPUT] (default
# public/kernels/base.cpio.gz): busybox, accounts and settings, and the native programs of the engine.
#
# Needs what guest/toolchain/install.sh installs, and gzip. NATIVE names a folder with the native programs
# already built. The same sources give the same bytes.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
output=${1:-$root/public/kernels/base.cpio.gz}
mkdir -p "$(dirname "$output")"
output=$(cd "$(dirname "$output")" && pwd)/$(basename "$output")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/guest/busybox/build.sh" "$work/busybox"

# One page without a libc; no build id and no comment, so that nothing of this machine is in it
gcc -m32 -march=i686 -Os -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-pic -no-pie \
  -fno-asynchronous-unwind-tables -nostdlib -static -s -Wl,--build-id=none -Wl,-z,noseparate-code \
  -o "$work/su" "$here/su.c"

native=${NATIVE:-$work/native}
if [ -z "${NATIVE:-}" ]; then
  mkdir -p "$native"
  if [ -f "$root/src/engine/native/Makefile" ]; then
    make -s -C "$root/src/engine/native" OUT="$native" >&2
  else
    echo "base/build.sh: WARNING: src/engine/native has no Makefile; packing a base without the engine" >&2
  fi
fi

cd "$root"
npx --no-install tsx guest/base/pack.ts "$work/busybox" "$work/su" "$native" "$work/base.cpio"
# Whoever boots the guest decompresses it first, which outside the guest takes no time. The archive may
# be followed by another one.
gzip -9 -n <"$work/base.cpio" >"$output.new"
mv "$output.new" "$output"
sha256sum "$output"
