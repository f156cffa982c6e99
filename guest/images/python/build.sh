#!/bin/sh
# guest/images/python/build.sh FOLDER: makes FOLDER/base (guest/images/debian), FOLDER/rootfs: Debian's CPython with
# its standard library as bytecode alone, and FOLDER/pip: our own pip (pip/__init__.py), set up for the index that
# the page serves. In the emulated computer it takes a minute to compile what a small application imports, so nothing is left
# to be compiled, nor are sources there that nobody reads.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../debian/base.sh" "$1/base"
out=$1/rootfs
"$here/../debian/unpack.sh" "$out" python3.11-minimal libpython3.11-minimal libpython3.11-stdlib libbz2-1.0 \
  libexpat1 libffi8 liblzma5 libreadline8 libsqlite3-0 libtinfo6 libuuid1
library=$out/usr/lib/python3.11
rm -rf "$out/etc" "$out/usr/share/binfmts" "$out/usr/share/python3" "$out/usr/share/applications" "$out/usr/share/pixmaps" \
  "$out/usr/lib/binfmt.d" "$out/usr/lib/valgrind" "$out/usr/lib/i386-linux-gnu/libtic.so."* \
  "$out/usr/lib/i386-linux-gnu/libexpatw.so."*
# Tests, tools for makers of Python, window systems, and what hands itself to a package manager that is not here
(
  cd "$library"
  rm -rf test idlelib lib2to3 tkinter turtle.py turtledemo pydoc_data ensurepip curses dbm EXTERNALLY-MANAGED \
    sitecustomize.py distutils/tests unittest/test config-3.11-i386-linux-gnu
  rm -f lib-dynload/_test*.so lib-dynload/_ctypes_test*.so lib-dynload/_xx*.so lib-dynload/xx*.so lib-dynload/_curses*.so \
    lib-dynload/_dbm*.so lib-dynload/nis*.so lib-dynload/ossaudiodev*.so lib-dynload/audioop*.so
  # Of the character sets Unicode and Latin, and what zip files are written in
  rm -f lib-dynload/_codecs_*.so lib-dynload/_multibytecodec*.so
  cd encodings
  find . -name '*.py' ! -name '__init__.py' | grep -E '/(cp|mac_|iso8859_|iso2022|koi8|big5|euc_|gb|johab|shift_jis|kz1048|ptcp154|tis_620|hp_roman8|palmos|hz)' |
    grep -vE '/(cp437|cp1252|iso8859_1|iso8859_15)\.py$' | xargs rm -f
)
mkdir -p "$out/usr/local/bin"
for name in python python3; do ln -s /usr/bin/python3.11 "$out/usr/local/bin/$name"; done
"$here/compile.sh" "$1/base" "$out" "$out" /usr/lib/python3.11

pip=$1/pip
packages=/usr/local/lib/python3.11/dist-packages
mkdir -p "$pip$packages/pip" "$pip/usr/local/bin" "$pip/etc"
cp "$here"/pip/*.py "$pip$packages/pip/"
"$here/compile.sh" "$1/base" "$out" "$pip" "$packages"
printf '[global]\nindex-url = http://192.168.86.1/packages/pypi/simple/\n' >"$pip/etc/pip.conf"
for name in pip pip3 pip3.11; do
  printf '#!/usr/local/bin/python\nimport sys\nfrom pip.cli import main\n\nsys.exit(main(sys.argv[1:]))\n' >"$pip/usr/local/bin/$name"
  chmod 755 "$pip/usr/local/bin/$name"
done
chmod 644 "$pip/etc/pip.conf"
