#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# exchange.sh MOTE-CLIENT MOTE-SERVER MINIMAL-CLIENT
#
# The tools against each other on loopback.
set -u
client=$1 server=$2 minimal=$3
key=000102030405060708090a0b0c0d0e0f
psk=device1:$key
. "$(dirname "$0")/harness.sh"

suite='suite=TLS_PSK_WITH_AES_128_CCM_8 resumed=no ems=yes'

# --- Echo, one peer after the other
start --psk $psk --psk-hex 00ff:$key
expect 0 'one' "connected $suite mfl=none peer=psk:device1" --psk $psk --send one 127.0.0.1
expect 0 "one${newline}two${newline}three" 'connected *' \
  --psk $psk --send one --send two --send three 127.0.0.1
expect 0 '' 'connected *' --psk $psk 127.0.0.1
expect 0 'named' 'connected *' --psk $psk --send named localhost
expect 0 'hex' 'connected * peer=psk:\\x00\\xff' --psk-hex 00ff:$key --send hex 127.0.0.1
expect 0 'small' 'connected * mfl=512 *' --psk $psk --mfl 512 --mtu 256 --send small 127.0.0.1
if grep -q ' lo$' /proc/net/if_inet6 2>/dev/null; then
  expect 0 'six' 'connected *' --psk $psk --send six ::1
fi
# The most that a datagram of 1200 octets takes, and one octet more.
most=$(printf '%01171d' 0)
expect 0 "$most" 'connected *' --psk $psk --send "$most" 127.0.0.1
expect 1 '' 'connected *mote-client: --send: 1172 octets, and a datagram takes 1171' \
  --psk $psk --send "${most}0" 127.0.0.1
# A sign of life comes before everything else.
expect 0 "heartbeat * ms${newline}alive" 'connected *' --psk $psk --heartbeat --send alive 127.0.0.1
expect 0 "heartbeat * ms${newline}heartbeat * ms" 'connected *connected * resumed=yes *' \
  --psk $psk --heartbeat --resume 127.0.0.1
# A wrong key and an unknown identity look the same.
expect 2 '' 'failed * alert=decrypt_error (received)' --psk device1:00 --rto-ms 200 127.0.0.1
expect 2 '' 'failed * alert=decrypt_error (received)' --psk device2:$key --rto-ms 200 127.0.0.1
expect 0 'after' 'connected *' --psk $psk --send after 127.0.0.1
said '^failed .* alert=decrypt_error (sent)$' 2
stop TERM

# --- Sessions: within one run, from one run to the next, and when they do not fit any more
resumed='suite=TLS_PSK_WITH_AES_128_CCM_8 resumed=yes ems=yes'
session=$work/session
start --psk $psk --psk device2:$key
expect 0 "again${newline}again" \
  "connected $suite mfl=none peer=psk:device1${newline}connected $resumed mfl=none peer=psk:device1" \
  --psk $psk --resume --send again 127.0.0.1
said 'resumed=yes' 1
expect 0 'kept' "connected $suite *" --psk $psk --session-out "$session" --send kept 127.0.0.1
[ "$(stat -c %a "$session" 2>/dev/null || stat -f %Lp "$session")" = 600 ] ||
  fail "others may read a session"
[ "$(ls "$work"/session*)" = "$session" ] || fail "--session-out leaves something behind"
expect 0 'back' "connected $resumed *" --psk $psk --session-in "$session" --send back 127.0.0.1
expect 0 "twice${newline}twice" "connected $resumed *connected $resumed *" \
  --psk $psk --session-in "$session" --resume --send twice 127.0.0.1
# What is resumed is as old as before; what is a day old is not offered.
touch -d '2000-01-01 00:00' "$work/past" 2>/dev/null || touch -t 200001010000 "$work/past"
cp "$session" "$work/old"
touch -r "$work/past" "$work/old"
expect 1 '' "mote-client: --session-in: $work/old: altered, older than a day, *" \
  --psk $psk --session-in "$work/old" 127.0.0.1
if touch -d '2 hours ago' "$session" 2>/dev/null; then
  expect 0 '' "connected $resumed *" --psk $psk --session-in "$session" --session-out "$work/later" \
    127.0.0.1
  [ -z "$(find "$work/later" -mmin -100)" ] || fail "a session that is resumed looks new"
fi
refused="mote-client: --session-in: $session: altered, *"
expect 1 '' "$refused" --psk $psk --mfl 512 --session-in "$session" 127.0.0.1
expect 1 '' "$refused" --psk $psk --name other --session-in "$session" 127.0.0.1
expect 1 '' "$refused" --psk device2:$key --session-in "$session" 127.0.0.1
expect 1 'lost' "connected *mote-client: --session-out: $work/none/s: No such file or directory" \
  --psk $psk --session-out "$work/none/s" --send lost 127.0.0.1
mkdir "$work/taken"
expect 1 '' "connected *mote-client: --session-out: $work/taken: Is a directory" \
  --psk $psk --session-out "$work/taken" 127.0.0.1
[ -z "$(ls "$work" | grep 'taken\.')" ] || fail "a session that cannot be kept is left behind"
stop TERM
# A server that was restarted knows it no more, and does a full handshake.
start --psk $psk
expect 0 'new' "connected $suite *" \
  --psk $psk --session-in "$session" --session-out "$session" --send new 127.0.0.1
expect 0 'known' "connected $resumed *" --psk $psk --session-in "$session" --send known 127.0.0.1
stop TERM

# --- CoAP
start --psk $psk --coap
expect 0 'motedtls *' 'connected *' --psk $psk --get / 127.0.0.1
expect 0 '20??-??-??T??:??:??Z' 'connected *' --psk $psk --get /time 127.0.0.1
expect 0 '</>*,</time>*' 'connected *' --psk $psk --get /.well-known/core 127.0.0.1
expect 1 '' 'connected *mote-client: --get: /none: the response is 4.04' \
  --psk $psk --get /none 127.0.0.1
# What is no CoAP gets no answer.
expect 3 '' 'connected *failed timeout alert=none' --psk $psk --timeout 500 --send '!' 127.0.0.1
stop INT

# --- A client that vanishes without a word, and one that comes after it
start --psk $psk --coap
"$client" --psk $psk --timeout 60000 --send '!' 127.0.0.1 "$port" 2>"$work/lost" >/dev/null &
lost=$!
tries=0
while ! grep -q connected "$work/lost" && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
kill -9 $lost || fail "the client that was to vanish has ended by itself"
wait $lost 2>/dev/null
expect 0 'motedtls *' 'connected *' --psk $psk --timeout 20000 --get / 127.0.0.1
said '^connected' 2
stop TERM

# --- Several at the same time; when there is no room, who comes last has to wait in vain
start --psk $psk --coap --max-peers 2
held=
for name in one two; do
  "$client" --psk $psk --timeout 20000 --send '!' 127.0.0.1 "$port" 2>"$work/$name" >/dev/null &
  held="$held $!"
done
tries=0
while [ "$(grep -c '^connected' "$work/server")" -lt 2 ] && [ $tries -lt 50 ]; do
  sleep 0.1
  tries=$((tries + 1))
done
said '^connected' 2
expect 3 '' 'failed timeout alert=none' --psk $psk --timeout 1500 --get / 127.0.0.1
said '^connected' 2
stop TERM
# They are told when the server ends, before their own time is up.
for id in $held; do
  wait "$id"
  status=$?
  [ $status -eq 2 ] || fail "a client whose server said goodbye ended with $status"
done

# --- No cookie, key log, trace, one connection only
start --psk $psk --no-cookie --once --keylog "$work/server.log" --trace
expect 0 'once' '*handshake finished*connected *' \
  --psk $psk --send once --keylog "$work/client.log" --trace 127.0.0.1
ended 0
cmp -s "$work/server.log" "$work/client.log" || fail "the key logs differ"
grep -q '^CLIENT_RANDOM [0-9a-f]\{64\} [0-9a-f]\{96\}$' "$work/client.log" || fail "no key log"
said 'hello_verify_request' 0

start --psk $psk --once
expect 2 '' 'failed *' --psk device1:00 --rto-ms 200 127.0.0.1
ended 2

# --- The client of the README speaks to port 5684, if that is free
launch 5684 --psk $psk --once
if [ -n "$port" ]; then
  cases=$((cases + 1))
  [ "$("$minimal")" = hello ] || fail "the minimal client has no answer"
  ended 0
else
  server_id=
  echo "port 5684 is taken: the minimal client is not tried"
fi

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
