#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# guide_migrated.sh MOTE-CLIENT MOTE-SERVER GUIDE-MIGRATED
#
# The client and the server of docs/migrating-from-mbedtls.md against the tools.
set -u
client=$1 server=$2 migrated=$3
. "$(dirname "$0")/harness.sh"
: >"$work/server"
psk=device1:000102030405060708090a0b0c0d0e0f

start --psk $psk
cases=$((cases + 1))
said_twice=$("$migrated" 127.0.0.1 "$port" 2>"$work/err") || fail "the client: $said_twice"
[ "$said_twice" = "hello resumed=no${newline}hello resumed=yes" ] || fail "said: $said_twice"
stop TERM

# The server ends when two clients have gone.
port=$((49152 + $$ % 16000)) tries=0
while
  "$migrated" "$port" 2>"$work/server" &
  server_id=$!
  sleep 0.3
  ! kill -0 "$server_id" 2>/dev/null && [ $tries -lt 10 ] # somebody else has the port
do
  port=$((port + 1)) tries=$((tries + 1))
done
expect 0 "again${newline}again" 'connected *resumed=no*resumed=yes*' --psk $psk --resume \
  --send again 127.0.0.1
ended 0

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
