#!/bin/sh
# SPDX-License-Identifier: MIT OR Apache-2.0
#
# guide_credentials.sh MOTE-CLIENT MOTE-SERVER CC
#
# Runs the shell lines of docs/credentials.md in their order, compiles the arrays that come of them,
# and lets the tools talk to each other by the commands of its consoles.
set -u
client=$1 server=$2 cc=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
guide=$root/docs/credentials.md
. "$root/tests/tools/harness.sh"
: >"$work/server"
mkdir "$work/scratch"
cd "$work/scratch" || exit 1

# blocks LANGUAGE: what stands in the document's blocks of it.
blocks() {
  awk -v fence="\`\`\`$1" '$0 == fence { is_in = 1; next } $0 == "```" { is_in = 0 } is_in' "$guide"
}

# --- The shell lines
blocks sh >commands
if ! sh -eu commands >log 2>&1; then
  cat log
  echo "FAILED the shell lines of docs/credentials.md"
  exit 1
fi
for verified in server.pem device1.pem; do
  grep -q "^$verified: OK\$" log || fail "openssl verify says nothing good of $verified"
done

# --- The arrays are what the files are, and the example compiles with them
# array_octets NAME: the octets of an array, in hexadecimal.
array_octets() {
  sed -n "/ $1\[\] = {\$/,/^};\$/p" device_keys.h | grep '^ ' | tr -d ' ,\n' | sed 's/0x//g'
}
same() {
  cases=$((cases + 1))
  [ -n "$2" ] && [ "$(array_octets "$1")" = "$2" ] || fail "$1 is not $2"
}
digits_of() { od -An -v -tx1 <"$1" | tr -d ' \n'; }
same device_public_key "$(digits_of device1.pub.der)"
same device_chain "$(digits_of device1.chain.der)"
same trust_anchors "$(digits_of anchors.der)"
same server_key_hashes "$(cat server.pub.sha256)"
same psk_key "$(sed 's/.*://' device1.psk)"
cp "$root/c-examples/guides/credentials"/*.[ch] .
sh -eu commands >log 2>&1 # the header once more, over the one that was copied
for file in psk raw_keys certificates; do
  cases=$((cases + 1))
  "$cc" -I "$root/include" -c "$file.c" -o "$file.o" >log 2>&1 || fail "$file.c: $(cat log)"
done

# --- The consoles: a line begins a server, the next a client that says hello
blocks console | sed 's/^\$ //' >lines
conversations=0
while read command; do # without -r: a line that ends in \ goes on with the next
  case $command in
  *' 5684') arguments=${command% 5684} ;;
  *) fail "no port 5684 at the end: $command"; continue ;;
  esac
  case $arguments in
  'mote-server '*)
    eval "start ${arguments#mote-server }" ;;
  'mote-client '*' 192.0.2.1')
    arguments=${arguments% 192.0.2.1}
    eval "expect 0 hello 'connected *' ${arguments#mote-client } 127.0.0.1"
    stop TERM
    conversations=$((conversations + 1))
    case $conversations in
    1) said "peer=psk:$(cut -d : -f 1 device1.psk)\$" 1 ;;
    2) said "peer=rpk:$(cat device1.pub.sha256)\$" 1 ;;
    3) said 'peer=cert:[^ ]* eui64=00112233fffe4455$' 1 ;;
    esac ;;
  *) fail "neither of the tools: $command" ;;
  esac
done <lines
[ $conversations -eq 3 ] || fail "$conversations conversations, not 3"

# --- What the tools say when something does not fit, as the guide's table has it
port=
start --cert server.pem --key server.key --ca root.pem
expect 2 '' 'failed certificate_name *' --cert device1.chain.der --key device1.key --ca root.pem \
  --name other.example.com 127.0.0.1
expect 2 '' 'failed unknown_ca *' --cert device1.chain.der --key device1.key --ca factory.pem \
  --name coap.example.com 127.0.0.1
expect 2 '' 'failed *' --cert device1.pem --key device1.key --ca root.pem \
  --name coap.example.com 127.0.0.1 # without the factory's
said '^failed unknown_ca ' 1
stop TERM
# The factory's CA as the anchor: the device sends one certificate.
start --cert server.pem --key server.key --ca factory.pem
expect 0 hello 'connected *' --cert device1.pem --key device1.key --ca root.pem \
  --name coap.example.com --send hello 127.0.0.1
stop TERM

echo "$cases cases, $failures failed"
[ "$failures" -eq 0 ]
