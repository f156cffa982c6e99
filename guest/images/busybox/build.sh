#!/bin/sh
# guest/images/busybox/build.sh FOLDER: makes FOLDER/rootfs: the guest's own static busybox, every applet a
# hard link of it in /bin, and the few files that programs look for.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$1/rootfs
mkdir -p "$out/bin" "$out/dev" "$out/etc" "$out/home" "$out/root" "$out/tmp" "$out/usr/bin" "$out/usr/sbin" \
  "$out/var/spool/mail" "$out/var/www"
"$here/../../busybox/build.sh" "$out/bin/busybox"
chmod 755 "$out/bin/busybox"
"$out/bin/busybox" --list | while IFS= read -r applet; do
  [ "$applet" = busybox ] || ln "$out/bin/busybox" "$out/bin/$applet"
done
ln -s ../../bin/env "$out/usr/bin/env"
chmod 1777 "$out/tmp"
chmod 700 "$out/root"

cat >"$out/etc/passwd" <<'PASSWD'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
PASSWD
cat >"$out/etc/group" <<'GROUP'
root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
tty:x:5:
mail:x:8:
wheel:x:10:root
www-data:x:33:
operator:x:37:
nogroup:x:65534:
GROUP
printf 'root:*:19000:0:99999:7:::\n' >"$out/etc/shadow"
printf 'hosts: files dns\n' >"$out/etc/nsswitch.conf"
chmod 644 "$out/etc/passwd" "$out/etc/group" "$out/etc/nsswitch.conf"
chmod 600 "$out/etc/shadow"
