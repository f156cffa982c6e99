#!/bin/sh
# guest/images/debian/base.sh FOLDER: the layer below every image of Debian's programs: the C library and
# the libraries that most of them load, our busybox for commands, accounts. The same for all of them, so a
# machine that has one of the images pulls only what is new of the next.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

mkdir -p "$out/dev" "$out/etc" "$out/home" "$out/proc" "$out/root" "$out/run" "$out/sys" "$out/tmp" \
  "$out/usr/bin" "$out/usr/lib" "$out/usr/local/bin" "$out/usr/sbin" "$out/var/lib" "$out/var/log" "$out/var/tmp"
for part in bin sbin lib; do ln -s "usr/$part" "$out/$part"; done
ln -s /run "$out/var/run"
"$here/unpack.sh" "$out" libc6 libcrypt1 libgcc-s1 libssl3 zlib1g
# Converters between character sets and helpers of debuggers: megabytes that nobody here asks for
rm -rf "$out/usr/lib/i386-linux-gnu/gconv" "$out/usr/lib/i386-linux-gnu/audit" \
  "$out/usr/lib/i386-linux-gnu/ossl-modules" "$out/usr/lib/i386-linux-gnu/engines-3" \
  "$out/usr/share/gcc" "$out/usr/share/gdb" "$out/usr/lib32"
for library in libmemusage.so libpcprofile.so libc_malloc_debug.so.0 libthread_db.so.1 libnss_hesiod.so.2; do
  rm -f "$out/usr/lib/i386-linux-gnu/$library"
done

"$here/../../busybox/build.sh" "$out/usr/bin/busybox"
chmod 755 "$out/usr/bin/busybox"
"$out/usr/bin/busybox" --list | while IFS= read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$out/usr/bin/$applet"
done
chmod 1777 "$out/tmp" "$out/var/tmp"
chmod 700 "$out/root"

cat >"$out/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
PASSWD
cat >"$out/etc/group" <<'GROUP'
root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
tty:x:5:
mail:x:8:
www-data:x:33:
users:x:100:
nogroup:x:65534:
GROUP
printf 'root:*:19000:0:99999:7:::\n' >"$out/etc/shadow"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$out/etc/nsswitch.conf"
chmod 644 "$out/etc/passwd" "$out/etc/group" "$out/etc/nsswitch.conf"
chmod 600 "$out/etc/shadow"
