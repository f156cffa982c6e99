#!/bin/sh
# guest/images/hello-world/build.sh FOLDER: makes FOLDER/rootfs. Needs gcc with -m32; no libc is used.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1/rootfs"
gcc -m32 -march=i686 -Os -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-stack-protector -fno-pic -no-pie \
  -fno-asynchronous-unwind-tables -nostdlib -static -s -Wl,--build-id=none -Wl,-z,noseparate-code \
  -o "$1/rootfs/hello" "$here/hello.c"
