#!/bin/sh
# Builds the guest's busybox, a static i386 program: guest/busybox/build.sh OUTPUT
# Source: Debian's source package busybox of trixie with Debian's patches, fetched by apt, which checks
# its signature; BUSYBOX_SOURCE may name a folder that holds it. The same source gives the same bytes.
set -eu

[ $# = 1 ] || { echo "usage: guest/busybox/build.sh OUTPUT" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
output=$1
build=$here/../../build/busybox
mkdir -p "$build"
build=$(cd "$build" && pwd)
version=1.37.0-6

export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=1767225600

# Two recipes (the base, the image) may want it at the same time; what both share is built once
exec 9>"$build/lock"
flock 9

stamp=$(cat "$here/build.sh" "$here/words.h" "$here/config" "$here"/../toolchain/i386-musl-gcc "$here"/../toolchain/*.specs | sha256sum | cut -d" " -f1)
if [ "$(cat "$build/stamp" 2>/dev/null)" != "$stamp" ] || [ ! -f "$build/busybox" ]; then
  packages=${BUSYBOX_SOURCE:-$build/package}
  dsc=$packages/busybox_$version.dsc
  [ -f "$dsc" ] || "$here/../toolchain/source.sh" trixie busybox "$packages" >&2
  if [ ! -f "$dsc" ]; then
    echo "busybox/build.sh: the package source has no $dsc: Debian has another version now; set it in build.sh and guest/sources.json, and look at what changed" >&2
    exit 1
  fi
  rm -rf "$build/source"
  dpkg-source --no-check -q -x "$dsc" "$build/source" 2>/dev/null >&2

  # The line editor asks docker for its words before it looks for files
  cp "$here/words.h" "$build/source/libbb/lineedit_words.h"
  sed -i -e '/^static NOINLINE void input_tab/i #include "lineedit_words.h"' \
    -e 's/^\tfind_type = build_match_prefix(match_buf);$/\twords_note(match_buf);\n&/' \
    -e 's/^\t\tmatch_pfx_len = complete_cmd_dir_file(match_buf, find_type);$/\t\tmatch_pfx_len = words_complete(match_buf) ? strlen(match_buf)\n\t\t\t: complete_cmd_dir_file(match_buf, find_type);/' \
    "$build/source/libbb/lineedit.c"
  if [ "$(grep -c 'words_note(match_buf);\|words_complete(match_buf)\|lineedit_words.h' "$build/source/libbb/lineedit.c")" != 3 ]; then
    echo "busybox/build.sh: libbb/lineedit.c is not as it was: see where input_tab() looks for matches, and change the edits above" >&2
    exit 1
  fi

  make -s -C "$build/source" defconfig >"$build/log" 2>&1
  # Each symbol of the fragment replaces the default's line; oldconfig settles what follows from it
  sed -n -e 's/^\(CONFIG_[A-Z0-9_]*\)=.*/\1/p' -e 's/^# \(CONFIG_[A-Z0-9_]*\) is not set$/\1/p' "$here/config" |
    sed -e 's/.*/\/^&=\/d;\/^# & is not set$\/d/' >"$build/drop.sed"
  sed -f "$build/drop.sed" "$build/source/.config" >"$build/merged"
  cat "$build/merged" "$here/config" >"$build/source/.config"
  yes '' | make -s -C "$build/source" oldconfig >>"$build/log" 2>&1

  missing=0
  while IFS= read -r wish; do
    case $wish in
      CONFIG_*) grep -qxF -- "$wish" "$build/source/.config" || { echo "busybox/build.sh: dropped: $wish" >&2; missing=1; } ;;
      '# CONFIG_'*' is not set')
        symbol=${wish#\# }
        symbol=${symbol%% *}
        if grep -q "^$symbol=[^0]" "$build/source/.config"; then
          echo "busybox/build.sh: switched on: $symbol" >&2
          missing=1
        fi
        ;;
    esac
  done <"$here/config"
  [ "$missing" = 0 ] || { echo "busybox/build.sh: change guest/busybox/config so that every line holds" >&2; exit 1; }

  if ! make -s -C "$build/source" -j"$(nproc)" CC="$here/../toolchain/i386-musl-gcc" \
    CFLAGS="-fno-asynchronous-unwind-tables -ffile-prefix-map=$build/source=." busybox >>"$build/log" 2>&1; then
    echo "busybox/build.sh: make failed; the end of $build/log:" >&2
    tail -n 20 "$build/log" >&2
    exit 1
  fi
  cp "$build/source/busybox" "$build/busybox"
  echo "$stamp" >"$build/stamp"
fi
cp "$build/busybox" "$output"
