#!/bin/sh
# guest/packages/pypi/build.sh FOLDER: makes FOLDER/files, the wheels that pip installs in the sandbox, and
# FOLDER/index.json, the list of them. Each comes from the index that pip on this machine is set up for, in the
# version and with the hash that requirements.txt names, or is made of Debian's package: MarkupSafe, which
# publishes no wheel for this processor (and comes without its C module), and async-timeout. Needs pip, and apt with i386 packages (guest/toolchain/install.sh).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
images=$here/../../images
mkdir -p "$1"
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$here/fetch.sh" "$here/requirements.txt" "$work/wheels"

# from_debian PACKAGE MODULE: the wheel that a package of Debian would have been
from_debian() {
  "$images/debian/unpack.sh" "$work/$1" "$1"
  from=$work/$1/usr/lib/python3/dist-packages
  metadata=$(find "$from" -path '*-info/PKG-INFO' -o -path '*-info/METADATA')
  into=$work/wheels/$2
  info=$into/$2-$(sed -n 's/^Version: //p' "$metadata").dist-info
  mkdir -p "$into/$2" "$info"
  (cd "$from/$2" && find . -name '*.py' -o -name py.typed | cpio --quiet -pdm "$into/$2")
  cp "$metadata" "$info/METADATA"
  cp "$work/$1/usr/share/doc/$1/copyright" "$info/LICENSE"
  printf 'Wheel-Version: 1.0\nGenerator: guest/packages/pypi\nRoot-Is-Purelib: true\n' >"$info/WHEEL"
}
from_debian python3-markupsafe markupsafe
from_debian python3-async-timeout async_timeout

"$images/debian/unpack.sh" "$work/base" libc6 zlib1g
"$images/debian/unpack.sh" "$work/python" python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libexpat1 \
  libbz2-1.0 liblzma5
rm -rf "$out/files"
mkdir -p "$out/files"
"$images/python/run.sh" "$work/base" "$work/python" "$here/wheel.py" "$work/wheels" "$out/files" "$out/index.json"
