#!/bin/sh
# Builds QuickJS as a static library: guest/quickjs/build.sh i386|host|check
#   i386   for the guest (musl)
#   host   for this machine, to run and test the engine's TypeScript without the guest
#   check  for this machine, with the address and undefined behaviour sanitizers
# Result: build/quickjs/FLAVOUR/libquickjs.a and build/quickjs/include. Source: Debian's source package
# quickjs of trixie, which apt checks by its signature; QUICKJS_SOURCE may name a folder that holds it.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$here/../../build/quickjs
version=2025.04.26
flavour=${1:-i386}

# -fwrapv as upstream builds it. SSE arithmetic: x87 would round doubles twice.
flags="-O2 -fwrapv -fno-strict-aliasing -D_GNU_SOURCE -DCONFIG_VERSION=\"$version\" -w"
case $flavour in
  i386) compiler="$here/../toolchain/i386-musl-gcc -msse2 -mfpmath=sse" ;;
  host) compiler=gcc ;;
  check) compiler="gcc -g -fsanitize=address -fno-omit-frame-pointer" ;;
  *) echo "quickjs/build.sh: no flavour '$flavour'; give i386, host or check" >&2; exit 2 ;;
esac

mkdir -p "$build"
build=$(cd "$build" && pwd)
# Two recipes may want it at the same time
exec 9>"$build/lock"
flock 9

if [ ! -f "$build/source/quickjs.c" ]; then
  packages=${QUICKJS_SOURCE:-$build/package}
  [ -f "$packages/quickjs_$version.orig.tar.xz" ] || "$here/../toolchain/source.sh" trixie quickjs "$packages"
  rm -rf "$build/source.new"
  mkdir -p "$build/source.new"
  tar -xJf "$packages/quickjs_$version.orig.tar.xz" -C "$build/source.new" --strip-components=1
  mv "$build/source.new" "$build/source"
fi
mkdir -p "$build/include" "$build/$flavour"
cp "$build/source/quickjs.h" "$build/include/"

cd "$build/$flavour"
rm -f ./*.o libquickjs.a
for name in quickjs dtoa libregexp libunicode cutils; do
  # Asserts name their file: not by the folder of whoever builds
  # shellcheck disable=SC2086  # the words of these two are options
  $compiler $flags -ffile-prefix-map="$build/source=quickjs" -c -o "$name.o" "$build/source/$name.c" &
done
wait

ar rcsD libquickjs.a quickjs.o dtoa.o libregexp.o libunicode.o cutils.o
