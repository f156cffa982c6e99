#!/bin/sh
# guest/images/debian/build.sh FOLDER: makes FOLDER/base (base.sh) and FOLDER/rootfs: Debian's dpkg and apt with the
# libraries they load, set up for the packages that the page serves (guest/packages/debian). What maintainers'
# scripts call beside them is in files/: Debian's own needs Perl, which is as large as all of this.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
base="libc6 libcrypt1 libgcc-s1 libssl3 zlib1g"
packages="apt dpkg libacl1 libapt-pkg6.0 libbz2-1.0 libcap2 libgcrypt20 libgpg-error0 liblz4-1 liblzma5 libmd0 \
  libpcre2-8-0 libseccomp2 libselinux1 libstdc++6 libsystemd0 libudev1 libxxhash0 libzstd1 tar"
"$here/base.sh" "$1/base"
out=$1/rootfs
# shellcheck disable=SC2086 # a list of words
"$here/unpack.sh" "$out" $packages
rm -rf "$out/etc/cron.daily" "$out/etc/alternatives" "$out/usr/share/bash-completion" "$out/usr/share/gcc" "$out/usr/share/gdb" \
  "$out/usr/share/polkit-1" "$out/usr/share/libgcrypt20" "$out/usr/lib/dpkg" "$out/usr/lib/mime" \
  "$out/usr/libexec" "$out/usr/lib/apt/apt.systemd.daily" "$out/usr/lib/apt/solvers" "$out/usr/lib/apt/planners" "$out/usr/lib/tmpfiles.d"
(
  cd "$out/usr/bin" && rm -f apt-cdrom apt-key dpkg-realpath
  cd ../lib/apt/methods && rm -f cdrom ftp gpgv http https mirror* rred rsh ssh
)
cp -a "$here/files/." "$out/"
chmod -R u=rwX,go=rX "$out/etc"
chmod 755 "$out/usr/sbin/"* "$out/usr/lib/apt/methods/http"
mkdir -p "$out/var/lib/apt/lists/partial" "$out/var/cache/apt/archives/partial" "$out/var/log/apt" \
  "$out/var/lib/dpkg/info" "$out/var/lib/dpkg/updates" "$out/var/lib/dpkg/triggers" "$out/var/lib/dpkg/alternatives" "$out/etc/alternatives"
"$here/status.sh" "$1" $base $packages
cp "$1/base/etc/passwd" "$1/base/etc/group" "$out/etc/"
echo 'adm:x:4:' >>"$out/etc/group"
