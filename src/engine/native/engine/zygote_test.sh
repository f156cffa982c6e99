#!/bin/sh
# The zygote, its daemon and the real client, under the sanitizers. BOTTLE_CHECK names the folder of both.
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
docker=$BOTTLE_CHECK/docker
passed=0 failed=0
cd "$folder" || exit 1
echo "$folder" >where
mkfifo pipe

check() { # NAME ACTUAL EXPECTED
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED $1: '$2' instead of '$3'"
  fi
}

# Waits for what another process does, at most 20 s: CONDITION…
await() {
  tries=0
  until "$@" 2>/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 400 ] || { failed=$((failed + 1)); echo "FAILED waited in vain: $*"; return 1; }
    sleep 0.05
  done
}

# The first line of what the last command prints into the pipe: NAME. A command before it may still have held the
# pipe open, and its end is not the end of this one.
said() {
  until read -r "$1" <pipe; do :; done
}

export BOTTLE_SOCKET="$folder/socket" BOTTLE_BUNDLE="$here/zygote_bundle.js"
"$BOTTLE_CHECK/engine" zygote 2>log &
zygote=$!
trap 'kill -9 $zygote 2>/dev/null; rm -rf "$folder"' EXIT
await test -S socket
await test -s daemon

output=$(WORD=wörd "$docker" say 'a b' ''); status=$?
check 'arguments, directory, environment' "$output" "[[\"docker\",\"say\",\"a b\",\"\"],\"$folder\",\"wörd\"]"
check 'status' $status 3
check 'input and output' "$(printf 'in\0put' | "$docker" cat | od -c | head -n 1)" "$(printf 'in\0put' | od -c | head -n 1)"
check 'a large input' "$(head -c 3000000 /dev/zero | "$docker" cat | wc -c)" 3000000
"$docker" exit; check 'exit' $? 9
output=$("$docker" throw 2>&1); status=$?
check 'a failure' "$status $(echo "$output" | grep -c 'unexpected error: Error: boom')" '125 1'
output=$("$docker" dead-end 2>&1); status=$?
check 'nothing to wait for' "$status $(echo "$output" | grep -c 'never happen')" '125 1'
check 'random numbers' "$(for i in 1 2 3; do "$docker" random; done | sort -u | wc -l)" 3

# 0 to 2, the epoll instance and the connection
check 'no descriptor too many' "$("$docker" who </dev/null | grep descriptors)" 'descriptors 5'
chmod 711 "$folder"
chmod 666 socket
output=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$docker" who </dev/null | tr '\t\n' ' ;')
check 'the user of the client' "$output" 'Uid: 65534 65534 65534 65534;Gid: 65534 65534 65534 65534;Groups: 65534 ;descriptors 5;'

"$docker" handle >pipe & client=$!
said word
kill -TERM $client
wait $client; check 'a signal with a handler' "$word $?" 'ready 42'
"$docker" hang >pipe & client=$!
said pid
check 'the kernel takes commands first' "$(cat "/proc/$pid/oom_score_adj")" 500
kill -TERM $client
wait $client; check 'a signal without' $? 143
"$docker" hang >pipe & client=$!
said pid
kill -KILL $client
gone() { ! kill -0 "$pid"; }
await gone && passed=$((passed + 1))

"$docker" hang >pipe & client=$!
said pid
first=$(cat daemon)
kill -KILL "$first"
anew() { [ "$(cat daemon)" != "$first" ]; }
await anew
check 'a command outlives the daemon' "$(kill -0 "$pid" && echo alive)" alive
check 'the new daemon runs' "$(kill -0 "$(cat daemon)" && echo alive)" alive
kill -TERM $client
wait $client
check 'the log says why' "$(grep -c 'the daemon was ended by signal 9' log)" 1

# Clients that do not keep to the protocol
for bytes in '' '\1' '\377\377\377\377' '\10\0\0\0\1\0\0\0x\0\0\0' '\4\0\0\0\0\0\0\0'; do
  # shellcheck disable=SC2059  # the bytes are the format
  printf "$bytes" >bytes
  "$BOTTLE_CHECK/engine" run "$here/zygote_intruder.js" "$folder/socket" "$folder/bytes"
done
"$docker" say >/dev/null; check 'it goes on' $? 3

daemon=$(cat daemon)
kill -KILL $zygote
wait $zygote 2>/dev/null
pid=$daemon
await gone && passed=$((passed + 1))
check 'no report of the sanitizers' "$(grep -c 'ERROR: \|runtime error' log)" 0
[ "$failed" = 0 ] || cat log
echo "zygote: $passed passed, $failed failed"
[ "$failed" = 0 ]
