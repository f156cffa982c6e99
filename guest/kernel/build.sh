#!/bin/sh
# Builds the guest's kernel: guest/kernel/build.sh [OUTPUT] (default public/kernels/bzImage).
#
# Needs Debian's packages linux-source-6.12, gcc, make, flex, bison, bc and lz4; about 5 minutes on two
# cores. The bytes do not depend on the folder, the user or the time: WORK (a scratch folder, default a
# new one under TMPDIR) may be anywhere, and is removed afterwards unless it was given.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
output=${1:-$here/../../public/kernels/bzImage}
tarball=${LINUX_SOURCE:-/usr/src/linux-source-6.12.tar.xz}

if [ ! -r "$tarball" ]; then
  echo "kernel/build.sh: cannot read $tarball; install Debian's package linux-source-6.12, or set LINUX_SOURCE to its tarball" >&2
  exit 1
fi

if [ -n "${WORK:-}" ]; then
  work=$WORK
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

# What would otherwise differ between two builds: who, where, when, how often, and the language of sorts
export ARCH=i386 LC_ALL=C TZ=UTC
export KBUILD_BUILD_USER=bottle KBUILD_BUILD_HOST=bottle KBUILD_BUILD_VERSION=1
export KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC'
export SOURCE_DATE_EPOCH=1767225600

src=$work/linux-source-6.12
[ -d "$src" ] || tar -xJf "$tarball" -C "$work"
"$here/../lib/require-version.sh" linux "$(make -s -C "$src" kernelversion)"
# The one change to the source: cpuset is offered without SMP, with what it then misses from the scheduler
sed -i '/^config CPUSETS$/,/^config /{/^\tdepends on SMP$/d}' "$src/init/Kconfig"
cp "$here/cpuset_up.c" "$src/kernel/cgroup/cpuset_up.c"
grep -q cpuset_up "$src/kernel/cgroup/Makefile" || echo 'obj-$(CONFIG_CPUSETS) += cpuset_up.o' >>"$src/kernel/cgroup/Makefile"
out=$work/build
mkdir -p "$out"

quiet_make() {
  make -s -C "$src" O="$out" "$@"
}

quiet_make KCONFIG_ALLCONFIG="$here/config" allnoconfig >"$work/kconfig.log"

# A wish that Kconfig dropped (a missing dependency, a renamed symbol) is a bug of the fragment
missing=0
while IFS= read -r wish; do
  case $wish in
    CONFIG_*) grep -qxF -- "$wish" "$out/.config" || { echo "kernel/build.sh: Kconfig dropped: $wish" >&2; missing=1; } ;;
    '# CONFIG_'*' is not set')
      symbol=${wish#\# }
      symbol=${symbol%% *}
      if grep -q "^$symbol=" "$out/.config"; then
        echo "kernel/build.sh: Kconfig switched on: $symbol" >&2
        missing=1
      fi
      ;;
  esac
done <"$here/config"
[ "$missing" = 0 ] || { echo "kernel/build.sh: change guest/kernel/config so that every line holds" >&2; exit 1; }

quiet_make -j"$(nproc)" bzImage
mkdir -p "$(dirname "$output")"
cp "$out/arch/x86/boot/bzImage" "$output"
sha256sum "$output"
