#!/bin/sh
# Runs the tests that make built: test.sh DIRECTORY TEST… and adds up their tallies. A test is a program, or
# a script for the engine; each prints `NAME: N passed, M failed`. One that prints no tally has failed.
directory=$1
shift
BOTTLE_SHIM=$(dirname "$0")/engine/testing-shim.sh
BOTTLE_CHECK=$directory
export BOTTLE_SHIM BOTTLE_CHECK
passed=0 failed=0
for test in "$@"; do
  case $test in
    *.js) output=$(timeout 120 "$directory/engine" run "$test" 2>&1); status=$? ;;
    *) output=$(timeout 300 "$test" 2>&1); status=$? ;;
  esac
  echo "$output"
  tally=$(echo "$output" | sed -n 's/^.*: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' | tail -n 1)
  if [ -n "$tally" ]; then
    passed=$((passed + ${tally% *}))
    failed=$((failed + ${tally#* }))
    # Failed without counting it: a sanitizer's report at the end, for one
    [ "$status" = 0 ] || [ "${tally#* }" != 0 ] || failed=$((failed + 1))
  else
    echo "$test: ended with status $status and no tally" >&2
    failed=$((failed + 1))
  fi
done
echo "native: $passed passed, $failed failed"
[ "$failed" = 0 ]
