#!/bin/sh
# Installs from Debian what the recipes for the guest need (as root): guest/toolchain/install.sh
set -eu
if [ "$(id -u)" != 0 ]; then
  echo "toolchain/install.sh: installs packages with apt-get and must run as root; run it with sudo" >&2
  exit 1
fi
if [ "$(dpkg --print-architecture)" != amd64 ]; then
  echo "toolchain/install.sh: the recipes are made for a Debian machine of architecture amd64, this is $(dpkg --print-architecture)" >&2
  exit 1
fi
dpkg --print-foreign-architectures | grep -qx i386 || dpkg --add-architecture i386
apt-get update -qq
gcc=$(gcc -dumpversion 2>/dev/null | cut -d. -f1) || gcc=
DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
  gcc make patch xz-utils dpkg-dev linux-libc-dev "lib32gcc-${gcc:-12}-dev" musl-dev:i386
