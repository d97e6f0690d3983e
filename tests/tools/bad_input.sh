#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# bad_input.sh MOTE-CLIENT MOTE-SERVER
#
# Wrong use of the tools: the exit status of the contract, and one line that names what is wrong.
set -u
client=$1 server=$2
key=000102030405060708090a0b0c0d0e0f
psk=device1:$key
work=$(mktemp -d "${TMPDIR:-/tmp}/motedtls-tools.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cases=0 failures=0

# expect STATUS LINE COMMAND...: LINE is a pattern of `case` for the whole of standard error.
expect() {
  expected=$1 pattern=$2
  shift 2
  cases=$((cases + 1))
  "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  said=$(cat "$work/err")
  problem=
  [ "$status" -eq "$expected" ] || problem="exit status $status, not $expected"
  [ "$(wc -l <"$work/err")" -eq 1 ] || problem="$problem; not one line"
  [ -s "$work/out" ] && problem="$problem; standard output is not empty"
  # shellcheck disable=SC2254 # a pattern on purpose
  case $said in
  $pattern) ;;
  *) problem="$problem; not like: $pattern" ;;
  esac
  if [ -n "$problem" ]; then
    failures=$((failures + 1))
    printf 'FAILED %s\n  %s\n  said: %s\n' "$*" "$problem" "$said"
  fi
}

# The same of both tools.
expect_both() {
  wanted=$1 about=$2
  shift 2
  expect "$wanted" "mote-client: $about" "$client" "$@" 127.0.0.1 9
  expect "$wanted" "mote-server: $about" "$server" "$@" 0
}

# --- Options
expect_both 1 '--nonsense: no such option*' --nonsense
expect_both 1 '-x: no such option*' -x
expect_both 1 '--trace: takes no value' --trace=yes
expect 1 'mote-client: --mfl: 512, 1024, 2048 or 4096' "$client" --psk $psk --mfl 513 127.0.0.1 9
expect 1 'mote-client: --mfl: 512, 1024, 2048 or 4096' "$client" --psk $psk --mfl '' 127.0.0.1 9
expect_both 1 '--mtu: *' --psk $psk --mtu many
expect_both 1 '--mtu: *' --psk $psk --mtu 0
expect_both 1 '--mtu: *' --psk $psk --mtu 1
expect_both 1 '--mtu: *' --psk $psk --mtu 65508
expect_both 1 '--mtu: *' --psk $psk --mtu 18446744073709551617
expect_both 1 '--rto-ms: *' --psk $psk --rto-ms -1
expect_both 1 '--rto-ms: *' --psk $psk --rto-ms 4294967296
expect 1 'mote-client: --psk: a value is missing' "$client" 127.0.0.1 9 --psk
expect 1 'mote-client: --timeout: *' "$client" --psk $psk --timeout 1s 127.0.0.1 9
expect 1 'mote-client: --get: *' "$client" --psk $psk --get time 127.0.0.1 9
expect 1 'mote-client: --get: *' "$client" --psk $psk --get /%zz 127.0.0.1 9
expect 1 'mote-client: --get: given twice' "$client" --psk $psk --get / --get / 127.0.0.1 9
expect 1 'mote-client: --coap: no such option*' "$client" --psk $psk --coap 127.0.0.1 9
expect 1 'mote-server: --send: no such option*' "$server" --psk $psk --send x 0
for number in 0 -1 100001 4294967297 many ''; do
  expect 1 'mote-server: --max-peers: not a number from 1 to 100000' \
    "$server" --psk $psk --max-peers "$number" 0
done
expect 1 'mote-server: --echo: not together with --coap' "$server" --psk $psk --coap --echo 0

# --- Options of the interface that are not built yet
for option in mfl cert-url; do
  expect 1 "mote-server: --$option: not supported by this build" "$server" --$option 0
done

# --- What a client remembers
expect 1 'mote-client: --cached-info: a value is missing' "$client" 127.0.0.1 9 --cached-info
expect 1 'mote-client: --cached-info: given twice' "$client" --psk $psk --cached-info a --cached-info b 127.0.0.1 9
expect 1 'mote-client: --cached-info: *' "$client" --psk $psk --cached-info / 127.0.0.1 9
expect 1 'mote-server: --cached-info: takes no value' "$server" --psk $psk --cached-info=x 0

expect_both 1 '--trusted-ca: takes no value' --psk $psk --trusted-ca=x
expect 1 'mote-client: --heartbeat: takes no value' "$client" --heartbeat=1 127.0.0.1 9
expect 1 'mote-server: --heartbeat: no such option (see --help)' "$server" --heartbeat 0

# --- Arguments
expect 1 'mote-client: HOST and PORT are needed*' "$client" --psk $psk
expect 1 'mote-client: HOST and PORT are needed*' "$client" --psk $psk 127.0.0.1
expect 1 'mote-server: PORT is needed*' "$server" --psk $psk
expect 1 'mote-client: 10: one argument too many*' "$client" --psk $psk 127.0.0.1 9 10
expect 1 'mote-client: PORT: *' "$client" --psk $psk 127.0.0.1 0
expect 1 'mote-client: PORT: *' "$client" --psk $psk 127.0.0.1 coaps
expect 1 'mote-client: PORT: *' "$client" --psk $psk 127.0.0.1 65536
expect 1 'mote-server: PORT: *' "$server" --psk $psk 65536
expect 1 'mote-client: no.such.host.invalid port 9: *' "$client" --psk $psk no.such.host.invalid 9

# --- Keys
long=$key$key$key$key
expect_both 1 'a credential is needed: *'
expect_both 1 '--psk: no colon between identity and key' --psk device1
expect_both 1 '--psk: key is not hex' --psk device1:00gg
expect_both 1 '--psk: key is not hex' --psk device1:000
expect_both 1 '--psk: key is empty' --psk device1:
expect_both 1 '--psk: key is longer than 64 octets' --psk device1:${long}00
expect_both 1 '--psk: identity is longer than 128 octets' --psk $long$long:00
expect_both 1 '--psk-hex: identity is not hex' --psk-hex device1:$key
expect_both 1 '--psk-hex: identity is longer than 128 octets' --psk-hex $long$long${long}0000:00
expect 1 'mote-client: --psk: a client has one*' "$client" --psk $psk --psk b:00 127.0.0.1 9
expect 1 'mote-server: --psk-hex: identity given twice' \
  "$server" --psk $psk --psk-hex 64657669636531:00 0

# --- Files
mkdir "$work/directory"
expect_both 1 "--keylog: $work/none/log: No such file or directory" \
  --psk $psk --keylog "$work/none/log"
expect_both 1 "--keylog: $work/directory: Is a directory" --psk $psk --keylog "$work/directory"

printf 'not a session' >"$work/noise"
dd if=/dev/zero of="$work/large" bs=1000 count=1 2>/dev/null
: >"$work/empty"
expect 1 "mote-client: --session-in: $work/none: No such file or directory" \
  "$client" --psk $psk --session-in "$work/none" 127.0.0.1 9
expect 1 "mote-client: --session-in: $work/directory: Is a directory" \
  "$client" --psk $psk --session-in "$work/directory" 127.0.0.1 9
expect 1 "mote-client: --session-in: $work/empty: not a session" \
  "$client" --psk $psk --session-in "$work/empty" 127.0.0.1 9
expect 1 "mote-client: --session-in: $work/large: not a session" \
  "$client" --psk $psk --session-in "$work/large" 127.0.0.1 9
expect 1 "mote-client: --session-in: $work/noise: altered, *" \
  "$client" --psk $psk --session-in "$work/noise" 127.0.0.1 9
expect 1 'mote-client: --session-in: given twice' \
  "$client" --psk $psk --session-in a --session-in b 127.0.0.1 9
expect 1 'mote-client: --session-out: given twice' \
  "$client" --psk $psk --session-out a --session-out b 127.0.0.1 9
expect 1 'mote-client: --session-out: a value is missing' \
  "$client" --psk $psk 127.0.0.1 9 --session-out
expect 1 'mote-client: --resume: takes no value' "$client" --psk $psk --resume=yes 127.0.0.1 9
expect 1 'mote-server: --resume: no such option*' "$server" --psk $psk --resume 0

# --- Public keys and certificates: what goes together
hash=$key$key
judges='--peer-rpk, --peer-rpk-sha256 or --ca'
for option in rpk peer-rpk peer-rpk-sha256 cert key ca; do
  expect 1 "mote-client: --$option: a value is missing" "$client" 127.0.0.1 9 --$option
done
for option in rpk cert key; do
  expect_both 1 "--$option: given twice" --$option a --$option a
done
expect_both 1 '--cert: its private key is missing: --key' --psk $psk --cert a
expect_both 1 '--cert: its private key is missing: --key' --rpk a --cert b
expect_both 1 '--key: its certificate is missing: --cert' --rpk a --key a
expect_both 1 '--rpk and --key: there is one private key*' --rpk a --cert b --key c --ca d
for digits in '' 00 ${hash}00 ${hash}0 "x${hash#0}" "$hash "; do
  expect_both 1 '--peer-rpk-sha256: not 64 hex digits' --peer-rpk-sha256 "$digits"
done
expect 1 "mote-client: nothing to authenticate the server with: $judges" "$client" --rpk a localhost 9
expect 1 "mote-client: nothing to authenticate the server with: $judges" \
  "$client" --psk $psk --cert a --key b localhost 9
expect 1 "mote-client: a credential is needed: --psk, or $judges *" "$client" localhost 9
for host in 127.0.0.1 127.1 ::1 fe80::1%lo; do
  expect 1 'mote-client: --ca: HOST is an address*: --name' "$client" --ca a $host 9
done
expect 1 'mote-client: --client-auth: no such option*' "$client" --client-auth none localhost 9
expect 1 'mote-client: --require-eui64: no such option*' "$client" --require-eui64 localhost 9
expect 1 'mote-server: a credential is needed: --psk, --rpk or --cert' "$server" 0
for option in "--peer-rpk a" "--peer-rpk-sha256 $hash" "--ca a"; do
  # shellcheck disable=SC2086 # two words
  expect 1 "mote-server: $judges: the server's own is missing: --rpk or --cert" \
    "$server" --psk $psk $option 0
done
expect 1 'mote-server: --client-auth: none, optional or required' \
  "$server" --rpk a --client-auth yes 0
expect 1 "mote-server: --client-auth: the server's own is missing: *" \
  "$server" --psk $psk --client-auth none 0
for auth in optional required; do
  expect 1 "mote-server: --client-auth: nothing to authenticate a client with: $judges" \
    "$server" --rpk a --client-auth $auth 0
done
expect 1 'mote-server: --require-eui64: takes no value' "$server" --require-eui64=yes 0
expect 1 'mote-server: --require-eui64: nothing to verify a certificate with: --ca' \
  "$server" --rpk a --peer-rpk b --require-eui64 0
expect 1 'mote-server: --require-eui64: not together with --client-auth none' \
  "$server" --rpk a --ca b --require-eui64 --client-auth none 0
expect 1 'mote-server: --name: no such option*' "$server" --name x 0

# --- Files of keys and certificates
many() {
  option=$1
  shift
  number=0
  while [ $number -lt 33 ]; do
    set -- "$@" "$option" "$hash"
    number=$((number + 1))
  done
  expect_both 1 "$option: more than 32 *" "$@"
}
for option in --ca --peer-rpk --peer-rpk-sha256; do many $option; done

dd if=/dev/zero of="$work/huge" bs=65537 count=1 2>/dev/null
printf -- '-----BEGIN CERTIFICATE-----\nMAA=\n' >"$work/cut"
printf -- '-----BEGIN NOTHING-----\nMAA=\n-----END NOTHING-----\n' >"$work/nothing"
printf -- '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n' \
  >"$work/encrypted"
printf '0\000' >"$work/der"
printf -- '-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n' >"$work/other"
# bad_file PATTERN FILE OPTION...: for each option that names a file.
bad_file() {
  complaint=$1 file=$work/$2
  shift 2
  for option; do
    case $option in
    --rpk) set -- --peer-rpk-sha256 $hash --rpk ;;
    --key) set -- --ca a --cert a --key ;;
    *) set -- "$option" ;;
    esac
    expect 1 "mote-client: $option: $file: $complaint" "$client" "$@" "$file" localhost 9
  done
}
bad_file 'No such file or directory' none --rpk --key --peer-rpk --ca
bad_file 'Is a directory' directory --rpk --key --peer-rpk --ca
bad_file 'larger than 65536 octets' huge --rpk --key --peer-rpk --ca
bad_file 'neither PEM nor DER' noise --rpk --key --peer-rpk --ca
bad_file 'neither PEM nor DER' empty --rpk --key --peer-rpk --ca
bad_file 'malformed PEM, or encrypted' cut --rpk --key --peer-rpk --ca
bad_file 'no private key in it' nothing --rpk --key
bad_file 'no public key in it' nothing --peer-rpk
bad_file 'no certificate in it' nothing --ca
bad_file 'the key is encrypted' encrypted --rpk --key
bad_file 'no private key on P-256 (*)' der --rpk --key
bad_file 'no certificates of P-256 keys that can be used (*)' der --ca
bad_file 'no uncompressed public key on P-256' der --peer-rpk
bad_file 'no uncompressed public key on P-256' other --peer-rpk

# --- A closed port: nobody has answered, whatever ICMP says
expect 3 'failed timeout alert=none*' "$client" --psk $psk --timeout 500 127.0.0.1 9
expect 3 'failed timeout alert=none*' "$client" --psk $psk --timeout 500 --send x localhost 9

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
